"""Documentation builders that treat warnings as errors: Sphinx, MkDocs, VitePress, Docusaurus, Hugo."""

import re
from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.finding_table import Wording, finding, hints
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "sphinx"

_WARNING = pattern(
    r"(?:[^\n]{0,120}\.\.\. )?(?:(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}?)(?::docstring of [^\s:]{1,300})?(?::(?P<line>\d{1,7}))?: )?"
    r"(?P<level>WARNING|ERROR|SEVERE|CRITICAL): (?P<message>\S.{0,1500}?)(?: \[(?P<rule>[a-z_]+(?:\.[a-z_]+)?)\])?$"
)
_LINK = pattern(
    r"\(\s{0,20}(?P<document>[^\s:()]{1,300}): line\s{1,6}(?P<line>\d{1,7})\) broken\s{1,6}(?P<message>\S.{1,600})$"
)
_STRICT = pattern(
    r"build finished with problems(?:, \d{1,6} warnings?)?(?: \(with warnings treated as errors\))?\.$|Warning, treated as error:$"
)
_OLD = pattern(r"(?:Warning, treated as error|Exception occurred):$")
_OLD_PLACE = pattern(
    r"(?:WARNING: )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,400}?\.\w{1,8})(?::docstring of [^\s:]{1,300})?(?::(?P<line>\d{1,7}))?:\s?(?P<message>\S.{0,1000})$"
)
_SPHINX = pattern(r"Running Sphinx v\d")
_MKDOCS = pattern(
    r"(?:WARNING|ERROR)\s{1,4}-\s{1,3}(?:\[\d\d:\d\d:\d\d\] )?(?P<message>\S.{0,600})$"
)
_MKDOCS_STRICT = pattern(r"(?:Error: )?Aborted with \d{1,6} (?:configuration )?warnings? in ['\"]?strict['\"]? mode!|Exited with \d{1,6} warnings? in strict mode\.")  # fmt: skip
_MKDOCS_FILE = pattern(r"(?:Doc(?:umentation)? file|The page) '(?P<file>[^']{1,300})'")

TABLE = (
    Wording(
        "vitepress",
        ("(!) Found dead link ",),
        pattern(r"\s{0,4}\(!\) (?P<message>Found dead link \S{1,300} in file (?P<file>\S{1,300}))$"),
        type=FailureType.BUILD,
    ),
    Wording(
        "hugo",
        ("Error: error building site: ", "Error: Error building site: "),
        pattern(
            r'Error: [Ee]rror building site: (?P<message>.{0,600}?(?:"(?P<file>[^":]{1,300}):(?P<line>\d{1,7}):(?P<column>\d{1,7})".{0,600})?)$'
        ),
        type=FailureType.BUILD,
    ),
    Wording(
        "jekyll",
        ("Liquid Exception: ",),
        pattern(r"\s{0,40}(?P<message>Liquid Exception: .{1,400}? in (?P<file>[^\s:]{1,300}))$"),
        type=FailureType.BUILD,
    ),
    Wording(
        "docusaurus",
        ("Docusaurus found broken ",),
        pattern(r"(?:\[ERROR\] )?(?:Error: )?(?P<message>Docusaurus found broken (?:links|anchors|markdown links).{0,200})$"),
        type=FailureType.BUILD,
    ),
)  # fmt: skip
HINTS = (
    *hints(TABLE), ": WARNING: ", ": ERROR: ", "... WARNING: ", "WARNING: ", "build finished with problems", "Warning, treated as error", "Running Sphinx v",
    "WARNING -", "ERROR   -", "ERROR    -", "in strict mode", "in 'strict' mode", "SEVERE: ", ") broken ", "Exited with ", "sphinx-build", "WARNING\x1b",
)  # fmt: skip
REACH = (0, 2)
MAX_WARNINGS = 500


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a warning of a build that was told to fail for them."""
    sphinx, mkdocs = _Held(_STRICT), _Held(_MKDOCS_STRICT)
    old: Line | None = None
    for line in lines:
        text = line.text
        if old is not None and text and (match := _OLD_PLACE.match(text)) is not None:
            yield _failure("sphinx", match, line)
        old = line if _OLD.match(text) and "treated" in text else None
        if (failure := finding(line, TABLE) or _broken_link(line)) is not None:
            yield failure
        elif _SPHINX.match(text) is not None:
            sphinx.clear()
        elif (match := _MKDOCS.match(text)) is not None:
            mkdocs.add(_mkdocs(match, line))
        elif (match := _WARNING.match(text)) is not None:
            sphinx.add(_failure("sphinx", match, line))
        else:
            yield from sphinx.ended(text)
            yield from mkdocs.ended(text)


class _Held:
    """Warnings that count only when the build says at its end that it failed for them."""

    def __init__(self, strict: Pattern) -> None:
        self._strict = strict
        self._held: list[Failure] = []

    def clear(self) -> None:
        """Forget those of a build that passed."""
        self._held = []

    def add(self, failure: Failure) -> None:
        """Take one more."""
        if len(self._held) < MAX_WARNINGS:
            self._held.append(failure)

    def ended(self, text: str) -> Iterator[Failure]:
        """All of them, if this line says so."""
        if self._held and self._strict.match(text) is not None:
            yield from self._held
            self.clear()


def _failure(tool: str, match: re.Match[str], line: Line) -> Failure:
    said = match.groupdict()
    return Failure(
        type=FailureType.BUILD,
        tool=tool,
        rule=said.get("rule"),
        message=said["message"],
        file=said["file"],
        line=int(said["line"]) if said["line"] else None,
        command="sphinx-build -W -b html docs docs/_build/html" if tool == "sphinx" else None,
        log=LogSpan(start=line.number, end=line.number),
    )


def _mkdocs(match: re.Match[str], line: Line) -> Failure:
    message = match["message"]
    place = _MKDOCS_FILE.match(message)
    return Failure(
        type=FailureType.BUILD,
        tool="mkdocs",
        message=message,
        file=place["file"] if place else None,
        command="mkdocs build --strict",
        log=LogSpan(start=line.number, end=line.number),
    )


def _broken_link(line: Line) -> Failure | None:
    """A finding of `sphinx-build -b linkcheck`."""
    match = _LINK.match(line.text)
    if match is None:
        return None
    return Failure(
        type=FailureType.BUILD,
        tool="sphinx",
        rule="linkcheck",
        message=match["message"],
        detail=(line.text,),
        log=LogSpan(start=line.number, end=line.number),
    )
