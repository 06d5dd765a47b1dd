"""The outcome of each test, out of the reports that runners write. Pure, and the bytes are hostile."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from guards.errors import BadEvidenceError
from guards.evidence import Outcome

MAX_BYTES = 5 << 20
_MAX_TESTS = 100_000
_MAX_ID = 2000
_ROOT = "/workspace/"  # where a box has the checkout

Outcomes = Mapping[str, Outcome]

_WORDS: Mapping[str, Outcome] = {
    "pass": Outcome.PASSED,
    "passed": Outcome.PASSED,
    "fail": Outcome.FAILED,
    "failed": Outcome.FAILED,
    "skip": Outcome.SKIPPED,
    "skipped": Outcome.SKIPPED,
    "pending": Outcome.SKIPPED,
    "todo": Outcome.SKIPPED,
    "disabled": Outcome.SKIPPED,
}
# The worst of several that bear one name counts.
_WORST = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED, Outcome.XFAILED, Outcome.PASSED)


def of_exit_code(line: str, exit_code: int) -> Outcomes:
    """A whole command as one test that passed or failed."""
    return {line[:_MAX_ID]: Outcome.FAILED if exit_code else Outcome.PASSED}


def junit(data: bytes) -> Outcomes:
    """Out of a JUnit report.

    Raises:
        BadEvidenceError: not such a report, or it declares entities.
    """
    reader = _JUnit()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(_bounded(data), True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        msg = f"no JUnit report: {exc}"
        raise BadEvidenceError(msg) from exc
    return _collected(iter(reader.found))


class _JUnit:
    """What the elements of one report said so far."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Outcome]] = []
        self._test: str | None = None
        self._outcome = Outcome.PASSED
        self._seen = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's beginning."""
        if not self._seen and not name.startswith("testsuite"):
            msg = f"XML of <{name[:50]}>, not of <testsuite>"
            raise BadEvidenceError(msg)
        self._seen = True
        if name == "testcase":
            self._test, self._outcome = _junit_id(attributes), Outcome.PASSED
        elif self._test is not None and name in {"failure", "error", "skipped"}:
            expected = "xfail" in attributes.get("type", "")
            outcome = {"failure": Outcome.FAILED, "error": Outcome.ERROR}.get(
                name, Outcome.XFAILED if expected else Outcome.SKIPPED
            )
            self._outcome = _worse(self._outcome, outcome)

    def end(self, name: str) -> None:
        """Take an element's end."""
        if name == "testcase" and self._test is not None:
            if len(self.found) > _MAX_TESTS:
                msg = f"more than {_MAX_TESTS} tests"
                raise BadEvidenceError(msg)
            self.found.append((self._test, self._outcome))
            self._test = None


def _junit_id(attributes: Mapping[str, str]) -> str:
    """`tests/test_a.py::TestA::test_x`, as pytest itself names it; a file that cannot be read is its path."""
    classname = attributes.get("classname", "")[:_MAX_ID]
    name = attributes.get("name", "")[:_MAX_ID]
    file = _relative(attributes.get("file", "")[:_MAX_ID])
    module = file.rpartition(".")[0].replace("/", ".")
    if not classname and name == module:
        return file
    if classname == "test" and not file:
        return name  # node says no more
    if not classname and not file:
        return name.replace(".", "/") + ".py"
    if file and classname.startswith(module):
        classes = classname[len(module) :].strip(".").split(".")
        return "::".join([file, *filter(None, classes), name])
    parts = classname.split(".")
    above = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts))
    path = file or "/".join(parts[:above]) + ".py"
    return "::".join([path, *parts[above:], name])


def jest(data: bytes) -> Outcomes:
    """Out of what `jest --json` and vitest's JSON reporter write.

    Raises:
        BadEvidenceError: not such a report.
    """

    def read(document: Any) -> Iterator[tuple[str, Outcome]]:
        for suite in document["testResults"]:
            path = _relative(str(suite["name"]))
            tests = suite["assertionResults"]
            if not tests and suite.get("status") == "failed":
                yield path, Outcome.ERROR
            for test in tests:
                if (outcome := _WORDS.get(str(test["status"]))) is not None:
                    yield f"{path}::{test['fullName']}", outcome

    return _read_json(data, read)


def mocha(data: bytes) -> Outcomes:
    """Out of what mocha's JSON reporter writes.

    Raises:
        BadEvidenceError: not such a report.
    """

    def read(document: Any) -> Iterator[tuple[str, Outcome]]:
        kinds = (
            ("passes", Outcome.PASSED),
            ("failures", Outcome.FAILED),
            ("pending", Outcome.SKIPPED),
        )
        for kind, outcome in kinds:
            for test in document[kind]:
                yield f"{_relative(str(test.get('file') or ''))}::{test['fullTitle']}", outcome

    return _read_json(data, read)


def rspec(data: bytes) -> Outcomes:
    """Out of what RSpec's JSON formatter writes.

    Raises:
        BadEvidenceError: not such a report.
    """

    def read(document: Any) -> Iterator[tuple[str, Outcome]]:
        for test in document["examples"]:
            path = str(test["file_path"]).removeprefix("./")
            expected = bool(test.get("pending_message"))
            outcome = _WORDS[str(test["status"])]
            if expected and outcome is Outcome.SKIPPED:
                outcome = Outcome.XFAILED
            yield f"{path}::{test['full_description']}", outcome

    return _read_json(data, read)


def go(data: bytes) -> Outcomes:
    """Out of the events of `go test -json`.

    Raises:
        BadEvidenceError: none of the lines is one.
    """

    def read() -> Iterator[tuple[str, Outcome]]:
        for line in _bounded(data).split(b"\n"):
            try:
                event = json.loads(line)
                outcome = _WORDS.get(event["Action"])
                package, test = event["Package"], event.get("Test", "")
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            if outcome is None or (not test and not outcome.is_bad):
                continue
            # A package that fails without a test could not be built.
            yield f"{package}::{test}" if test else str(package), outcome

    found = _collected(read())
    if not found:
        msg = "no events of `go test -json`"
        raise BadEvidenceError(msg)
    with_tests = {name.partition("::")[0] for name in found if "::" in name}
    return {name: outcome for name, outcome in found.items() if name not in with_tests}


def _read_json(data: bytes, read: Callable[[Any], Iterator[tuple[str, Outcome]]]) -> Outcomes:
    try:
        return _collected(read(json.loads(_bounded(data))))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        msg = f"no such report: {type(exc).__name__}"
        raise BadEvidenceError(msg) from exc


def _collected(pairs: Iterator[tuple[str, Outcome]]) -> Outcomes:
    found: dict[str, Outcome] = {}
    for name, outcome in pairs:
        name = name[:_MAX_ID]  # noqa: PLW2901 - the same, bounded
        found[name] = _worse(found[name], outcome) if name in found else outcome
        if len(found) > _MAX_TESTS:
            msg = f"more than {_MAX_TESTS} tests"
            raise BadEvidenceError(msg)
    return found


def _worse(first: Outcome, second: Outcome) -> Outcome:
    return min(first, second, key=_WORST.index)


def _relative(path: str) -> str:
    return path.replace("\\", "/").removeprefix(_ROOT).removeprefix("./")


def _bounded(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        msg = f"larger than {MAX_BYTES} bytes"
        raise BadEvidenceError(msg)
    return data


def _refuse_entity(*_: object) -> None:
    msg = "XML that declares entities"
    raise BadEvidenceError(msg)
