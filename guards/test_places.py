"""Places of a file that look like code and never run: dead, not compiled, called by nobody."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from guards.code import Code, inside
from guards.facts import Definition, Kind
from guards.pattern import expression
from guards.test_matching import Located

_OFF = expression(
    r"\s*#\s{0,4}if\s{1,4}(?:0|false|FALSE|False|NEVER|DISABLED|BROKEN|TODO|FIXME)\b"
    r"|\s*#\s{0,4}ifdef\s{1,4}\w{0,40}(?:NEVER|DISABLED|BROKEN|SKIP|OFF)\w{0,40}\s*$"
)
_OPENS = expression(r"\s*#\s{0,4}if")
_CLOSES = expression(r"\s*#\s{0,4}(?:endif|else|elif|elseif)\b")
_CALLED = frozenset({"javascript", "typescript"})  # where functions may make tests
PREPROCESSED = (".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".hh", ".m", ".mm", ".cs", ".swift")


class Places:
    """Spans that are never reached and lines that are never compiled, noted once a file."""

    def __init__(self) -> None:
        self._dead: dict[int, tuple[list[int], list[int]]] = {}
        self._off: dict[int, frozenset[int]] = {}
        self._uncalled: dict[int, tuple[list[int], list[int]]] = {}

    def is_dead(self, located: Located) -> bool:
        """Whether nothing reaches a test."""
        key = id(located.code)
        if key not in self._dead:
            self._dead[key] = _joined(located.code.dead)
        starts, ends = self._dead[key]
        at = bisect_right(starts, located.case.at) - 1
        return at >= 0 and located.case.end <= ends[at]

    def is_uncalled(self, located: Located) -> bool:
        """Whether a test is made by a function that its file does not mention again."""
        code = located.code
        if code.language not in _CALLED:
            return False
        key = id(code)
        if key not in self._uncalled:
            uses = Counter(each.text.partition(".")[0] for each in code.mentions)
            self._uncalled[key] = _joined(
                each.body_span
                for each in code.definitions
                if each.kind is Kind.FUNCTION and _is_unused(each, code, uses, located.content)
            )
        starts, ends = self._uncalled[key]
        at = bisect_right(starts, located.case.at) - 1
        return at >= 0 and located.case.end <= ends[at]

    def is_off(self, located: Located, content: bytes | None) -> bool:
        """Whether a preprocessor takes a test away."""
        if content is None or not located.file.path.endswith(PREPROCESSED):
            return False
        key = id(located.code)
        if key not in self._off:
            self._off[key] = lines_off(content)
        return located.case.line in self._off[key]


def _is_unused(function: Definition, code: Code, uses: Counter[str], content: bytes | None) -> bool:
    """Whether nothing but its own head mentions a function, and no other file can."""
    head = inside(code.mentions, (function.at, function.body_span[0]))
    own = sum(each.text == function.simple_name for each in head)
    before = (content or b"")[max(function.at - 40, 0) : function.at + 7]
    return (
        bool(function.simple_name)
        and uses[function.simple_name] <= own
        and (b"export" not in before)
    )


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Spans in order of which none lies within another."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if not ends or end > ends[-1]:
            starts.append(start)
            ends.append(end)
    return starts, ends


def lines_off(content: bytes | None) -> frozenset[int]:
    """The lines between `#if 0` and what ends it."""
    if content is None:
        return frozenset()
    off: set[int] = set()
    depth = 0
    for number, raw in enumerate(content.decode(errors="replace").splitlines(), start=1):
        line = raw[:200]
        if depth:
            off.add(number)
            if _OPENS.match(line) and not _CLOSES.match(line):
                depth += 1
            elif _CLOSES.match(line) and (depth == 1 or "end" in line):
                depth -= 1
        elif _OFF.match(line):
            depth = 1
    return frozenset(off)
