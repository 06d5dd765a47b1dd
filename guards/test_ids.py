"""Names of tests as runners give them: file, scope, name and parameters told apart."""

import re
from dataclasses import dataclass
from functools import lru_cache

from guards.pattern import expression

# What differs from run to run: addresses, UUIDs, temporary folders.
_VOLATILE = expression(
    r"0x[0-9a-fA-F]{6,16}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|/tmp/[\w.-]{1,100}|\bpytest-\d{1,9}\b",
    re.IGNORECASE,
)
_GROUP = expression(r"@[\w.-]{1,100}$")  # of pytest-xdist
_PLACE = expression(r"(\.\w{1,5}):\d{1,7}(?::\d{1,5})?(?=$|\s|::)")
_FILE = expression(
    r"(?:[^:]*/)?[^:/]*\.(?:py|[cm]?[jt]sx?|vue|rb|php|go|rs|exs?|bats|sh|txt|md|rst|dart|lua)"
)
_GO = expression(r"(?:Test|Benchmark|Example|Fuzz)\w*/")
_SET = " with data set "  # of PHPUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class TestId:
    """One collected test.

    Attributes:
        file: "" when the runner does not say. scope: classes and suites around it, outermost first.
        name: without parameters. parameters: as written, "" = none.
    """

    file: str
    scope: tuple[str, ...]
    name: str
    parameters: str = ""

    @property
    def function(self) -> tuple[str, tuple[str, ...], str]:
        """The test without its parameters."""
        return self.file, self.scope, self.name

    def __str__(self) -> str:
        return "::".join(filter(None, [*self.scope, self.name + self.parameters]))


def is_whole_file(test: str) -> bool:
    """Whether an id names a file alone: one whose tests could not even be collected."""
    return "::" not in test and _FILE.fullmatch(test) is not None


@lru_cache(maxsize=1 << 16)
def parsed(test: str) -> TestId:
    """The parts of an id; whatever it looks like, it has a name."""
    head, parameters = _split(test)
    parts = head.split("::")
    file = parts.pop(0) if len(parts) > 1 and _FILE.fullmatch(parts[0]) else ""
    name = parts.pop()
    if not file and not parts and "." in name and " " not in name:
        scope, _, last = name.rpartition(".")
        if scope and last:
            parts, name = [scope], last
    return TestId(file=file, scope=tuple(parts), name=name, parameters=parameters)


def without_volatile_parts(test: str) -> str:
    """The same id in every run."""
    if ".py::" in test:
        test = _GROUP.sub("", test)
    return _VOLATILE.sub("…", _PLACE.sub(r"\1", test))


def _split(test: str) -> tuple[str, str]:
    """What stands before the parameters, and they."""
    start = test.rfind("::", 0, _first(test, "[", len(test)))
    begin = start + 2 if start >= 0 else 0
    ends = [at for mark in ("[", "(", _SET) if (at := test.find(mark, begin)) > begin]
    if _GO.match(test, begin):
        ends.append(test.find("/", begin))
    at = min(ends, default=len(test))
    return test[:at].rstrip(), test[at:]


def _first(text: str, mark: str, otherwise: int) -> int:
    at = text.find(mark)
    return at if at >= 0 else otherwise
