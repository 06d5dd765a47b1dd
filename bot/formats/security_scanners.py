"""Scanners for known vulnerabilities and bad configuration: what made them exit with an error.

govulncheck, cargo audit, bundler-audit, pip-audit, Safety, Snyk, Checkov, tfsec and Trivy.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.finding_table import Wording, finding, hints
from bot.core.framing import Line
from bot.core.grouped_findings import Group, group_hints, grouped
from bot.core.pattern import pattern

NAME = "security"

_DEPENDENCY, _LINT = FailureType.DEPENDENCY, FailureType.LINT
TABLE = (
    Wording(
        "safety",
        ("Vulnerability found in ",),
        pattern(r"\s{0,4}(?:->|→) (?P<message>Vulnerability found in \S{1,100} version \S{1,60})$"),
        type=_DEPENDENCY,
    ),
    Wording(
        "snyk",
        ("everity vulnerability found in ", " Severity]["),
        pattern(r"\s{0,4}✗ (?P<message>(?:Low|Medium|High|Critical) severity vulnerability found in \S{1,100})$"),
        type=_DEPENDENCY,
    ),
    Wording(
        "snyk",
        (" Severity][",),
        pattern(
            r"\s{0,4}✗ (?P<message>\S.{1,200}?) \[(?:Low|Medium|High|Critical) Severity\]\[https://(?:security\.)?snyk\.io/vuln/(?P<rule>[\w:-]{3,80})\] in \S{1,200}$"
        ),
        type=_DEPENDENCY,
    ),
    Wording(
        "trivy",
        ("AVD-", " (HIGH): ", " (CRITICAL): ", " (MEDIUM): ", " (LOW): "),
        pattern(r"(?P<rule>[A-Z]{2,5}(?:-[A-Z]{2,10})?-\d{3,5}) \((?:LOW|MEDIUM|HIGH|CRITICAL)\): (?P<message>\S.{0,400})$"),
        weak=True,
    ),
)  # fmt: skip
PIP_AUDIT = (
    Group(
        "pip-audit",
        ("Fix Versions", "PYSEC-", "GHSA-", "CVE-"),
        pattern(r"Name {1,80}Version {1,80}ID {1,80}Fix Versions"),
        pattern(
            r"(?P<message>[A-Za-z0-9][\w.-]{0,80} {1,60}\d[\w.+!-]{0,30} {1,40}(?P<rule>(?:PYSEC|GHSA|CVE|OSV|MAL)-[\w-]{4,30}))(?: .{0,600})?$"
        ),
        gap=1,
        type=_DEPENDENCY,
    ),
)
HINTS = (
    *hints(TABLE), *group_hints(PIP_AUDIT), "Vulnerability #", "Crate:", "Title:", "Advisory:", "Check: CKV", "\tFAILED for resource: ", "Result #", "Result ",
    "=== Module Results ===", "=== Package Results ===", "=== Symbol Results ===",
)  # fmt: skip
REACH = (0, 16)

_GO = pattern(r"Vulnerability #\d{1,4}: (?P<rule>GO-\d{4}-\d{3,6})$")
_GO_FACT = pattern(r"\s{2,8}(?P<key>Found in|Fixed in): (?P<value>\S{1,200})$")
_GO_TRACE = pattern(r"\s{2,12}#\d{1,4}: (?P<file>[^\s:]{1,300}\.go):(?P<line>\d{1,7}):(?P<column>\d{1,7}): (?P<message>\S.{0,400})$")  # fmt: skip
_GO_SECTION = pattern(r"=== (?P<name>Symbol|Package|Module) Results ===|=== Informational ===")
_KEY = pattern(r"(?P<key>Crate|Name|Version|Warning|Title|ID|Advisory|CVE|GHSA|Criticality|Severity|URL|Solution): {1,12}(?P<value>\S.{0,400})$")  # fmt: skip
_CHECK = pattern(r'Check: (?P<rule>CKV2?_\w{2,40}): "(?P<message>.{1,400})"$')
_CHECK_FAILED = pattern(r"\tFAILED for resource: (?P<resource>\S{1,200})$")
_CHECK_FILE = pattern(r"\tFile: /?(?P<file>[^\s:]{1,300}):(?P<line>\d{1,7})(?:-\d{1,7})?$")
_TFSEC = pattern(r"\s{0,4}Result #\d{1,5} (?:CRITICAL|HIGH|MEDIUM|LOW) (?P<message>\S.{0,400})$")
_TFSEC_FILE = pattern(r"\s{1,8}(?P<file>[^\s:]{1,300}\.tf(?:\.json)?)(?::| Lines? )(?P<line>\d{1,7})(?:-\d{1,7})?$")  # fmt: skip


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a vulnerability, or a resource that a policy refuses."""
    readers: tuple[Callable[[Line], Failure | None], ...] = (
        lambda line: finding(line, TABLE),
        _Advisory().read,
        _Policy().read,
    )
    go = _Called()
    rows = list(lines)
    yield from grouped(rows, PIP_AUDIT)
    for line in rows:
        yield from go.read(line)
        yield from filter(None, (read(line) for read in readers))
    yield from go.flush()


