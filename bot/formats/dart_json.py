"""`dart test --reporter json` and `flutter test --machine`: one event a line."""

import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.json_line import json_object
from bot.core.pattern import pattern

NAME = "dart test"
HINTS = ('"testID":', '"type":"testStart"', '"type":"suite"')
REACH = (0, 0)

_FRAME = pattern(
    r"(?P<file>(?:[A-Za-z]:)?[^\s:]{1,300}\.dart)[ :](?P<line>\d{1,7})(?::(?P<column>\d{1,7}))?\s"
)
MAX_DETAIL = 40


@dataclass(slots=True)
class _Run:
    """Suites and tests whose end has not come."""

    suites: dict[int, str] = field(default_factory=dict)
    tests: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    open: dict[int, Failure] = field(default_factory=dict)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a test that ended in failure or error; the first thing it said is the reason."""
    run = _Run()
    for line in lines:
        event = json_object(line.text)
        if event is not None:
            yield from _read(event, run, line.number)
    yield from run.open.values()


def _read(event: Mapping[str, Any], run: _Run, number: int) -> Iterator[Failure]:
    suite, test, id_ = event.get("suite"), event.get("test"), event.get("testID")
    if isinstance(suite, dict) and isinstance(suite.get("id"), int):
        run.suites[suite["id"]] = str(suite.get("path") or "")
    elif isinstance(test, dict) and isinstance(test.get("id"), int):
        run.tests[test["id"]] = test
    elif isinstance(id_, int) and event.get("type") == "error":
        run.open.setdefault(id_, _failure(event, run, id_, number))
    elif isinstance(id_, int) and event.get("type") == "testDone":
        failure = run.open.pop(id_, None)
        run.tests.pop(id_, None)
        if failure is not None and event.get("result") != "success" and not event.get("skipped"):
            yield failure


def _failure(event: Mapping[str, Any], run: _Run, id_: int, number: int) -> Failure:
    test = run.tests.get(id_, {})
    suite = test.get("suiteID")
    path = run.suites.get(suite, "") if isinstance(suite, int) else ""
    path = path.replace("\\", "/")
    error, trace = str(event.get("error") or ""), str(event.get("stackTrace") or "")
    said = [text.strip() for text in error.splitlines() if text.strip()]
    name = str(test.get("name") or "")
    failure = Failure(
        type=FailureType.TEST,
        tool=NAME,
        test=name or None,
        message=" ".join(said[:4]) or "failed",
        file=path or None,
        command=f"dart test {shlex.quote(path)} --plain-name {shlex.quote(name)}" if path else None,
        detail=tuple([*said, *trace.splitlines()][:MAX_DETAIL]),
        log=LogSpan(start=number, end=number),
    )
    if name.startswith("loading "):
        failure = replace(failure, type=FailureType.BUILD)
    return _placed(failure, trace, test)


def _placed(failure: Failure, trace: str, test: Mapping[str, Any]) -> Failure:
    """At the frame of the test's own file, else where the test begins."""
    base = (failure.file or "").rpartition("/")[2]
    for frame in trace.splitlines():
        match = _FRAME.match(frame)
        if match is not None and base and match["file"].replace("\\", "/").endswith(base):
            column = int(match["column"]) if match["column"] else None
            return replace(failure, line=int(match["line"]), column=column)
    line = test.get("root_line") or test.get("line")
    return replace(failure, line=line) if isinstance(line, int) and line > 0 else failure
