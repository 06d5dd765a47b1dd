"""Read a policy out of the `[guards]` table of a TOML file. Pure, and strict: no silent defaults."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn

from guards import toml_text
from guards.errors import BadPolicyError
from guards.policy import PROTECTED, Policy
from guards.policy_keys import EXEMPTION_KEYS, KEYS, exemption_of
from guards.rules import ALL
from guards.verdict import Severity

MAX_BYTES = 256 * 1024
_OPERATOR_ONLY = "only the operator may lower what guards do: in a file given by --policy"


class Author(StrEnum):
    """Whose word a policy is."""

    OPERATOR = "operator"  # may lower what guards do
    REPOSITORY = "repository"  # may only raise it


def policy_from_toml(text: str, name: str, author: Author = Author.REPOSITORY) -> Policy:
    """The policy; the default one when the file has no `[guards]`.

    Args:
        text: the whole file; other tables are not looked at.
        name: what errors call the file.
        author: who wrote it.

    Raises:
        BadPolicyError: no TOML, an unknown key, a wrong type, an impossible value, or a guard
            that is lowered by somebody else than the operator.
    """
    if len(text) > MAX_BYTES:
        msg = f"{name}: larger than {MAX_BYTES} bytes"
        raise BadPolicyError(msg)
    try:
        table = toml_text.loads(text).get("guards", {})
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        msg = f"{name}: not readable as TOML: {exc}"
        raise BadPolicyError(msg) from exc
    return policy_from_table(table, text, name, author)


def policy_from_table(
    table: Any, text: str, name: str, author: Author = Author.REPOSITORY
) -> Policy:
    """The policy that a `[guards]` table holds.

    Args:
        table: as TOML gives it.
        text: the file that it stands in, to name lines of.
        name: what errors call the file.
        author: who wrote it.

    Raises:
        BadPolicyError: as `policy_from_toml`.
    """
    if not isinstance(table, dict):
        msg = f"{name}: guards must be a table; write [guards] on a line of its own"
        raise BadPolicyError(msg)
    reader = _Reader(text, name)
    reader.check_keys(table)
    reader.check_names(table)
    if author is not Author.OPERATOR:
        reader.check_lowerings(table)
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
        severity={guard: Severity(each) for guard, each in table.get("severity", {}).items()},
        plugins=tuple(dict.fromkeys(table.get("plugins", ()))),
        exemptions=tuple(exemption_of(each) for each in table.get("exemptions", ())),
    )


class _Reader:
    """Finds the first fault of a table, and the line where it stands."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name

    def check_keys(self, table: Mapping[str, Any]) -> None:
        """Refuse what is no key, and what no key can hold."""
        for key, value in table.items():
            rule = KEYS.get(key)
            if rule is None:
                hint = _hint(key, KEYS)
                self._refuse(key, f"unknown key {key!r} in [guards]; {hint}")
            if not rule.accepts(value):
                self._refuse(key, f"{key} must be {rule.wanted}, not {str(value)[:80]!r}")
        for number, exemption in enumerate(table.get("exemptions", ()), start=1):
            self._check_exemption(exemption, f"exemption {number}")

    def check_names(self, table: Mapping[str, Any]) -> None:
        """Refuse names that no guard has."""
        own = {guard.NAME for guard in ALL}
        plugins = table.get("plugins", ())
        for name in plugins:
            if name in own:
                self._refuse("plugins", f"{name!r} is a guard of selfheal's own")
        known = dict.fromkeys([*sorted(own), *plugins])
        exempted = [each["guard"] for each in table.get("exemptions", ())]
        for key, names in (
            ("disabled", table.get("disabled", ())),
            ("severity", table.get("severity", {})),
            ("exemptions", exempted),
        ):
            for name in names:
                if name not in known:
                    self._refuse(key, f"{key}: no guard {name[:80]!r}; {_hint(name, known)}")

    def check_lowerings(self, table: Mapping[str, Any]) -> None:
        """Refuse what lets through more than without a policy."""
        if table.get("disabled"):
            self._refuse("disabled", f"disabled switches guards off; {_OPERATOR_ONLY}")
        own = {guard.NAME: guard.SEVERITY for guard in ALL}
        for name, value in table.get("severity", {}).items():
            severity = own.get(name, Severity.PASS)
            if Severity(value).rank < severity.rank:
                said = f"{name} = {value!r} is less than its own {severity.value!r}"
                self._refuse(name, f"severity: {said}; {_OPERATOR_ONLY}")

    def _check_exemption(self, exemption: Mapping[str, Any], what: str) -> None:
        for key in exemption:
            if key not in EXEMPTION_KEYS:
                hint = _hint(key, EXEMPTION_KEYS)
                self._refuse(key, f"unknown key {key!r} in {what}; {hint}")
        for key, rule in EXEMPTION_KEYS.items():
            if key not in exemption:
                self._refuse("exemptions", f"{what} has no {key}; it must be {rule.wanted}")
            if not rule.accepts(exemption[key]):
                said = f"{key} must be {rule.wanted}, not {str(exemption[key])[:80]!r}"
                self._refuse(key, f"{what}: {said}")

    def _refuse(self, key: str, said: str) -> NoReturn:
        msg = f"{self._place(key)}: {said}"
        raise BadPolicyError(msg)

    def _place(self, key: str) -> str:
        """File and line of a key or table, as well as a search can tell."""
        inside = False
        for number, line in enumerate(self._text.split("\n"), start=1):
            header = re.match(r"\s*\[\[?\s*guards\s*(?:\.\s*([\w-]+)\s*)?\]", line[:400])
            if header or re.match(r"\s*\[", line):
                inside = header is not None
            if header and header[1] == key:
                return f"{self._name}:{number}"
            found = re.match(r"""\s*(?:guards\s*\.\s*)?["']?([\w-]+)["']?\s*[=.]""", line[:400])
            if found and found[1] == key and (inside or "guards" in line):
                return f"{self._name}:{number}"
        return self._name


def _hint(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
