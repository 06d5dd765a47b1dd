"""Read what test runs leave behind. Pure: bytes in; the files come from untrusted processes."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.parsers import expat

from guards.errors import BadEvidenceError
from guards.evidence import FileCoverage

MAX_BYTES = 64 * 1024 * 1024
_MAX_TESTS = 200_000
_MAX_ID = 2000
_MAX_LINE_NUMBER = 10_000_000
_SUMMARY = re.compile(r"=+ |-+ |no tests (?:collected|ran)|[\d/]+ tests? collected")

Coverage = Mapping[str, FileCoverage]


def collected(text: str) -> frozenset[str]:
    """Ids of collected tests, one a line, as `pytest --collect-only -q` prints them.

    Raises:
        BadEvidenceError: more ids than anybody has.
    """
    ids = frozenset(
        line[:_MAX_ID]
        for raw in text.split("\n")
        if (line := raw.strip()) and not _SUMMARY.match(line)
    )
    if len(ids) > _MAX_TESTS:
        msg = f"more than {_MAX_TESTS} collected tests"
        raise BadEvidenceError(msg)
    return ids


def coverage_json(data: bytes, root: str = "") -> Coverage:
    """Lines by file, out of `coverage json`.

    Args:
        data: the report.
        root: absolute path of the checkout; it is cut off absolute file names.

    Raises:
        BadEvidenceError: not such a report.
    """
    _check_size(data)
    try:
        files = json.loads(data)["files"]
        return {
            _relative(path, root): FileCoverage(
                executed=_numbers(entry["executed_lines"]),
                missing=_numbers(entry["missing_lines"]),
                excluded=_numbers(entry.get("excluded_lines", [])),
            )
            for path, entry in files.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        msg = "not a report of `coverage json`"
        raise BadEvidenceError(msg) from exc


def lcov(data: bytes, root: str = "") -> Coverage:
    """Lines by file, out of an lcov tracefile; the arguments are those of `coverage_json`.

    Raises:
        BadEvidenceError: not such a file.
    """
    _check_size(data)
    hits: dict[str, dict[int, int]] = {}
    current: dict[int, int] | None = None
    for line in data.decode(errors="replace").split("\n"):
        key, _, value = line.strip().partition(":")
        if key == "SF":
            current = hits.setdefault(_relative(value, root), {})
        elif key == "end_of_record":
            current = None
        elif key == "DA":
            if current is None:
                msg = "lcov: a line of no file"
                raise BadEvidenceError(msg)
            _add(current, *[*value.split(","), "", ""][:2])
    if not hits and data.strip():
        msg = "not an lcov tracefile"
        raise BadEvidenceError(msg)
    return _from_hits(hits)


def cobertura(data: bytes, root: str = "") -> Coverage:
    """Lines by file, out of a Cobertura report; the arguments are those of `coverage_json`.

    Raises:
        BadEvidenceError: not such a report, or it declares entities.
    """
    hits: dict[str, dict[int, int]] = {}
    current: dict[int, int] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current
        if name == "class":
            current = hits.setdefault(_relative(attributes.get("filename", ""), root), {})
        elif name == "line":
            _add(current, attributes.get("number", ""), attributes.get("hits", ""))

    _walk_xml(data, "coverage", start)
    return _from_hits(hits)


def junit_tests(data: bytes) -> frozenset[str]:
    """Ids of the tests in a JUnit report, in the form that pytest collects them.

    Raises:
        BadEvidenceError: not such a report, or it declares entities.
    """
    ids: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "testcase" and len(ids) <= _MAX_TESTS:
            ids.add(_junit_id(attributes)[:_MAX_ID])

    _walk_xml(data, "testsuite", start)
    return frozenset(ids)


def _junit_id(attributes: Mapping[str, str]) -> str:
    """`tests/test_a.py::TestA::test_x` of class name `tests.test_a.TestA` and name `test_x`."""
    # Bounded first: of a name with a million dots each step below would cost a million more.
    parts = attributes.get("classname", "")[:_MAX_ID].split(".")
    classes: list[str] = []
    while parts and parts[-1][:1].isupper():
        classes.insert(0, parts.pop())
    path = attributes.get("file") or "/".join(parts) + ".py"
    return "::".join([path, *classes, attributes.get("name", "")])


def _walk_xml(data: bytes, root: str, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call `start` for each element, in one pass; `root` is how the first one's name begins."""
    _check_size(data)
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
    parser.EntityDeclHandler = on_entity
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as exc:
        msg = f"unreadable XML: {exc}"
        raise BadEvidenceError(msg) from exc


def _add(hits: dict[int, int], number: str, count: str) -> None:
    """Count hits of a line; one that is listed twice (in branches, in methods) adds up."""
    if not (number.isascii() and number.isdecimal() and len(number) <= len(str(_MAX_LINE_NUMBER))):
        msg = f"no line number: {number[:20]!r}"
        raise BadEvidenceError(msg)
    hits[int(number)] = hits.get(int(number), 0) or int(count.strip() not in {"", "0"})


def _from_hits(hits: Mapping[str, Mapping[int, int]]) -> Coverage:
    return {
        path: FileCoverage(
            executed=frozenset(line for line, count in lines.items() if count),
            missing=frozenset(line for line, count in lines.items() if not count),
        )
        for path, lines in hits.items()
    }


def _numbers(values: Any) -> frozenset[int]:
    if not all(isinstance(value, int) for value in values):
        msg = "line numbers"
        raise TypeError(msg)
    return frozenset(values)


def _relative(path: str, root: str) -> str:
    """A path as the repository has it: "/"-separated, relative to its root."""
    path = path.replace("\\", "/")
    if root:
        path = path.removeprefix(root.rstrip("/") + "/")
    return path.removeprefix("./")


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        msg = f"larger than {MAX_BYTES} bytes"
        raise BadEvidenceError(msg)
