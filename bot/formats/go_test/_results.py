"""Failures from packages: one a failing test, one a package that broke otherwise."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core import command_end
from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.log_paths import relative
from bot.core.pattern import pattern
from bot.formats.go_test import _assertion, _crash
from bot.formats.go_test._places import is_own, locate
from bot.formats.go_test._section import Section, ancestors

TOOL = "go test"
_STAMP = pattern(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? ")
MAX_DETAIL = 40
MAX_PACKAGES = 50
MAX_BEHIND = 12
_RACE = "race detected during execution of test"


@dataclass(frozen=True, slots=True)
class _Found:
    failure: Failure
    package: str | None
    rerun: int


def gather(sections: Iterable[Section], *, runs: int) -> Iterator[Failure]:
    """The failures of all packages, each test once.

    Args:
        sections: in the order of the log.
        runs: how often gotestsum ran the failing tests: what did not fail in the last run passed.
    """
    found: list[_Found] = []
    for section in sections:
        found += [_Found(each, section.package, section.rerun) for each in _failures(section)]
    if runs > 1:
        last = {each.failure.test for each in found if each.rerun == runs - 1}
        found = [each for each in found if each.failure.test in last]
    kept: dict[str | None, list[_Found]] = {}
    for each in found:
        _keep(kept.setdefault(each.failure.test, []), each)
    parents = _parents(found)
    tests = {each.package for each in found if each.failure.test is not None and each.package}
    for test, group in kept.items():
        if test is not None:
            where = parents.get(test, ())
            group[:] = [
                each
                for each in group
                if not any(_same_package(each.package, package) for package in where)
            ]
        else:
            group[:] = [each for each in group if not _is_explained(each, tests)]
    yield from _qualified(kept)


def _keep(group: list[_Found], new: _Found) -> None:
    """Add a failure, or better a known one: the same test is printed in several places."""
    for index, old in enumerate(group):
        if _same_package(old.package, new.package):
            if new.failure.test is None and old.failure.weak != new.failure.weak:
                continue
            if _worth(new) > _worth(old):
                log = old.failure.log
                group[index] = replace(new, failure=replace(new.failure, log=log))
            return
    group.append(new)


def _worth(found: _Found) -> tuple[bool, bool, bool]:
    failure = found.failure
    silent = failure.message == f"FAIL: {failure.test}"
    return not silent, "/" in (failure.file or ""), failure.file is not None


def _same_package(one: str | None, other: str | None) -> bool:
    if one is None or other is None or one == other:
        return True
    return one.endswith("/" + other) or other.endswith("/" + one)


def _parents(found: Iterable[_Found]) -> dict[str, list[str | None]]:
    """Every test with a failing subtest, and the packages where it has one."""
    parents: dict[str, list[str | None]] = {}
    for each in found:
        for above in ancestors(each.failure.test or ""):
            packages = parents.setdefault(above, [])
            if each.package not in packages and len(packages) < MAX_PACKAGES:
                packages.append(each.package)
    return parents


def _is_explained(package: _Found, tested: Iterable[str]) -> bool:
    """Whether a package failed only because one of its tests did."""
    if package.package is None or package.failure.file is not None:
        return False
    return any(_same_package(package.package, each) for each in tested)


def _qualified(kept: dict[str | None, list[_Found]]) -> Iterator[Failure]:
    """Two packages may have a test of one name: then the package belongs to its id."""
    for test, group in kept.items():
        for index, each in enumerate(group):
            if test is not None and index and each.package:
                yield replace(each.failure, test=f"{each.package}.{test}")
            else:
                yield each.failure


def _failures(section: Section) -> Iterator[Failure]:
    any_found = False
    crash = _crash.read(section.crash) if section.crash else None
    for test in section.leaves():
        failure = _test(section, test, crash)
        if failure is not None:
            any_found = True
            yield failure
            if (
                crash is not None and section.crashed in {test, ""} and failure.test == crash.test
            ) or section.crashed == test:
                crash = None
    if crash is not None:
        yield _crashed(section, crash)
    elif not any_found and section.status is not None and not section.failed:
        yield from _package(section)


def _test(section: Section, test: str, crash: _crash.Crash | None) -> Failure | None:
    output = section.outputs.get(test, [])
    entry = _assertion.telling(output)
    if entry is not None and _RACE in entry.lines[0]:
        return _raced(section, test, entry)
    if entry is None and crash is not None and _owns(section, test, crash):
        return replace(_crashed(section, crash), test=test, command=_command(section, test))
    if entry is None and section.framework:
        return None
    number = section.failed[test]
    if entry is None:
        example = test.startswith("Example")
        message = " ".join(_texts(output)[:6]) if example else ""
        return _failure(section, test, message or f"FAIL: {test}", (None, None), output, number)
    place = _assertion.place(entry)
    message = _assertion.message(entry) or f"FAIL: {test}"
    return _failure(section, test, message, place, output, number)


def _owns(section: Section, test: str, crash: _crash.Crash) -> bool:
    top = test.partition("/")[0]
    return section.crashed == test or (not section.crashed and crash.test in {None, test, top})


def _failure(
    section: Section,
    test: str | None,
    message: str,
    place: tuple[str | None, int | None],
    output: Sequence[Line],
    number: int,
) -> Failure:
    file, line = place
    numbers = [number, *(each.number for each in output)]
    return Failure(
        type=FailureType.TEST,
        tool=TOOL,
        test=test,
        message=message,
        file=locate(file, section.package, short=section.short) if file else None,
        line=line,
        command=_command(section, test),
        detail=tuple(each.text for each in output[:MAX_DETAIL]),
        log=LogSpan(start=min(numbers), end=max(numbers)),
    )


def _raced(section: Section, test: str, entry: _assertion.Entry) -> Failure:
    """The place is that of the race: the verdict names only the testing package."""
    top = "." + test.partition("/")[0]
    for owner in (test, ""):
        output = section.outputs.get(owner, [])
        texts = [line.text for line in output]
        if "WARNING: DATA RACE" not in texts:
            continue
        start = texts.index("WARNING: DATA RACE")
        while "WARNING: DATA RACE" in texts[start + 1 :] and not _names(texts[start:], top):
            start = texts.index("WARNING: DATA RACE", start + 1)
        own = [frame for frame in _crash.frames(texts[start:]) if is_own(frame.file)]
        best = next((frame for frame in own if frame.file.endswith("_test.go")), None)
        best = best or next(iter(own), None)
        place = (best.file, best.line) if best else (None, None)
        return _failure(section, test, _RACE, place, output[start:], entry.number)
    return _failure(section, test, _RACE, (None, None), [], entry.number)


def _names(texts: Sequence[str], top: str) -> bool:
    stop = next((index for index, text in enumerate(texts) if text.startswith("=====")), len(texts))
    return any(top in text for text in texts[:stop])


def _crashed(section: Section, crash: _crash.Crash) -> Failure:
    lines = section.crash
    test = crash.test or section.crashed or _running(section)
    if section.crashed and test and section.crashed.startswith(test + "/"):
        test = section.crashed
    place = (crash.file, crash.line)
    failure = _failure(
        section, test, crash.message, place, lines[: MAX_DETAIL + 20], lines[0].number
    )
    kind = FailureType.TIMEOUT if crash.timeout else FailureType.TEST
    if section.package is None and not section.failed and test is None:
        return _program(section, crash)
    if crash.package and crash.file:
        file = locate(crash.file, None if section.short else crash.package)
        if "/" in file or not section.short:
            failure = replace(failure, file=file)
    return replace(failure, type=kind)


def _program(section: Section, crash: _crash.Crash) -> Failure:
    """No test anywhere near: a program, and who started it may have expected the crash."""
    size = _crash.stacks(section.crash)
    lines, behind = section.crash[:size], section.crash[size : size + MAX_BEHIND]
    place = (crash.file, crash.line)
    failure = _failure(section, None, crash.message, place, lines, lines[0].number)
    main = _crash.main(lines)
    file = relative(main) if main else None
    folder = file.rpartition("/")[0] if file else ""
    return replace(
        failure,
        type=FailureType.RUNTIME,
        tool="go",
        command=f"go run ./{shlex.quote(folder)}" if file else None,
        weak=not command_end.failed(behind, lines[-1].number),
    )


def _package(section: Section) -> Iterator[Failure]:
    """A package that failed though no test did: `os.Exit`, `TestMain`, a build."""
    running = _running(section)
    output = section.outputs.get(running or "", []) or section.outputs.get("", [])
    if section.status and section.status.startswith("["):
        message = f"{section.package} {section.status}"
        failure = _failure(section, None, message, (None, None), [], section.end)
        yield replace(failure, type=FailureType.BUILD, weak=True)
        return
    if section.framework:
        return
    said = [text for text in _texts(output) if not text.startswith(("FAIL", "coverage:"))]
    said = [_STAMP.sub("", text) for text in said]
    message = _assertion.first_telling(said) or section.status or f"{section.package} failed"
    yield _failure(section, running, message, (None, None), output[-MAX_DETAIL:], section.end)


def _running(section: Section) -> str | None:
    """The one test that had begun and not ended."""
    parents = {above for test in section.running for above in ancestors(test)}
    leaves = [test for test in section.running if test not in parents]
    return leaves[0] if len(leaves) == 1 else None


def _texts(output: Sequence[Line]) -> list[str]:
    return [line.text.strip() for line in output if line.text.strip()]


def _command(section: Section, test: str | None) -> str | None:
    package = section.package
    if package is None:
        package = "./..."
    elif section.short and "." not in package.partition("/")[0]:
        package = f"./{package}"
    if test is None:
        return f"go test {shlex.quote(package)}"
    names = "/".join(f"^{part}$" for part in test.split("/"))
    flag = "-bench" if test.startswith("Benchmark") else "-run"
    only = " -run '^$'" if flag == "-bench" else ""
    return f"go test {shlex.quote(package)}{only} {flag} {shlex.quote(names)}"
