"""Which tests a runner would run: what its own command to list them prints."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from guards.errors import BadEvidenceError
from guards.pattern import expression
from guards.reports.bounds import MAX_ID, MAX_TESTS, check_size, relative
from guards.test_ids import without_volatile_parts

_MAX_LINE = 4000
_RULE = expression(r"(?:={2,}|-{2,}) ")
_NOISE = expression(
    r"no tests (?:collected|ran)|[\d/]+ tests? collected|[\d/]+ tests?, \d+ benchmarks?|Total Tests:|Test project "
    r"|(?:ERROR|FAILED|WARNING|Compiling|Finished|Running|Doc-tests|Downloading) |Determining projects"
    r"|platform |rootdir: |plugins: |configfile: |cachedir: |collected \d|collecting "
)
_PYTEST_ID = expression(r"[^\s:][^:]*\.(?:py|pyx|md|txt|rst|ya?ml)::")
_PYTEST_COUNT = expression(r"(\S[^:]*\.py): (\d{1,6})")
_GO_TEST = expression(r"(?:Test|Benchmark|Example|Fuzz)\w*")
_GO_PACKAGE = expression(r"(?:ok|\?|FAIL)\s+(\S+)")
_CTEST = expression(r"Test\s+#\d+: (\S.*)")
_CARGO = expression(r"(\S.*): (?:test|benchmark)")
_BULLET = expression(r"[-*] ")


def collected(text: str, root: str = "") -> frozenset[str]:
    """Ids of collected tests, as pytest, go, jest, vitest, cargo, ctest and others list them.

    Args:
        text: what was printed; of runners that are not known, one id a line.
        root: absolute path of the checkout; it is cut off absolute file names.

    Raises:
        BadEvidenceError: more ids than anybody has.
    """
    check_size(text.encode(errors="replace"))
    lines = [line[:_MAX_LINE].rstrip() for line in text.split("\n")]
    ids: set[str] = set()
    for test in _tests(text, lines):
        ids.add(without_volatile_parts(_with_relative_file(test[:MAX_ID], root)))
        if len(ids) > MAX_TESTS:
            msg = f"more than {MAX_TESTS} collected tests"
            raise BadEvidenceError(msg)
    return frozenset(ids)


def _tests(text: str, lines: Sequence[str]) -> Iterator[str]:
    """The ids in the first dialect that fits."""
    if text.lstrip()[:1] == "[" and (document := _json(text)) is not None:
        return _of_json(document)
    if any(_PYTEST_ID.match(line) for line in lines):
        return _pytest(lines)
    if any(_GO_PACKAGE.fullmatch(line.partition("\t[")[0].rpartition("\t")[0]) for line in lines):
        return _go(lines)
    return _plain(lines)


def _json(text: str) -> list[Any] | None:
    """An array, as jest and vitest print it; None = it only begins like one."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, list) else None


def _of_json(document: list[Any]) -> Iterator[str]:
    for item in document:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict) and isinstance(item.get("name"), str):
            file = item.get("file")
            yield f"{file}::{item['name']}" if isinstance(file, str) else item["name"]


def _pytest(lines: Sequence[str]) -> Iterator[str]:
    """Ids until the first rule that follows one: then come warnings and errors, which quote ids."""
    begun = False
    for raw in lines:
        line = raw.strip()
        if _PYTEST_ID.match(line):
            begun = True
            yield line
        elif begun and _RULE.match(line):
            return


def _go(lines: Sequence[str]) -> Iterator[str]:
    """Names that stand before the package they are of."""
    names: list[str] = []
    for line in lines:
        if _GO_TEST.fullmatch(line):
            names.append(line)
        elif package := _GO_PACKAGE.match(line):
            yield from (f"{package[1]}::{name}" for name in names)
            names.clear()
    yield from names


def _plain(lines: Sequence[str]) -> Iterator[str]:
    """One a line; of lines below a heading that ends with a colon, the heading is the scope."""
    heading = ""
    for raw in lines:
        line = raw.strip()
        if not line or _RULE.match(line) or _NOISE.match(line):
            continue
        if raw[0] not in " \t" and line.endswith(":"):
            heading = "" if " " in line else line[:-1]
            continue
        if counted := _PYTEST_COUNT.fullmatch(line):
            yield from (f"{counted[1]}::[{number}]" for number in range(int(counted[2])))
            continue
        if raw[0] not in " \t":
            heading = ""
        yield "::".join(filter(None, [heading, _test(line)]))


def _test(line: str) -> str:
    """A line without what the lister puts around the name."""
    if listed := _CTEST.fullmatch(line) or _CARGO.fullmatch(line):
        return listed[1]
    line = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    file, separator, rest = line.partition(" > ")
    return f"{file}::{rest}" if separator and "/" in file + "/" and "." in file else line


def _with_relative_file(test: str, root: str) -> str:
    file, separator, rest = test.partition("::")
    return relative(file, root) + separator + rest if "/" in file or "\\" in file else test
