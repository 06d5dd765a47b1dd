"""The outcome of each test, out of the reports that runners write. Pure, and the bytes are hostile."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guards import evidence_files
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
    """Out of a JUnit report; tests are named as collected ones are.

    Raises:
        BadEvidenceError: not such a report, or it declares entities.
    """
    return evidence_files.junit(_bounded(data), _ROOT)


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
