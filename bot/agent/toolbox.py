"""What tools have in common: what they work on, how they answer, how they read their input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.failure import Failure
from bot.core.repo_config import CheckConfig
from bot.ports import Box

MAX_OUTPUT = 10_000  # characters of one answer that the model gets to read


class BadInputError(ValueError):
    """The model called a tool with input that it does not take; the text tells it what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """What a tool may use.

    Attributes:
        seconds_left: of the attempt, when the call began: no command runs longer.
    """

    box: Box
    checks: tuple[CheckConfig, ...] = ()
    failures: tuple[Failure, ...] = ()
    seconds_left: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a tool says; `ok` False asks the model to try differently, `final` ends the attempt."""

    text: str
    ok: bool = True
    final: bool = False


def text_of(args: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A string argument.

    Raises:
        BadInputError: it is missing and has no default, or is no string.
    """
    value = args.get(name, default)
    if not isinstance(value, str):
        msg = f"`{name}` must be a string"
        raise BadInputError(msg)
    return value


def truncated(text: str, limit: int = MAX_OUTPUT) -> str:
    """Head and tail of a long text, with a line between that says what was left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    left_out = len(text) - 2 * half
    return (
        f"{text[:half]}\n[... {left_out} characters left out; narrow the command to see them ...]\n"
        f"{text[-half:]}"
    )
