"""A finding shows the lines that it is about."""

import difflib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guards.change import Change, FileChange, Line, Status
from guards.excerpts import Excerpts
from guards.lines import LineMap
from guards.verdict import Finding, Severity

_FINDING = Finding(
    guard="given", severity=Severity.WARN, message="test_two was removed", remedy="-", file="a.py"
)


def _file(before: list[str], after: list[str]) -> FileChange:
    removed: list[Line] = []
    added: list[Line] = []
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag != "equal":
            removed += [Line(number=i + 1, text=before[i]) for i in range(start, end)]
            added += [Line(number=i + 1, text=after[i]) for i in range(new_start, new_end)]
    return FileChange(
        path="a.py",
        old_path="a.py",
        status=Status.MODIFIED,
        before="\n".join(before).encode(),
        after="\n".join(after).encode(),
        removed=tuple(removed),
        added=tuple(added),
    )


def _completed(file: FileChange, finding: Finding) -> Finding:
    return Excerpts(Change(files=(file,))).completed(finding)


def test_an_added_line_is_shown_with_what_it_replaces() -> None:
    done = _completed(_file(["a", "b", "c"], ["a", "B", "c"]), replace(_FINDING, line=2))

    assert done.before
    assert done.after
    assert (done.before.line, done.before.lines) == (2, ("b",))
    assert (done.after.line, done.after.lines) == (2, ("B",))


def test_of_many_removed_lines_those_are_shown_that_the_message_names() -> None:
    before = ["def test_one():", "    assert f(1)", "def test_two():", "    assert f(2)", "end"]
    file = _file(before, ["end"])

    done = _completed(file, replace(_FINDING, line=LineMap(file).near(3)))

    assert done.before
    assert (done.before.line, done.before.lines) == (3, ("def test_two():", "    assert f(2)"))
    assert done.after is None


def test_a_line_that_did_not_change_is_shown_as_it_is() -> None:
    done = _completed(_file(list("abcdef"), list("Abcdef")), replace(_FINDING, line=5))

    assert done.after
    assert (done.before, done.after.lines) == (None, ("e",))


def test_a_finding_about_nothing_in_particular_has_a_fingerprint_all_the_same() -> None:
    file = _file(["a"], ["b"])
    whole = _completed(file, replace(_FINDING, file=None))
    elsewhere = _completed(_file(["a"], ["c"]), replace(_FINDING, file=None))

    assert len({whole.fingerprint, elsewhere.fingerprint}) == 2


_TEXT = st.lists(st.sampled_from("abcd"), max_size=12)


@given(_TEXT, _TEXT, st.integers(-2, 20))
def test_any_line_of_any_change_is_completed(
    before: list[str], after: list[str], line: int
) -> None:
    file = _file(before, after)
    done = _completed(file, replace(_FINDING, line=line))

    assert len(done.fingerprint) == 64
    for excerpt, lines in ((done.before, before), (done.after, after)):
        if excerpt is not None:
            assert lines[excerpt.line - 1] == excerpt.lines[0]


@given(_TEXT, _TEXT)
def test_where_a_removed_line_stood_it_is_among_what_is_shown(
    before: list[str], after: list[str]
) -> None:
    file = _file(before, after)
    for removed in file.removed:
        near = LineMap(file).near(removed.number)
        done = _completed(file, replace(_FINDING, line=near))
        assert done.before or done.after
