"""What guards say about a change: `selfheal.verdict/v1`."""

from dataclasses import dataclass
from datetime import date
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
class Excerpt:
    """A few lines as they stand in one of the two trees; `line` is 1-based, of the first."""

    file: str
    line: int
    lines: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """`before` or `after` of a finding."""
        return {"file": self.file, "line": self.line, "lines": list(self.lines)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One complaint of one guard, at one place.

    Attributes:
        guard: `NAME` of the guard.
        message: what was seen.
        remedy: what would make it right; the only text a fixer is told.
        file: relative to the repository root, "/"-separated. line: 1-based, in the new file.
        before, after: offending lines of the old and the new tree; `judge` fills them in.
        fingerprint: names the finding by its content, for exemptions; `judge` fills it in.
    """

    guard: str
    severity: Severity
    message: str
    remedy: str
    file: str | None = None
    line: int | None = None
    before: Excerpt | None = None
    after: Excerpt | None = None
    fingerprint: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place or 'change'}: {self.message} [{self.guard}]"

    def to_json(self) -> dict[str, Any]:
        """An entry of `findings`."""
        return {
            "guard": self.guard,
            "severity": self.severity.value,
            "file": self.file,
            "line": self.line,
            "message": self.message,
            "remedy": self.remedy,
            "before": self.before.to_json() if self.before else None,
            "after": self.after.to_json() if self.after else None,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exempted:
    """A finding that does not count, by the word of a person, until the end of a day."""

    finding: Finding
    owner: str
    reason: str
    until: date

    def to_json(self) -> dict[str, Any]:
        """An entry of `exempted`."""
        return {
            "finding": self.finding.to_json(),
            "owner": self.owner,
            "reason": self.reason,
            "until": self.until.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """A setting that is laxer than it is by itself: `standard` is what it would be."""

    setting: str
    value: str
    standard: str

    def __str__(self) -> str:
        return f"{self.setting} is {self.value} instead of {self.standard}"

    def to_json(self) -> dict[str, Any]:
        """An entry of `lowered`."""
        return {"setting": self.setting, "value": self.value, "standard": self.standard}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A third-party guard that took part; `version` is that of its distribution."""

    name: str
    version: str

    def to_json(self) -> dict[str, Any]:
        """An entry of `plugins`."""
        return {"name": self.name, "version": self.version}


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
    exempted: tuple[Exempted, ...] = ()
    lowered: tuple[Lowered, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    warnings: tuple[str, ...] = ()  # about the policy: exemptions that ended or fit nothing

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
            "findings": [finding.to_json() for finding in self.findings],
            "not_run": [{"guard": item.guard, "why": item.why} for item in self.not_run],
            "exempted": [item.to_json() for item in self.exempted],
            "lowered": [item.to_json() for item in self.lowered],
            "plugins": [item.to_json() for item in self.plugins],
            "warnings": list(self.warnings),
        }
        if self.salvage:
            document["salvage"] = [part.to_json() for part in self.salvage]
        return document
