"""What guards say about a change: `selfheal.verdict/v1`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SCHEMA = "selfheal.verdict/v1"


class Severity(StrEnum):
    """How much a finding weighs, from nothing to most; the outcome of a verdict is the worst."""

    PASS = "pass"  # noqa: S105 - a word, no secret
    WARN = "warn"  # shown to the reviewer, nothing more
    NEEDS_HUMAN = "needs_human"  # not pushed unless a person approves
    REJECT = "reject"  # not pushed

    @property
    def rank(self) -> int:
        """0 for pass to 3 for reject."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One complaint of one guard, at one place.

    Attributes:
        guard: `NAME` of the guard.
        message: what was seen.
        remedy: what would make it right; the only text a fixer is told.
        file: relative to the repository root, "/"-separated. line: 1-based, in the new file.
    """

    guard: str
    severity: Severity
    message: str
    remedy: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place or 'change'}: {self.message} [{self.guard}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A guard that could not judge, and why."""

    guard: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvage:
    """A part of the change to drop, so that the rest can be judged alone.

    Attributes:
        first, last: 1-based lines in the new file, both included; None = all that the change does
            to the file.
    """

    file: str
    first: int | None = None
    last: int | None = None

    def to_json(self) -> dict[str, Any]:
        """An entry of `salvage`."""
        lines = None if self.first is None else [self.first, self.last]
        return {"file": self.file, "lines": lines}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All findings of all guards about one change."""

    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    incomplete: bool = False  # a guard failed, or evidence the policy requires is missing
    salvage: tuple[Salvage, ...] = ()  # empty: nothing that could be dropped makes the rest right

    @property
    def outcome(self) -> Severity:
        """The worst severity; at least needs_human when something required could not be judged."""
        floor = Severity.NEEDS_HUMAN if self.incomplete else Severity.PASS
        severities = (finding.severity for finding in self.findings)
        return max((floor, *severities), key=lambda severity: severity.rank)

    @property
    def passed(self) -> bool:
        """Whether nothing blocks."""
        return self.outcome.rank <= Severity.WARN.rank

    def to_json(self) -> dict[str, Any]:
        """The `selfheal.verdict/v1` document."""
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "outcome": self.outcome.value,
            "findings": [
                {
                    "guard": finding.guard,
                    "severity": finding.severity.value,
                    "file": finding.file,
                    "line": finding.line,
                    "message": finding.message,
                    "remedy": finding.remedy,
                }
                for finding in self.findings
            ],
            "not_run": [{"guard": item.guard, "why": item.why} for item in self.not_run],
        }
        if self.salvage:
            document["salvage"] = [part.to_json() for part in self.salvage]
        return document
