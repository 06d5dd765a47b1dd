"""What JavaScript prints of a failed test: its reason, and the frame that says where."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.log_paths import is_foreign
from bot.core.pattern import pattern

MAX_PATH = 500
MAX_DIGITS = 7

_MARKS = ("at ", "\u276f ", "\u203a ")  # the arrows of vitest and of ava
_SERVED = pattern(
    r"(?:webpack-internal:///|webpack://[^/]{0,100}/|https?://[^/]{1,100}/(?:base/|absolute)?)\.?"
)
_NODE = pattern(
    r"(?:node:|internal/|native|(?:assert|async_hooks|child_process|domain|events|fs|module|net|timers|util|vm|zlib)\.js$)"
    r"|.{0,300}/\.yarn/|.{0,300}\.pnp\.c?js$|bun:|ext:|.{0,300}/jasmine-core/"
)
_TEST_FILE = pattern(
    r".{0,400}(?:[._-](?:test|spec|e2e|cy)\.|(?:^|/)__tests__/|(?:^|/)(?:test|spec)[._-])"
)
_TEST_FOLDER = pattern(r"(?:.{0,400}/)?(?:tests?|specs?|e2e|cypress)/")
_QUERY = pattern(r"\?[^/]{0,100}$")
_COMPARED = pattern(
    r"(?:Expected|Received|Snapshot|Resolved|Rejected)\b[^:]{0,60}(?:: *\S|resolved|rejected)"
)
_CODE = pattern(r"[ >]{0,20}\d{0,7} \|")
MAX_COMPARED = 4
_SPECIAL = pattern(r"[.*+?^${}()|\[\]\\]")


class Frame(NamedTuple):
    """A place in a file, as printed."""

    file: str
    line: int
    column: int


def frame(text: str) -> Frame | None:
    """The place in a line of a stack trace: `at f (a.js:1:2)`, `at a.js:1:2`, an arrow instead of `at`."""
    bare = text.strip()
    if not bare.startswith(_MARKS):
        return None
    rest = bare.split(" ", 1)[1]
    if rest.endswith(")"):
        rest = rest[rest.rfind("(") + 1 : -1]
    elif rest.count(" "):
        rest = rest.rsplit(" ", 1)[1]
    return place(rest)


def place(text: str) -> Frame | None:
    """`src/a.js:1:2` in parts; also when a web server or a bundler named the file."""
    file, _, rest = text.rpartition(":")
    file, _, line = file.rpartition(":")
    if not (line.isdecimal() and rest.isdecimal() and len(line) + len(rest) <= 2 * MAX_DIGITS):
        return None
    if "://" in file and not file.startswith("file:"):
        file = _QUERY.sub("", _SERVED.sub("", file)).lstrip("/")
    if not file or len(file) > MAX_PATH or "<" in file or ")" in file:
        return None
    return Frame(file, int(line), int(rest))


def best(lines: Iterable[str], own: str | None = None) -> Frame | None:
    """Where it failed: the innermost frame of the test's own file, else of a test file, else of ours.

    Args:
        lines: of one stack trace, innermost frame first; other lines are passed over.
        own: the file of the test, as far as it is known.
    """
    ours = [found for found in map(frame, lines) if found is not None and is_ours(found.file)]
    for fits in (lambda file: is_same(file, own), is_test_file, _in_test_folder):
        for each in ours:
            if fits(each.file.replace("\\", "/")):
                return each
    return ours[0] if ours else None


def is_ours(file: str) -> bool:
    """Whether a file may be the repository's: not of node, nor of an installed package."""
    return not is_foreign(file) and _NODE.match(file) is None


def is_same(file: str, own: str | None) -> bool:
    """Whether two ways to print a path mean one file."""
    if not own:
        return False
    file, own = file.replace("\\", "/"), own.replace("\\", "/")
    return file == own or file.endswith("/" + own) or own.endswith("/" + file)


def is_test_file(file: str) -> bool:
    """Whether the name is that of a file with tests."""
    return _TEST_FILE.match(file.replace("\\", "/")) is not None


def reason(lines: Iterable[str]) -> str:
    """The first line of an assertion, and what it expected and received; "" of nothing."""
    first, compared = "", []
    for text in lines:
        if not first:
            first = text.strip()
        elif _CODE.match(text) or text.lstrip().startswith("at "):
            break
        elif _COMPARED.match(text.lstrip()):
            compared.append(text.strip())
    return ": ".join([first, ", ".join(compared[:MAX_COMPARED])]) if compared else first


def name_pattern(name: str) -> str:
    """A test's name for an option that takes a regular expression."""
    return _SPECIAL.sub(r"\\\g<0>", name)


def _in_test_folder(file: str) -> bool:
    return _TEST_FOLDER.match(file) is not None
