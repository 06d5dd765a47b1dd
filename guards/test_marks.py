"""Which skips, expected failures and the like reach a test that they did not reach before.

A mark reaches its own test, or all tests of the suite, file or folder that it stands over. It is
new when the test that it reaches had none like it: marks that move or change their words are not.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from guards.change import Change, FileChange
from guards.code import Code, Mark, MarkKind, inside
from guards.facts import Definition, Kind
from guards.reading import all_sides
from guards.test_matching import Located, match_tests

_MAX_WIDE = 200  # marks a file that stand over many tests
_MAX_NEW = 200  # new marks a file that are told
_EVERYTHING = 1 << 60
_PLATFORM = re.compile(
    r"\b(?:GOOS|GOARCH|platform|win32|windows|linux|darwin|macos|osx?|version_info|implementation|uname|maxsize"
    r"|(?:En|Dis)abledOn(?:Os|Jre)\w{0,10}|(?:En|Dis)abledForJreRange|RUBY_(?:PLATFORM|ENGINE|VERSION)"
    r"|PHP_(?:OS|VERSION)\w{0,12}|target_(?:os|arch|env|pointer_width)|Is(?:Windows|Linux|MacOS|OSPlatform)"
    r"|IS_WINDOWS|_WIN32|__APPLE__|process \. version\w{0,10}|os \. (?:name|arch)|available|RequiresPhp\w{0,10}"
    r"|sys \. platform|isWindows|isMac|isLinux)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:skip_?if|skip_?unless|run_?if|only_?if|assum\w{0,20}|importorskip|(?:En|Dis)abledIf\w{0,30}"
    r"|EnabledOn\w{0,5}|DisabledOn\w{0,5}|cfg_attr|require\w{0,20}|XCTSkip(?:If|Unless))\b",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:ImportError|ModuleNotFoundError|LoadError|ClassNotFoundException|NoClassDefFoundError|DllNotFoundException"
    r"|UnsatisfiedLinkError|FileNotFoundError|NotImplementedError|PackageNotFoundError)\b"
)
_ALWAYS = re.compile(
    r"[iI]f\s*\(\s*(?:condition =\s*)?(?:True|true|1|not False|! false|not None)\s*[,)]"
    r"|\. abort\b|(?:[uU]nless|That|True)\s*\(\s*(?:False|false|0)\s*[,)]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMark:
    """A mark that was not there.

    Attributes:
        old: a test that it reaches and that was there before; None = it takes none away.
        wide: whether it stands outside of tests and suites, where others may depend on it.
        text: as it stands in the file.
        conditional: whether it asks something. platform: whether it asks for the system.
    """

    file: FileChange
    mark: Mark
    old: Located | None = None
    new: Located | None = None
    wide: bool = False
    text: str = ""
    conditional: bool = False
    platform: bool = False


def new_marks(change: Change) -> Iterator[NewMark]:
    """All new marks of the files of tests, in no order."""
    views = {}
    for side in all_sides(change):
        for code in (side.before, side.after):
            if code is not None:
                views[id(code)] = _View(code)
    seen: set[tuple[str, int]] = set()
    for old, new in match_tests(change).pairs:
        before, view = views[id(old.code)], views[id(new.code)]
        for mark in _added(before.reaching(old), view.reaching(new)):
            if (new.file.path, mark.at) not in seen:
                seen.add((new.file.path, mark.at))
                yield view.new_mark(new.file, mark, old, new)
        seen |= {(new.file.path, mark.at) for mark in view.reaching(new)}
    yield from _others(change, views, seen)


def _added(had: list[Mark], has: list[Mark]) -> Iterator[Mark]:
    """Marks of a kind that was not there, or that is there more often."""
    texts = Counter(mark.text for mark in had)
    counts = Counter(_family(mark) for mark in had)
    fresh = []
    for mark in has:
        if texts[mark.text] > 0:
            texts[mark.text] -= 1
            counts[_family(mark)] -= 1
        else:
            fresh.append(mark)
    for mark in fresh:
        if counts[_family(mark)] > 0:  # the same in other words
            counts[_family(mark)] -= 1
        else:
            yield mark


def _family(mark: Mark) -> MarkKind:
    """A skip and an expected failure both take the test out of the count."""
    return MarkKind.SKIP if mark.kind is MarkKind.EXPECTED_FAILURE else mark.kind


def _others(
    change: Change, views: dict[int, "_View"], seen: set[tuple[str, int]]
) -> Iterator[NewMark]:
    """New marks that reach no test that was there before."""
    known = Counter(
        mark.text for side in all_sides(change) if side.before for mark in side.before.marks
    )
    for side in all_sides(change):
        if side.after is None:
            continue
        view, told = views[id(side.after)], 0
        known.subtract(mark.text for mark in side.after.marks if (side.file.path, mark.at) in seen)
        for mark in side.after.marks:
            if (side.file.path, mark.at) in seen or told >= _MAX_NEW:
                continue
            if known[mark.text] > 0:
                known[mark.text] -= 1
                continue
            told += 1
            yield view.new_mark(side.file, mark, None, None)


class _View:
    """The marks of one side of a file, by what they reach."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._wide: list[tuple[int, int, Mark]] = []
        self._outside: set[int] = set()
        self._around: dict[int, Definition] = {}
        stack: list[Definition] = []
        rest = sorted(code.definitions, key=lambda each: (each.at, -each.end))
        position = 0
        for mark in sorted(code.marks, key=lambda each: each.at):
            while position < len(rest) and rest[position].at <= mark.at:
                stack.append(rest[position])
                position += 1
                while len(stack) > 1 and stack[-2].end <= stack[-1].at:
                    del stack[-2]
            around = [each for each in stack[-50:] if each.at <= mark.at < each.end]
            self._place(mark, around)

    def _place(self, mark: Mark, around: list[Definition]) -> None:
        test = next((each for each in around if each.kind is Kind.TEST), None)
        inner = test or (around[-1] if around else None)
        if inner is not None:
            self._around[mark.at] = inner
        if test is not None:
            return
        span = self._span(inner)
        if span is None or span[1] == _EVERYTHING:
            self._outside.add(mark.at)
        if span is not None and len(self._wide) < _MAX_WIDE:
            self._wide.append((*span, mark))

    def _span(self, holder: Definition | None) -> tuple[int, int] | None:
        """What a mark reaches that stands in a definition that is no test; None = who calls it."""
        if holder is not None and holder.kind is Kind.FUNCTION:
            return None
        if holder is not None and holder.kind is Kind.HOOK:
            known = 0 <= holder.parent < len(self._code.definitions)
            holder = self._code.definitions[holder.parent] if known else None
        return (0, _EVERYTHING) if holder is None else (holder.at, holder.end)

    def reaching(self, test: Located) -> list[Mark]:
        """The marks that reach a test, its own first."""
        at = test.case.at
        wide = [mark for start, end, mark in self._wide if start <= at < end]
        return [*test.case.marks, *wide]

    def new_mark(
        self, file: FileChange, mark: Mark, old: Located | None, new: Located | None
    ) -> NewMark:
        """What is known about a mark."""
        asked = self._condition(mark)
        text = mark.text[:500]
        built_for = mark.platform and text.startswith("//")  # a build tag
        asks = asked or built_for or _ASKS.search(text)
        conditional = bool(asks) and not _ALWAYS.search(text)
        return NewMark(
            file=file,
            mark=mark,
            old=old,
            new=new,
            wide=mark.at in self._outside,
            text=_raw(file.after, mark),
            conditional=conditional,
            platform=conditional and bool(built_for or _PLATFORM.search(f"{asked} {text}")),
        )

    def _condition(self, mark: Mark) -> str:
        """The condition of the branch that a mark stands in, within its definition."""
        around = self._around.get(mark.at)
        first = around.at if around else 0
        for handler in inside(self._code.handlers, (first, mark.at + 1))[-200:]:
            missing = _MISSING.search(handler.catches[:500])
            if missing and handler.body[0] <= mark.at < handler.body[1]:
                return handler.catches[:500]
        branches = inside(self._code.branches, (first, mark.at + 1))
        for branch in reversed(branches[-200:]):
            if branch.body[0] <= mark.at < branch.body[1]:
                return branch.condition[:500]
        return ""


def _raw(content: bytes | None, mark: Mark) -> str:
    raw = (content or b"")[mark.at : min(mark.end, mark.at + 400)]
    return " ".join(raw.decode(errors="replace").split())
