"""What may stand in `[guards]`: each key, what to write there, and what makes a value right.

`guards/schemas/policy.schema.json` says the same to editors; a test compares the two.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guards.evidence import Need
from guards.exemptions import Exemption
from guards.pattern import expression
from guards.verdict import Severity

_MAX_LIST = 500
_MAX_WORD = 300
_ALL_OF_IT = 100.0  # percent
_NAME = expression(r"[a-z][a-z0-9_]{0,79}\Z")
_FINGERPRINT = expression(r"[0-9a-f]{64}\Z")
_DATE = expression(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_REQUIRABLE = frozenset(need.value for need in Need if need is not Need.CONTENTS)
_WEIGHTS = tuple(each.value for each in Severity if each is not Severity.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What to write for a key."""

    wanted: str
    accepts: Callable[[Any], bool]


def exemption_of(table: Mapping[str, Any]) -> Exemption:
    """The exemption that a right table holds."""
    until = table["until"]
    return Exemption(
        fingerprint=table["fingerprint"],
        guard=table["guard"],
        reason=table["reason"],
        owner=table["owner"],
        until=until if isinstance(until, date) else date.fromisoformat(until),
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_percent(value: Any) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _ALL_OF_IT
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_WORD and not value.isspace()


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _NAME.match(value) is not None


def _is_date(value: Any) -> bool:
    if isinstance(value, str) and _DATE.match(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_list_of(value: Any, accepts: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and len(value) <= _MAX_LIST and all(map(accepts, value))


def _is_severities(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _is_name(name) and isinstance(each, str) and each in _WEIGHTS
        for name, each in value.items()
    )


EXEMPTION_KEYS: Mapping[str, Key] = {
    "fingerprint": Key(
        wanted="the 64 hexadecimal digits that the verdict shows",
        accepts=lambda value: isinstance(value, str) and _FINGERPRINT.match(value) is not None,
    ),
    "guard": Key(wanted="the name of a guard", accepts=_is_name),
    "reason": Key(wanted="why the finding is right", accepts=_is_text),
    "owner": Key(wanted="who answers for it", accepts=_is_text),
    "until": Key(wanted="the last day on which it counts, as 2027-01-31", accepts=_is_date),
}
KEYS: Mapping[str, Key] = {
    "protected": Key(wanted="a list of globs", accepts=lambda value: _is_list_of(value, _is_text)),
    "max_changed_lines": Key(wanted="a whole number, 0 or more", accepts=_is_count),
    "coverage_drop": Key(wanted="percentage points, 0 to 100", accepts=_is_percent),
    "require": Key(
        wanted=f"a list of {', '.join(sorted(_REQUIRABLE))}",
        accepts=lambda value: _is_list_of(
            value, lambda each: isinstance(each, str) and each in _REQUIRABLE
        ),
    ),
    "disabled": Key(
        wanted="a list of names of guards", accepts=lambda value: _is_list_of(value, _is_name)
    ),
    "severity": Key(
        wanted=f"a table of guards, each with one of {', '.join(_WEIGHTS)}",
        accepts=_is_severities,
    ),
    "plugins": Key(
        wanted="a list of names of entry points, in small letters, digits and _",
        accepts=lambda value: _is_list_of(value, _is_name),
    ),
    "exemptions": Key(
        wanted="tables, each under [[guards.exemptions]]",
        accepts=lambda value: _is_list_of(value, lambda each: isinstance(each, dict)),
    ),
}
