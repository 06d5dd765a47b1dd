"""One SARIF 2.1.0 log with one run, within what GitHub's code scanning takes in."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from guards.rules import ALL
from guards.verdict import Excerpt, Exempted, Finding, Severity, Verdict

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "https://github.com/selfheal/selfheal"
_MAX_RESULTS = 5000  # GitHub keeps no more of a run
_LEVELS = {Severity.REJECT: "error", Severity.NEEDS_HUMAN: "warning", Severity.WARN: "note"}
_NUMBERS = {guard.NAME: index for index, guard in enumerate(ALL)}


def render(verdict: Verdict, *, colour: bool = False) -> str:
    """The log; worst findings first, as only so many are kept."""
    run = {
        "tool": {
            "driver": {"name": "selfheal guard", "informationUri": _HOME, "rules": _rules()},
            "extensions": [
                {"name": plugin.name, "version": plugin.version} for plugin in verdict.plugins
            ],
        },
        "automationDetails": {"id": "selfheal-guard/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not verdict.incomplete,
                "toolExecutionNotifications": [
                    {
                        "level": "note",
                        "message": {"text": f"{item.guard} was not run: {item.why}"},
                        "associatedRule": {"id": item.guard},
                    }
                    for item in verdict.not_run
                ],
                "toolConfigurationNotifications": [
                    {"level": "warning", "message": {"text": text}} for text in _configured(verdict)
                ],
            }
        ],
        "results": _results(verdict)[:_MAX_RESULTS],
        "properties": {"outcome": verdict.outcome.value},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _configured(verdict: Verdict) -> Iterator[str]:
    for lowered in verdict.lowered:
        yield f"lowered: {lowered}"
    yield from verdict.warnings
    left_out = len(verdict.findings) + len(verdict.exempted) - _MAX_RESULTS
    if left_out > 0:
        yield f"{left_out} more results were left out"


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": guard.NAME,
            "name": guard.NAME.title().replace("_", ""),
            "shortDescription": {"text": _why(guard.__doc__ or guard.NAME)},
            "help": {"text": _why(guard.__doc__ or guard.NAME)},
            "helpUri": f"{_HOME}#guards",
            "defaultConfiguration": {"level": _LEVELS[guard.SEVERITY]},
            "properties": {"tags": ["selfheal", guard.SEVERITY.value.replace("_", "-")]},
        }
        for guard in ALL
    ]


def _why(documentation: str) -> str:
    return documentation.strip().partition("\n")[0]


def _results(verdict: Verdict) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    results = [_result(finding, seen) for finding in verdict.findings]
    return results + [_suppressed(exempted, seen) for exempted in verdict.exempted]


def _result(finding: Finding, seen: Counter[str]) -> dict[str, Any]:
    seen[finding.fingerprint] += 1
    ordinal = seen[finding.fingerprint]  # two findings about one change are still two
    result: dict[str, Any] = {
        "ruleId": finding.guard,
        "level": _LEVELS.get(finding.severity, "none"),
        "message": {"text": f"{finding.message}. To do: {finding.remedy}."},
        "partialFingerprints": {"selfhealGuards/v1": f"{finding.fingerprint}:{ordinal}"},
        "properties": {"severity": finding.severity.value},
    }
    if finding.guard in _NUMBERS:
        result["ruleIndex"] = _NUMBERS[finding.guard]
    if finding.file is not None:
        # What is gone is shown where it stood: GitHub annotates only lines that are there.
        after = finding.after
        line = finding.line or (after.line if after else 1)
        shown = after.lines if after and after.line == line else ()
        result["locations"] = [{"physicalLocation": _place(finding.file, line, shown)}]
    if finding.before is not None:
        result["relatedLocations"] = [_related(finding.before)]
    return result


def _suppressed(exempted: Exempted, seen: Counter[str]) -> dict[str, Any]:
    justification = f"{exempted.reason} ({exempted.owner}, until {exempted.until})"
    return _result(exempted.finding, seen) | {
        "suppressions": [{"kind": "external", "status": "accepted", "justification": justification}]
    }


def _related(excerpt: Excerpt) -> dict[str, Any]:
    return {
        "id": 1,
        "message": {"text": "before the change"},
        "physicalLocation": _place(excerpt.file, excerpt.line, excerpt.lines),
    }


def _place(file: str, line: int, lines: Sequence[str]) -> dict[str, Any]:
    line = max(line, 1)
    region: dict[str, Any] = {"startLine": line}
    if lines:
        region |= {"endLine": line + len(lines) - 1, "snippet": {"text": "\n".join(lines)}}
    uri = quote(file.encode(errors="backslashreplace"))
    return {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}, "region": region}
