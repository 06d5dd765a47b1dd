"""One thing that failed in CI: `selfheal.failure/v1`."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.log_paths import without_workspace

SCHEMA = "selfheal.failure/v1"
MAX_MESSAGE = 500

# What changes from run to run without the failure being another one: addresses, hashes, temporary
# paths, durations, ports, and where the repository is checked out. In the name of a test numbers
# mean something: only places count there.
_PLACE = (
    r"0x[0-9a-fA-F]+|\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{22}\b"
    r"|(?:/private)?(?:/(?:var/)?tmp|/var/folders|/dev/shm|(?:/(?:home|Users)/runner/work|/__w)/_temp)/[^\s'\"),\]:]+"
    r"|\b[A-Za-z]:[\\/]\S{0,200}[\\/][Tt]e?mp[\\/][^\s'\"),\]]+|\btmp[a-z0-9_]{6,8}\b"
)
_IN_TEST = re.compile(_PLACE)
_VOLATILE = re.compile(
    rf"{_PLACE}|\b(?:[0-9a-f]{{7,64}}|[0-9A-F]{{16}})\b"
    r"|\d+(?:\.\d+)*(?: ?(?:ns|[uµm]s|s|secs?|seconds?|min(?:ute)?s?|h)\b)?"
)


class FailureType(StrEnum):
    """What kind of thing failed; the words of `selfheal.failure/v1`."""

    BUILD = "build_failure"
    TEST = "test_failure"
    LINT = "lint_failure"
    FORMAT = "format_failure"
    DEPENDENCY = "dependency_failure"
    CONFIG = "config_failure"
    CONFLICT = "merge_conflict"
    GIT = "git_failure"
    INFRA = "infra_failure"
    TIMEOUT = "timeout"
    RUNTIME = "runtime_failure"
    UNKNOWN = "unknown_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSpan:
    """Where in the raw log it stands: 1-based line numbers, both inclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failing test, lint finding, type or build error, found in one job log.

    Attributes:
        type: what kind of thing failed.
        message: the reason: one line without ANSI codes, at most 500 characters.
        tool: the tool that said it ("pytest", "ruff", "mypy"); None when not known.
        rule: the tool's rule or error code ("F401", "arg-type").
        test: the tool's own id of a failing test ("tests/test_a.py::test_b").
        file: relative to the repository root, "/"-separated.
        line: 1-based. column: 1-based.
        task: the task of a monorepo runner ("packages/core:build").
        command: the narrowest command that shows the failure again.
        suggestion: the tool's own proposal.
        detail: lines of context (a traceback), for the prompt and the comment; bounded.
        log: where it stands in the log.
        job: name of the CI job whose log held it.
        flaky: why it is thought to be flaky; None when it is not.
        root: the likely cause of the others in the same log.
        weak: it may only repeat that something failed ("make: *** Error 2"), or be handled (a
            traceback in the output): it counts only where the log says that the job failed and no
            tool said more. Not part of the document.
    """

    type: FailureType
    message: str
    tool: str | None = None
    rule: str | None = None
    test: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    task: str | None = None
    severity: str = "error"
    command: str | None = None
    suggestion: str | None = None
    detail: tuple[str, ...] = field(default=(), repr=False)
    log: LogSpan | None = None
    job: str | None = None
    flaky: str | None = None
    root: bool = False
    weak: bool = field(default=False, compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        """12 hex digits, equal for two runs which failed for the same reason."""
        where = _IN_TEST.sub("#", self.test or self.file or "")
        message = _VOLATILE.sub("#", without_workspace(self.message))
        text = "\n".join((self.type, self.tool or "", self.rule or "", where, message))
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def subject(self) -> str:
        """What failed, in a few words for people: a test id, a place or the tool."""
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return self.test or place or self.tool or self.type.value

    def to_json(self) -> dict[str, Any]:
        """The document of one line of JSON Lines."""
        data = asdict(self)
        detail = data.pop("detail")
        flaky = data.pop("flaky")
        del data["weak"]
        document = {"schema": SCHEMA, **data, "type": self.type.value}
        document["fingerprint"] = self.fingerprint
        if flaky is not None:
            document |= {"flaky": True, "flaky_reason": flaky}
        if detail:
            document["detail"] = list(detail)
        if not self.root:
            del document["root"]
        return document

    def to_line(self) -> str:
        """One line of JSON Lines, without the line end."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Failure":
        """Read one document back.

        Raises:
            ValueError: it is not a `selfheal.failure/v1`.
        """
        if data.get("schema") != SCHEMA:
            msg = f"not a {SCHEMA}: schema is {data.get('schema')!r}"
            raise ValueError(msg)
        kept = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        for derived in ("flaky", "weak"):
            kept.pop(derived, None)
        log = kept.pop("log", None)
        return cls(
            **kept
            | {
                "type": FailureType(kept["type"]),
                "log": LogSpan(**log) if log else None,
                "detail": tuple(kept.get("detail", ())),
                "flaky": data.get("flaky_reason") if data.get("flaky") else None,
            }
        )
