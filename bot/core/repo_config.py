"""A repository's own settings: `.selfheal.toml`, read from its base branch."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field, TypeAdapter, ValidationError

from bot.core.errors import ConfigError
from guards import toml_text
from guards.errors import BadPolicyError
from guards.policy import Policy
from guards.policy_file import policy_from_table

FILE = ".selfheal.toml"
MAX_BYTES = 64 * 1024
_CLOSED: dict[str, Any] = {"extra": "forbid"}


class Mode(StrEnum):
    """How far selfheal may go in a repository, from nothing to most."""

    OFF = "off"
    OBSERVE = "observe"
    SUGGEST = "suggest"
    PUSH = "push"
    REQUEUE = "requeue"

    @property
    def rank(self) -> int:
        """0 for off to 4 for requeue."""
        return tuple(Mode).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConfig:
    """How to reproduce a check of CI here.

    Attributes:
        run: the whole check, for `sh -c`. only: the failing part, with `{tests}` or `{files}`.
        covers: whether to run it with coverage.
        matches: globs on the names of the CI jobs that it stands for; its own name always counts.
    """

    __pydantic_config__: ClassVar = _CLOSED

    name: str
    run: str
    only: str | None = None
    covers: bool = False
    matches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be spent. Money in USD, time in minutes; none may exceed the built-in bound."""

    __pydantic_config__: ClassVar = _CLOSED

    attempts: Annotated[int, Field(ge=1, le=3)] = 3
    usd_per_pr: Annotated[float, Field(ge=0, le=1000)] = 5.0
    usd_per_day: Annotated[float, Field(ge=0, le=10_000)] = 50.0
    minutes_per_attempt: Annotated[float, Field(gt=0, le=120)] = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a checkout is made ready for its checks."""

    __pydantic_config__: ClassVar = _CLOSED

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bots:
    """How dependency bots are told to leave a branch alone."""

    __pydantic_config__: ClassVar = _CLOSED

    label: str = "stop-updating"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepoConfig:
    """All of `.selfheal.toml`."""

    __pydantic_config__: ClassVar = _CLOSED

    mode: Mode = Mode.REQUEUE
    checks: tuple[CheckConfig, ...] = ()
    setup: Setup | None = None
    guards: Policy = field(default_factory=Policy)
    limits: Limits = field(default_factory=Limits)
    bots: Bots = field(default_factory=Bots)


_KNOWN = {
    (): ("mode", "checks", "setup", "guards", "limits", "bots"),
    ("checks",): ("run", "only", "covers", "matches"),
    ("setup",): tuple(Setup.__dataclass_fields__),
    ("limits",): tuple(Limits.__dataclass_fields__),
    ("bots",): tuple(Bots.__dataclass_fields__),
}

_UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


def parse(content: bytes) -> RepoConfig:
    """Read `.selfheal.toml`.

    Raises:
        ConfigError: not TOML, an unknown key, a wrong type or an impossible value.
    """
    if len(content) > MAX_BYTES:
        msg = f"{FILE}: {len(content)} bytes; at most {MAX_BYTES} are read"
        raise ConfigError(msg)
    try:
        text = content.decode()
        data = toml_text.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as exc:
        msg = f"{FILE}: not valid TOML: {exc}"
        raise ConfigError(msg) from exc
    try:
        policy = policy_from_table(data.pop("guards", {}), text, FILE)
    except BadPolicyError as exc:
        raise ConfigError(str(exc)) from exc
    if isinstance(checks := data.get("checks"), dict):
        data["checks"] = [
            {**table, "name": name} if isinstance(table, dict) else table
            for name, table in checks.items()
        ]
    try:
        document = json.dumps(data, default=str)
        config: RepoConfig = TypeAdapter(RepoConfig).validate_json(document, strict=True)
    except ValidationError as exc:
        raise ConfigError(_explain(exc, data, text)) from exc
    return replace(config, guards=policy)


def _explain(exc: ValidationError, data: dict[str, Any], text: str) -> str:
    """The first fault, as file:line, what is wrong and what to write instead."""
    faults = exc.errors(include_url=False)
    unknown = (each for each in faults if each["type"] in _UNKNOWN)
    fault = next(unknown, faults[0])
    path = [part for part in fault["loc"] if isinstance(part, str)]
    key = path[-1] if path else ""
    shown = _dotted(fault["loc"], data)
    if fault["type"] in _UNKNOWN:
        known = _KNOWN.get(tuple(path[:-1]), ())
        close = get_close_matches(key, known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(known)}"
        said = f"unknown key `{shown}`; {hint}"
    else:
        said = f"`{shown}`: {fault['msg'].lower()}"
    return f"{FILE}:{_line_of(key, text)}: {said}"


def _dotted(location: Iterable[str | int], data: dict[str, Any]) -> str:
    """`checks.unit.run` for ("checks", 0, "run")."""
    parts: list[str] = []
    for part in location:
        named = (
            data["checks"][part].get("name", part)
            if isinstance(part, int)
            and (parts == ["checks"] and isinstance(data["checks"][part], dict))
            else part
        )
        parts.append(str(named))
    return ".".join(parts)


def _line_of(key: str, text: str) -> int:
    """The 1-based line where a key stands; 1 when it cannot be found."""
    for number, line in enumerate(text.splitlines(), start=1):
        if key and line.strip().strip("[").lstrip('"').startswith(key):
            return number
    return 1
