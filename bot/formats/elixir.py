"""Elixir: compile errors of every version, warnings that fail a build, `mix format`, dependencies, Dialyzer."""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import pattern

NAME = "elixir"
HINTS = (
    ".ex:", ".exs:", "== Compilation error in file", "** (", "--warnings-as-errors", "└─ ", ".heex:",
    "--check-formatted", "  * lib/", "  * test/", "  * config/", "  * apps/", "  * mix.exs", "  * priv/", "  * .", "error: ", "error:\x1b", "warning: ", "warning:\x1b",
    "Unchecked dependencies", "Hex dependency resolution failed",
)  # fmt: skip
REACH = (0, 3)

_SAID = pattern(r" *(?P<severity>error|warning): (?P<message>\S.{0,1000})$")
_AT = pattern(
    r"\s+(?:└─ )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}\.(?:exs?|heex|eex|leex)):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?(?::|$)"
)
_RAISED = pattern(
    r"\*\* \((?P<error>(?:Compile|Syntax|TokenMissing|MismatchedDelimiter|EEx\.Syntax|Phoenix\.LiveView\.Tokenizer\.Parse)\w*)\) "
    r"(?:invalid syntax found on )?(?P<file>(?:[A-Za-z]:)?[^\s:][^:]{0,300}):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?: ?(?P<message>.{0,800})$"
)
_ANY_RAISED = pattern(r"\*\* \((?P<error>[A-Z][\w.]{1,120})\) (?P<message>\S.{0,800})$")
_MIX = pattern(
    r"\*\* \(Mix\) (?P<message>(?:Hex dependency resolution failed|Can't continue due to errors on dependencies|Could not compile dependency"
    r"|Unknown dependency|You're trying to run|The task \"|Your mix.lock is out of date).{0,400})$"
)
_UNFORMATTED = "** (Mix) mix format failed due to --check-formatted."
_FILE = pattern(r"  \* (?P<file>\S[^:]{0,300}\.(?:exs?|heex|eex))$")
_DIALYZER = pattern(
    r"(?P<file>[^\s:]{1,300}\.exs?):(?P<line>\d{1,7})(?::(?P<column>\d{1,5}))?:(?P<rule>[a-z_]{4,40})$"
)
MAX_GAP = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """Errors; warnings too when mix says that it failed for them."""
    reader = _Reader()
    for line in lines:
        yield from reader.read(line)
    yield from reader.flush()


class _Reader:
    """Knows what was said and waits for where."""

    def __init__(self) -> None:
        self._said: tuple[str, str, Line] | None = None
        self._warnings: list[Failure] = []
        self._formatting = False
        self._dialyzer: Failure | None = None

    def read(self, line: Line) -> Iterator[Failure]:
        text = line.text
        if self._dialyzer is not None:
            yield replace(self._dialyzer, message=text.strip() or self._dialyzer.message)
            self._dialyzer = None
        elif text.startswith("** ("):
            yield from self._raised(line)
        elif (match := _SAID.match(text)) is not None:
            self._said = match["severity"], match["message"], line
        elif self._said is not None and (match := _AT.match(text)) is not None:
            yield from self._placed(match, line)
        elif self._formatting and text.startswith("  * "):
            yield from self._unformatted(line)
        elif "--warnings-as-errors" in text and "failed due to warnings" in text:
            yield from self._warnings
            self._warnings = []
        elif (match := _DIALYZER.match(text)) is not None:
            self._dialyzer = _failure(FailureType.LINT, match["rule"], line, match, "dialyzer")

    def _unformatted(self, line: Line) -> Iterator[Failure]:
        if (match := _FILE.match(line.text)) is not None:
            yield _failure(FailureType.FORMAT, "is not formatted", line, match, "mix format")

    def _placed(self, match: re.Match[str], line: Line) -> Iterator[Failure]:
        severity, message, start = self._said or ("", "", line)
        self._said = None
        if line.number > start.number + MAX_GAP:
            return
        found = _failure(FailureType.BUILD, message, line, match)
        found = replace(found, log=LogSpan(start=start.number, end=line.number))
        if severity == "error":
            yield found
        else:
            self._warnings.append(found)

    def _raised(self, line: Line) -> Iterator[Failure]:
        text = line.text
        self._formatting = text.startswith(_UNFORMATTED)
        if (match := _RAISED.match(text)) is not None:
            if "cannot compile module" not in match["message"]:
                message = f"({match['error']}) {match['message']}".strip()
                yield _failure(FailureType.BUILD, message, line, match)
        elif (match := _MIX.match(text)) is not None:
            kind = (
                FailureType.CONFIG
                if match["message"].startswith("The task")
                else FailureType.DEPENDENCY
            )
            yield Failure(type=kind, tool="mix", message=match["message"], log=_span(line))
        elif (match := _ANY_RAISED.match(text)) is not None and match["error"] != "Mix":
            compiling = "cannot compile module" in match["message"]
            yield Failure(
                type=FailureType.BUILD if compiling else FailureType.RUNTIME,
                tool=NAME,
                message=f"({match['error']}) {match['message']}",
                log=_span(line),
                weak=True,
            )

    def flush(self) -> Iterator[Failure]:
        """A finding of Dialyzer whose text never came."""
        if self._dialyzer is not None:
            yield self._dialyzer


def _span(line: Line) -> LogSpan:
    return LogSpan(start=line.number, end=line.number)


def _failure(
    kind: FailureType, message: str, line: Line, match: re.Match[str], tool: str = NAME
) -> Failure:
    groups = match.groupdict()
    row, column = groups.get("line"), groups.get("column")
    file = match["file"]
    return Failure(
        type=kind,
        tool=tool,
        rule=groups.get("rule"),
        message=message,
        file=file,
        line=int(row) if row else None,
        column=int(column) if column else None,
        command=f"mix format {shlex.quote(file)}" if kind is FailureType.FORMAT else None,
        log=_span(line),
    )
