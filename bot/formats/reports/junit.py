"""JUnit XML, as three dozen tools write it: pytest, Surefire, Gradle, jest-junit, gtest, Swift."""

import shlex
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from bot.core.documents import Node
from bot.core.failure import Failure, FailureType
from bot.core.fields import number
from bot.core.pattern import pattern
from bot.core.stack_frames import Frame, telling

NAME = "junit"
ROOTS = ("testsuites", "testsuite")
TAGS = ("testcase",)

MAX_DETAIL = 40
MAX_SAID = 4
_EMPTY = {"failed", "failure", "error", "test failed", "failed test", "assertion failed"}
_PLACED = pattern(
    r"\s*(?P<file>[^\s:]{1,300}\.\w{1,8}):(?P<line>\d{1,7})(?::\d{1,7})?: (?P<rest>\S.*)$"
)
_SPLIT = pattern(r"[.$/\\:> \u203a]{1,4}")


def parse(nodes: Iterable[Node]) -> Iterator[Failure]:
    """One failure a test with a failure or an error; what passed on another try is none."""
    for node in nodes:
        found = [child for child in node.element if child.tag in ("failure", "error")]
        if found:
            yield _failure(node, found)


def _failure(node: Node, found: list[Element]) -> Failure:
    case, first = node.element, found[0]
    body = (first.text or "").strip("\n")
    file, line = _given(node)
    frame = telling(body, _names(case, file))
    if file is None or line is None:
        file, line, column = _place(file, line, frame)
    else:
        column = None
    name, group = case.get("name", ""), case.get("classname", "")
    detail = [text for text in body.splitlines() if text.strip()]
    detail += [each.get("message", "") for each in found[1:]]
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{group}.{name}"
        if group and group != name and not name.startswith(group)
        else name or None,
        message=_message(first, body),
        file=file,
        line=line,
        column=column,
        command=f"pytest {shlex.quote(file)}" if file and file.endswith(".py") else None,
        detail=tuple(detail[:MAX_DETAIL]),
    )


def _message(first: Element, body: str) -> str:
    """The attribute's first lines; the text's where the attribute says nothing."""
    said = [text.strip() for text in (first.get("message") or "").splitlines() if text.strip()]
    if not said or (len(said) == 1 and said[0].rstrip(".!").lower() in _EMPTY):
        told = [text.strip() for text in body.splitlines() if text.strip()]
        placed = _PLACED.match(told[0]) if told else None
        if placed is not None:
            told[0] = placed["rest"]
        said = told[:1] or said
    kind = (first.get("type") or "").rpartition(".")[2]
    message = " ".join(said[:MAX_SAID]) or kind or "failed"
    is_named = kind.endswith(("Error", "Exception")) and kind not in message
    return f"{kind}: {message}" if is_named else message


def _given(node: Node) -> tuple[str | None, int | None]:
    """Place that the report gives as attributes of the test or of its suite."""
    case = node.element
    file = case.get("file") or case.get("filepath") or None
    line = number(case.get("line") or case.get("lineno"))
    if file is not None:
        return file, line
    for parent in reversed(node.parents):
        if parent.get("file") or parent.get("filepath"):
            return parent.get("file") or parent.get("filepath"), None
    return None, None


def _place(
    file: str | None, line: int | None, frame: Frame | None
) -> tuple[str | None, int | None, int | None]:
    """The place of the frame, unless it lies in another file than the one given."""
    if frame is None:
        return file, line, None
    if file is None or file.replace("\\", "/").endswith(_base(frame.file)):
        return _longer(file, frame.file), frame.line, frame.column
    return file, line, None


def _base(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2]


def _longer(given: str | None, seen: str) -> str:
    return given if given and len(given) > len(seen) else seen


def _names(case: Element, file: str | None) -> set[str]:
    """What the file of the test may be called."""
    words = case.get("classname", "") + "/" + case.get("name", "")
    names = set(_SPLIT.sub("\n", words).split("\n"))
    if file:
        names.add(_base(file).partition(".")[0])
    return names - {""}
