"""Read a policy out of the `[guards]` table of a TOML file. Pure, and strict: no silent defaults."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from guards import toml_text
from guards.errors import BadPolicyError
from guards.evidence import Need
from guards.policy import PROTECTED, Policy
from guards.rules import ALL

MAX_BYTES = 256 * 1024
_MAX_GLOBS = 500
_MAX_GLOB = 300
_ALL_OF_IT = 100.0  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """A key of the table: what to write there, and what makes a value right."""

    wanted: str
    accepts: Callable[[Any], bool]


def policy_from_toml(text: str, name: str) -> Policy:
    """The policy; the default one when the file has no `[guards]`.

    Args:
        text: the whole file; other tables are not looked at.
        name: what errors call the file.

    Raises:
        BadPolicyError: no TOML, an unknown key, a wrong type or an impossible value.
    """
    if len(text) > MAX_BYTES:
        msg = f"{name}: larger than {MAX_BYTES} bytes"
        raise BadPolicyError(msg)
    try:
        table = toml_text.loads(text).get("guards", {})
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        msg = f"{name}: not readable as TOML: {exc}"
        raise BadPolicyError(msg) from exc
    if not isinstance(table, dict):
        msg = f"{name}: guards must be a table; write [guards] on a line of its own"
        raise BadPolicyError(msg)
    for key, value in table.items():
        _check(text, name, key, value)
    return _policy(table)


def _policy(table: Mapping[str, Any]) -> Policy:
    default = Policy()
    return Policy(
        max_changed_lines=table.get("max_changed_lines", default.max_changed_lines),
        # A repository adds to what is protected; nothing takes away from it.
        protected=tuple(dict.fromkeys([*PROTECTED, *table.get("protected", ())])),
        coverage_drop=float(table.get("coverage_drop", default.coverage_drop)),
        require=frozenset(table.get("require", ())),
        disabled=frozenset(table.get("disabled", ())),
    )


def _check(text: str, name: str, key: str, value: Any) -> None:
    place = _place(text, name, key)
    rule = _KEYS.get(key)
    if rule is None:
        close = get_close_matches(key, _KEYS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(_KEYS)}"
        msg = f"{place}: unknown key {key!r} in [guards]; {hint}"
        raise BadPolicyError(msg)
    if not rule.accepts(value):
        msg = f"{place}: {key} must be {rule.wanted}, not {str(value)[:80]!r}"
        raise BadPolicyError(msg)


def _place(text: str, name: str, key: str) -> str:
    """File and line of a key, as well as a search can tell."""
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if re.match(r"\s*\[", line):
            inside = re.match(r"\s*\[\s*guards\s*\]", line) is not None
        found = re.match(r"""\s*(?:guards\s*\.\s*)?["']?([\w-]+)["']?\s*=""", line)
        if found and found[1] == key and (inside or "guards" in line):
            return f"{name}:{number}"
    return name


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_percent(value: Any) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _ALL_OF_IT
    )


def _is_globs(value: Any) -> bool:
    return _is_list_of(value, lambda glob: 0 < len(glob) <= _MAX_GLOB) and len(value) <= _MAX_GLOBS


def _is_list_of(value: Any, accepts: Callable[[str], bool]) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, str) and accepts(item) for item in value
    )


_GUARDS = frozenset(guard.NAME for guard in ALL)
_EVIDENCE = frozenset({Need.TESTS.value, Need.COVERAGE.value})
_KEYS: Mapping[str, _Key] = {
    "protected": _Key(wanted="a list of globs", accepts=_is_globs),
    "max_changed_lines": _Key(wanted="a whole number, 0 or more", accepts=_is_count),
    "coverage_drop": _Key(wanted="percentage points, 0 to 100", accepts=_is_percent),
    "require": _Key(
        wanted=f"a list of {', '.join(sorted(_EVIDENCE))}",
        accepts=lambda value: _is_list_of(value, _EVIDENCE.__contains__),
    ),
    "disabled": _Key(
        wanted=f"a list of {', '.join(sorted(_GUARDS))}",
        accepts=lambda value: _is_list_of(value, _GUARDS.__contains__),
    ),
}
