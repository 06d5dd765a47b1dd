"""Which lines tests reached: reports of coverage.py, lcov, Cobertura and JaCoCo."""

import json
from collections.abc import Mapping
from typing import Any

from guards.errors import BadEvidenceError
from guards.evidence import FileCoverage
from guards.reports.bounds import check_size, relative, walk_xml

_MAX_LINE_NUMBER = 10_000_000

Coverage = Mapping[str, FileCoverage]


def coverage_json(data: bytes, root: str = "") -> Coverage:
    """Lines by file, out of `coverage json`.

    Args:
        data: the report.
        root: absolute path of the checkout; it is cut off absolute file names.

    Raises:
        BadEvidenceError: not such a report.
    """
    check_size(data)
    try:
        files = json.loads(data)["files"]
        return {
            relative(path, root): FileCoverage(
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
    check_size(data)
    hits: dict[str, dict[int, int]] = {}
    current: dict[int, int] | None = None
    for line in data.decode(errors="replace").split("\n"):
        key, _, value = line.strip().partition(":")
        if key == "SF":
            current = hits.setdefault(relative(value, root), {})
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
    sources: list[str] = []
    inside_source = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current, inside_source
        inside_source = name == "source"
        if name == "class":
            current = hits.setdefault(relative(attributes.get("filename", ""), root), {})
        elif name == "line":
            _add(current, attributes.get("number", ""), attributes.get("hits", ""))

    def text(content: str) -> None:
        if inside_source and content.strip():
            sources.append(content.strip())

    walk_xml(data, "coverage", start, text=text)
    below = _below(sources, root)
    return _from_hits({below + path: lines for path, lines in hits.items()})


def _below(sources: list[str], root: str) -> str:
    """The folder that all file names are relative to, seen from the root; "" when not known."""
    if len(set(sources)) != 1 or not root:
        return ""
    folder = relative(sources[0].rstrip("/\\") + "/", root)
    return "" if folder.startswith("/") or ":" in folder or folder in {".", "./"} else folder


def jacoco(data: bytes, root: str = "") -> Coverage:
    """Lines by file, out of JaCoCo's XML report; files are named by package, without a folder.

    Raises:
        BadEvidenceError: not such a report, or it declares entities.
    """
    hits: dict[str, dict[int, int]] = {}
    current: dict[int, int] = {}
    package = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current, package
        if name == "package":
            package = attributes.get("name", "")
        elif name == "sourcefile":
            path = f"{package}/{attributes.get('name', '')}".lstrip("/")
            current = hits.setdefault(relative(path, root), {})
        elif name == "line":
            _add(current, attributes.get("nr", ""), attributes.get("ci", ""))

    walk_xml(data, "report", start)
    return _from_hits(hits)


def merged(reports: list[Coverage]) -> Coverage:
    """Several reports as one: a line that one of them saw running runs."""
    found: dict[str, FileCoverage] = {}
    for report in reports:
        for path, lines in report.items():
            known = found.get(path, FileCoverage(executed=frozenset(), missing=frozenset()))
            executed = known.executed | lines.executed
            found[path] = FileCoverage(
                executed=executed,
                missing=(known.missing | lines.missing) - executed,
                excluded=(known.excluded | lines.excluded) - executed,
            )
    return found


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
