"""Test results of .NET: TRX of `dotnet test`, xunit.net v2, NUnit 2 and 3."""

import shlex
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from bot.core.documents import Node
from bot.core.failure import Failure, FailureType
from bot.core.pattern import pattern
from bot.core.stack_frames import telling

NAME = "dotnet test"
ROOTS = ("TestRun", "assemblies", "assembly", "test-run", "test-results")
TAGS = ("UnitTestResult", "test", "test-case")

MAX_DETAIL = 40
MAX_SAID = 4
_BAD = {"failed", "fail", "failure", "error", "timeout", "aborted"}
_SPLIT = pattern(r"[.+(<,`]")


def parse(nodes: Iterable[Node]) -> Iterator[Failure]:
    """One failure a test that failed, however deep it stands in the result of a theory."""
    for node in nodes:
        leaves = [
            each
            for each in node.element.iter(node.element.tag)
            if each.find("InnerResults") is None
        ]
        for case in leaves:
            outcome = case.get("outcome") or case.get("result") or ""
            if outcome.lower() in _BAD:
                yield _failure(case, outcome)


def _failure(case: Element, outcome: str) -> Failure:
    said = _text(case, "Message", "message").strip()
    trace = _text(case, "StackTrace", "stack-trace")
    name = case.get("testName") or case.get("fullname") or case.get("name") or ""
    words = (
        f"{name}.{case.get('classname', '')}.{case.get('type', '')}.{trace.partition(' in ')[0]}"
    )
    frame = telling(trace, _classes(words, trace))
    lines = [text.strip() for text in said.splitlines() if text.strip()]
    return Failure(
        type=FailureType.TIMEOUT if outcome.lower() == "timeout" else FailureType.TEST,
        tool=NAME,
        test=name or None,
        message=" ".join(lines[:MAX_SAID]) or outcome,
        file=frame.file if frame else None,
        line=frame.line if frame else None,
        command=f"dotnet test --filter {shlex.quote('FullyQualifiedName~' + name.partition('(')[0])}"
        if name
        else None,
        detail=tuple([*lines, *trace.splitlines()][:MAX_DETAIL]),
    )


def _classes(words: str, trace: str) -> set[str]:
    """Names of the classes of the test: its file is called so. The last frame is the test itself."""
    names = set(_SPLIT.sub("\n", words).split("\n"))
    last = [row for row in trace.splitlines() if " in " in row][-1:]
    stems = {
        row.rpartition(":line")[0].replace("\\", "/").rpartition("/")[2].partition(".")[0]
        for row in last
    }
    return (names & stems) or stems


def _text(case: Element, *tags: str) -> str:
    for tag in tags:
        for element in case.iter(tag):
            if element.text:
                return element.text
    return ""
