"""Test results in JSON of suites within suites: Playwright, Mochawesome, Cucumber."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text
from bot.core.framing import plain
from bot.core.stack_frames import telling

MAX_DEPTH = 40
MAX_DETAIL = 40
MAX_SAID = 4


@dataclass(frozen=True, slots=True)
class Playwright:
    """`playwright test --reporter=json`: a test is unexpected when every try failed."""

    NAME: str = "playwright"
    KEYS: tuple[str, ...] = ('"suites"', '"specs"')

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a test, in whatever browsers it failed."""
        yield from self._suites(document, "", 0)

    def _suites(self, node: Any, path: str, depth: int) -> Iterator[Failure]:
        for suite in items(node, "suites") if depth < MAX_DEPTH else ():
            title = text(suite, "title") or ""
            inner = path if title == text(suite, "file") else f"{path}{title} \u203a "
            for spec in items(suite, "specs"):
                bad = [
                    test for test in items(spec, "tests") if text(test, "status") == "unexpected"
                ]
                if bad:
                    yield self._failure(spec, bad[0], inner)
            yield from self._suites(suite, inner, depth + 1)

    def _failure(self, spec: Any, test: Any, path: str) -> Failure:
        results = list(items(test, "results"))
        error = at(results[0], "error") if results else None
        file, title = text(spec, "file"), text(spec, "title") or ""
        said = [
            each.strip()
            for each in plain(text(error, "message") or "").splitlines()
            if each.strip()
        ]
        timed_out = bool(results) and text(results[0], "status") == "timedOut"
        return Failure(
            type=FailureType.TIMEOUT if timed_out and not said else FailureType.TEST,
            tool=self.NAME,
            test=f"{path}{title}",
            message=" ".join(said[:MAX_SAID]) or "Test timeout"
            if timed_out
            else " ".join(said[:MAX_SAID]) or "failed",
            file=text(error, "location.file") or file,
            line=number(error, "location.line") or number(spec, "line"),
            column=number(error, "location.column"),
            command=f"npx playwright test {shlex.quote(file)} -g {shlex.quote(title)}"
            if file
            else None,
            detail=tuple(said[:MAX_DETAIL]),
        )


@dataclass(frozen=True, slots=True)
class Mochawesome:
    """Mochawesome, as Cypress writes it."""

    NAME: str = "mocha"
    KEYS: tuple[str, ...] = ('"stats"', '"suites"', '"fullTitle"')

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a test that failed."""
        for result in items(document, "results"):
            yield from self._suite(result, text(result, "file") or text(result, "fullFile"), 0)

    def _suite(self, suite: Any, file: str | None, depth: int) -> Iterator[Failure]:
        for test in items(suite, "tests"):
            if at(test, "fail") is True:
                yield _failure(self.NAME, text(test, "fullTitle"), at(test, "err"), "estack", file)
        for inner in items(suite, "suites") if depth < MAX_DEPTH else ():
            yield from self._suite(inner, text(inner, "file") or file, depth + 1)


@dataclass(frozen=True, slots=True)
class Cucumber:
    """Cucumber's JSON, of any language."""

    NAME: str = "cucumber"
    KEYS: tuple[str, ...] = ('"elements"', '"steps"', '"result"')

    def parse(self, document: Any) -> Iterator[Failure]:
        """One failure a scenario, at the step that failed."""
        for feature in items(document):
            for scenario in items(feature, "elements"):
                bad = [
                    step
                    for step in items(scenario, "steps")
                    if text(step, "result.status") == "failed"
                ]
                if bad:
                    name = f"{text(feature, 'name') or ''} \u203a {text(scenario, 'name') or ''}"
                    yield self._failure(name, bad[0], text(feature, "uri"))

    def _failure(self, name: str, step: Mapping[str, Any], file: str | None) -> Failure:
        said = [
            each
            for each in plain(text(step, "result.error_message") or "").splitlines()
            if each.strip()
        ]
        return Failure(
            type=FailureType.TEST,
            tool=self.NAME,
            test=name,
            message=said[0]
            if said
            else f"{text(step, 'keyword') or ''} {text(step, 'name') or ''}",
            file=file,
            line=number(step, "line"),
            detail=tuple(said[:MAX_DETAIL]),
        )


def _failure(tool: str, name: str | None, error: Any, trace: str, file: str | None) -> Failure:
    stack = plain(text(error, trace) or "")
    said = [
        each.strip() for each in plain(text(error, "message") or stack).splitlines() if each.strip()
    ]
    stem = file.rpartition("/")[2].partition(".")[0] if file else ""
    frame = telling(stack, {stem} - {""})
    own = frame is not None and (not stem or stem in frame.file)
    return Failure(
        type=FailureType.TEST,
        tool=tool,
        test=name,
        message=" ".join(said[:MAX_SAID]) or "failed",
        file=file or (frame.file if frame else None),
        line=frame.line if frame and own else None,
        column=frame.column if frame and own else None,
        detail=tuple([*said, *stack.splitlines()][:MAX_DETAIL]),
    )


ALL = (Playwright(), Mochawesome(), Cucumber())
