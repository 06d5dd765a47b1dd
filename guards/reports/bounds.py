"""How large a report may be, and XML in one pass: without entities, without a tree."""

from collections.abc import Callable
from xml.parsers import expat

from guards.errors import BadEvidenceError

MAX_BYTES = 64 * 1024 * 1024
MAX_TESTS = 200_000
MAX_ID = 2000


def check_size(data: bytes) -> None:
    """Accept a report that is not too large.

    Raises:
        BadEvidenceError: it is.
    """
    if len(data) > MAX_BYTES:
        msg = f"larger than {MAX_BYTES} bytes"
        raise BadEvidenceError(msg)


def walk_xml(
    data: bytes,
    root: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda _: None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element, in one pass; `root` is how the first one's name begins.

    Raises:
        BadEvidenceError: another root, not well-formed, or entities are declared.
    """
    check_size(data)
    first = True

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal first
        if first and not name.startswith(root):
            msg = f"XML of <{name[:50]}>, not of <{root}>"
            raise BadEvidenceError(msg)
        first = False
        start(name, attributes)

    def on_entity(*_: object) -> None:
        msg = "XML that declares entities"
        raise BadEvidenceError(msg)

    parser = expat.ParserCreate()
    parser.StartElementHandler = on_start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = on_entity
    if text is not None:
        parser.buffer_text = True
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        msg = f"unreadable XML: {exc}"
        raise BadEvidenceError(msg) from exc


def relative(path: str, root: str) -> str:
    """A path as the repository has it: "/"-separated, relative to its root."""
    path = path.replace("\\", "/")
    if root:
        path = path.removeprefix(root.replace("\\", "/").rstrip("/") + "/")
    return path.removeprefix("./")
