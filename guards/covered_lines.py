"""Coverage before and after a change, in the paths and line numbers of the new tree.

Reports name files in their own way (JaCoCo by package, Cobertura below a source folder), so that
a touched file is found by the end of its path.
"""

from collections.abc import Collection, Iterable, Mapping

from guards.change import Change, FileChange
from guards.evidence import FileCoverage
from guards.halves import serves_tests
from guards.pattern import expression
from guards.roles import Role

_MAX_LINE = 2000
# Lines that no test is meant to reach, or that only another platform or version does.
_IDIOMS = expression(
    r"(?:if (?:typing\.|t\.)?TYPE_CHECKING\b|if __name__ ==|raise NotImplementedError|\.\.\.(?:\s*#|$)|pass(?:\s*#|$)"
    r"|@(?:abc\.)?abstract|@(?:typing\.|t\.)?overload|except (?:ImportError|ModuleNotFoundError)|assert_never\("
    r"|def __repr__|(?:el)?if sys\.(?:platform|version_info)|(?:el)?if os\.name\b|(?:el)?if platform\."
    r"|(?:if \(?)?process\.platform\b|if \(?runtime\.GOOS\b|unreachable!|todo!|unimplemented!|[{}();\s]*$|(?:\} )?else(?: \{|:)?$)"
)
_BLOCKS = expression(
    r"(?:if (?:typing\.|t\.)?TYPE_CHECKING\b|if __name__ ==|except (?:ImportError|ModuleNotFoundError)"
    r"|(?:el)?if sys\.(?:platform|version_info)|(?:el)?if os\.name\b|(?:el)?if platform\.|@(?:abc\.)?abstract"
    r"|@(?:typing\.|t\.)?overload)"
)
# What guards against callers and the outside world; tests often leave it out.
_DEFENCE = expression(
    r"(?:raise\b|throw\b|panic\(|panic!|return (?:\w+, )*(?:err\b|fmt\.Errorf|errors\.)|return Err\(|(?:self\.)?_?log(?:ger|ging)?\."
    r"|console\.(?:error|warn)|msg = |except\b|(?:\} )?catch\b|rescue\b|LOG\.|reject\()"
)


def by_path(
    coverage: Mapping[str, FileCoverage], paths: Iterable[str]
) -> Mapping[str, FileCoverage]:
    """The same lines by the paths of the repository, where the end of a path tells which it is."""
    known = {path for path in paths if path not in coverage}
    ends: dict[str, list[str]] = {}
    for path in known:
        parts = path.split("/")
        for start in range(1, len(parts) - 1):
            ends.setdefault("/".join(parts[start:]), []).append(path)
    found: dict[str, FileCoverage] = {}
    for path, lines in coverage.items():
        named = ends.get(path.lstrip("/"), [])
        found[named[0] if len(named) == 1 else path] = lines
    return found


def is_unmeant(text: str) -> bool:
    """Whether tests are not meant to reach a line: it is empty of meaning or of another platform."""
    return _IDIOMS.match(text[:_MAX_LINE].strip()) is not None


def is_defence(text: str) -> bool:
    """Whether a line only refuses or reports what should not be."""
    return _DEFENCE.match(text[:_MAX_LINE].strip()) is not None


def unmeant_lines(file: FileChange) -> frozenset[int]:
    """Numbers of lines in the new file that no test is meant to reach, with their blocks."""
    if file.after is None:
        return frozenset(line.number for line in file.added if is_unmeant(line.text))
    found: set[int] = set()
    block: int | None = None  # how far the line is indented whose block is left out
    for number, text in enumerate(file.after.decode(errors="replace").split("\n"), start=1):
        if not text.strip():
            continue
        depth = len(text) - len(text.lstrip())
        if (
            block is not None
            and depth <= block
            and not text.lstrip().startswith(("def ", "async "))
        ):
            block = None
        if block is not None or is_unmeant(text):
            found.add(number)
        if block is None and _BLOCKS.match(text[:_MAX_LINE].strip()):
            block = depth
    return frozenset(found)


def percent(lines: Collection[int], of: Collection[int]) -> float:
    """The share of lines, 0 to 100."""
    return 100.0 * len(lines) / max(len(of), 1)


def touches_product(change: Change) -> bool:
    """Whether anything changes but tests, their data and settings, and documentation."""
    return any(not serves_tests(file.path) and file.role is not Role.DOCS for file in change.files)
