"""Both sides of a changed file are read alike, and only as far as the change reaches."""

import difflib

from hypothesis import given
from hypothesis import strategies as st

from guards.change import Change, FileChange, Line, Status
from guards.languages import NAMES, code_of, load
from guards.reading import sides, touched_lines

TESTS = """import pytest


@pytest.mark.slow
def test_a():
    assert f(1) == 1


def test_b():
    assert f(2) == 2


def helper(x):
    assert x
"""


def changed(path: str, before: str, after: str) -> FileChange:
    old, new = before.splitlines(), after.splitlines()
    removed: list[Line] = []
    added: list[Line] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            removed += [Line(number=n + 1, text=old[n]) for n in range(i1, i2)]
            added += [Line(number=n + 1, text=new[n]) for n in range(j1, j2)]
    return FileChange(
        path=path,
        old_path=path,
        status=Status.MODIFIED,
        before=before.encode(),
        after=after.encode(),
        added=tuple(added),
        removed=tuple(removed),
    )


def test_a_test_that_a_change_touches_is_read_on_both_sides_and_no_other_is() -> None:
    after = TESTS.replace("@pytest.mark.slow\n", "")
    file = changed("tests/test_a.py", TESTS, after)

    found = sides(Change(files=(file,)), file)

    assert found.before is not None
    assert found.after is not None
    for side in (found.before, found.after):
        cases = {case.name: len(case.assertions) for case in side.cases}
        assert cases == {"test_a": 1, "test_b": 0}
    assert {item.name: item.untouched for item in found.after.definitions}["helper"] is False


@given(
    st.lists(st.sampled_from("abcdef"), max_size=20),
    st.lists(st.sampled_from("abcdef"), max_size=20),
)
def test_a_kept_line_is_touched_on_both_sides_or_on_none(old: list[str], new: list[str]) -> None:
    file = changed("a.py", "".join(f"{x}\n" for x in old), "".join(f"{x}\n" for x in new))
    gone = {line.number for line in file.removed}
    come = {line.number for line in file.added}

    before, after = touched_lines(file)

    kept_old = [n for n in range(1, len(old) + 1) if n not in gone]
    kept_new = [n for n in range(1, len(new) + 1) if n not in come]
    pairs = list(zip(kept_old, kept_new, strict=True))
    assert {a for a, b in pairs if b in after} == {a for a, _ in pairs if a in before}


@given(st.sampled_from(sorted(set(NAMES))), st.binary(max_size=400))
def test_no_bytes_make_a_reader_stumble(suffix: str, source: bytes) -> None:
    code = code_of(f"tests/test_a{suffix}", source)

    assert code is None or code.language == load(NAMES[suffix]).NAME