class _Called:
    """govulncheck: what the code calls fails the run; what it only imports does not."""

    def __init__(self) -> None:
        self._open: Failure | None = None
        self._harmless = False

    def read(self, line: Line) -> Iterator[Failure]:
        """The vulnerability that this line ends."""
        text = line.text
        if (match := _GO_SECTION.match(text)) is not None:
            yield from self.flush()
            self._harmless = match["name"] != "Symbol"
        elif (match := _GO.match(text)) is not None and not self._harmless:
            yield from self.flush()
            self._open = _failure("govulncheck", match["rule"], match["rule"], line)
        elif self._open is not None:
            self._take(self._open, text)

    def _take(self, open_: Failure, text: str) -> None:
        if (match := _GO_FACT.match(text)) is not None:
            if match["key"] == "Found in":
                self._open = replace(open_, message=f"{open_.rule}: {match['value']}")
            else:
                self._open = replace(open_, suggestion=f"Fixed in: {match['value']}")
        elif open_.file is None and (match := _GO_TRACE.match(text)) is not None:
            self._open = replace(
                open_, file=match["file"], line=int(match["line"]), column=int(match["column"])
            )
        elif open_.message == open_.rule and text.strip() and not open_.detail:
            self._open = replace(open_, detail=(text.strip(),))

    def flush(self) -> Iterator[Failure]:
        """The one that is open."""
        if self._open is not None:
            yield self._open
        self._open = None


class _Advisory:
    """cargo audit and bundler-audit: a block of keys; cargo's warnings let it pass."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def read(self, line: Line) -> Failure | None:
        """The advisory that this line completes."""
        match = _KEY.match(line.text)
        if match is None:
            return None
        if match["key"] in ("Crate", "Name"):
            self._said = {}
        said = self._said
        said[match["key"]] = match["value"].strip()
        if match["key"] != "Solution" or "Title" not in said or "Warning" in said:
            return None
        self._said = {}
        rule = said.get("ID") or said.get("CVE") or said.get("Advisory") or said.get("GHSA")
        tool, name = ("cargo-audit", said["Crate"]) if "Crate" in said else ("bundler-audit", said.get("Name", ""))  # fmt: skip
        if not name or rule is None:
            return None
        message = f"{name} {said.get('Version', '')}: {said['Title']}"
        return replace(_failure(tool, rule, message, line), suggestion=said["Solution"])


class _Policy:
    """Checkov and tfsec: a check, then where it failed."""

    def __init__(self) -> None:
        self._check: tuple[str, str | None, str] | None = None
        self._failed = False

    def read(self, line: Line) -> Failure | None:
        """The refusal that this line places."""
        text = line.text
        if (match := _CHECK.match(text)) is not None:
            self._check, self._failed = ("checkov", match["rule"], match["message"]), False
        elif (match := _TFSEC.match(text)) is not None:
            self._check, self._failed = ("tfsec", None, match["message"]), True
        elif _CHECK_FAILED.match(text) is not None:
            self._failed = True
        elif self._check is not None and self._failed:
            place = _CHECK_FILE.match(text) or _TFSEC_FILE.match(text)
            if place is not None:
                tool, rule, message = self._check
                self._failed = False
                found = _failure(tool, rule, message, line)
                return replace(found, type=_LINT, file=place["file"], line=int(place["line"]))
        return None


def _failure(tool: str, rule: str | None, message: str, line: Line) -> Failure:
    span = LogSpan(start=line.number, end=line.number)
    return Failure(type=_DEPENDENCY, tool=tool, rule=rule, message=message, log=span)
