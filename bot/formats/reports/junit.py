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
# Linters that write JUnit: ESLint, ruff, oxlint; PHP_CodeSniffer; RuboCop.
_LINT = pattern(
    r"line (?P<line>\d{1,7}), col(?:umn)? (?P<column>\d{1,7}), (?:(?P<severity>Error|Warning) - )?\S"
)
_PHPCS = pattern(
    r"(?P<rule>[\w.]{1,200}) at (?P<file>.{1,400}) \((?P<line>\d{1,7}):(?P<column>\d{1,7})\)$"
)
_BARE = pattern(r"(?P<file>[^\s:]{1,400}):(?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?$")
_TEST_MODULE = pattern(r"test_\w{1,100}$|\w{1,100}_test$|tests$")
_SPLIT = pattern(r"[.$/\\:> \u203a]{1,4}")


def parse(nodes: Iterable[Node]) -> Iterator[Failure]:
    """One failure a test with a failure or an error; what passed on another try is none."""
    for node in nodes:
        finding = _finding(node)
        if finding is not None:
            yield from finding
            continue
        found = [child for child in node.element if child.tag in ("failure", "error")]
        if found:
            yield _failure(node, found)


def _finding(node: Node) -> tuple[Failure, ...] | None:
    """What a linter wrote as a test: none for a warning; None when it is a test."""
    child = next((each for each in node.element if each.tag in ("failure", "error")), None)
    if child is None:
        return ()
    suite = node.parents[-1].get("name", "") if node.parents else ""
    name = node.element.get("name", "")
    said, file = _LINT.match((child.text or "").strip()), suite
    if said is None and (said := _PHPCS.match(name)) is not None:
        file, name = said["file"], said["rule"]
    elif (
        said is None
        and suite == "rubocop"
        and (said := _BARE.match((child.text or "").strip())) is not None
    ):
        file = said["file"]
    if said is None:
        return None
    if said.groupdict().get("severity") == "Warning":
        return ()
    rule = name.removeprefix("org.eslint.").removeprefix("org.ruff.")
    message = (child.get("message") or "").removeprefix(f"{rule}: ")
    return (
        Failure(
            type=FailureType.LINT,
            tool="rubocop"
            if suite == "rubocop"
            else "eslint"
            if rule != name and "eslint" in name
            else NAME,
            rule=rule or None,
            message=message or rule,
            file=file or None,
            line=int(said["line"]),
            column=number(said["column"]),
        ),
    )


def _failure(node: Node, found: list[Element]) -> Failure:
    case, first = node.element, found[0]
    body = (first.text or "").strip("\n")
    file, line = _given(node)
    frame = telling(body, _names(case, file))
    file, line, column = _place(file, line, frame)
    file = file or _module(node)
    name, group = case.get("name", ""), case.get("classname", "")
    detail = [text for text in body.splitlines() if text.strip()]
    detail += [each.get("message", "") for each in found[1:]]
    return Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=f"{group}.{name}"
        if group and group != name and not name.startswith(group)
        else name or None,
        message=_message(case, first, body),
        file=file,
        line=line,
        column=column,
        command=f"pytest {shlex.quote(file)}" if file and file.endswith(".py") else None,
        detail=tuple(detail[:MAX_DETAIL]),
    )


def _message(case: Element, first: Element, body: str) -> str:
    """The attribute's first lines; the text's where the attribute says nothing."""
    said = _said(first.get("message") or "", case)
    if not said or (len(said) == 1 and said[0].rstrip(".!").lower() in _EMPTY):
        told = _said(body, case)
        placed = _PLACED.match(told[0]) if told else None
        if placed is not None:
            told[0] = placed["rest"]
        said = (told if told and told[0].endswith(":") else told[:1]) or said
    kind = (first.get("type") or "").replace("\\", ".").rpartition(".")[2]
    message = " ".join(said[:MAX_SAID]) or kind or "failed"
    is_named = kind.endswith(("Error", "Exception")) and kind not in message
    return f"{kind}: {message}" if is_named else message


def _said(text: str, case: Element) -> list[str]:
    """Lines that say something: not the place alone, not the test's own name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    while len(lines) > 1 and (
        _BARE.match(lines[0]) is not None or lines[0].endswith(f"::{case.get('name', '')}")
    ):
        del lines[0]
    return lines


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


def _module(node: Node) -> str | None:
    """The file of a test without a trace: pytest makes the class name of the file's path."""
    if not any(parent.get("name") == "pytest" for parent in node.parents):
        return None
    words = node.element.get("classname", "").split(".")
    while words and _TEST_MODULE.match(words[-1]) is None:
        words.pop()
    return "/".join(words) + ".py" if words else None


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
