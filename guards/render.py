"""Write a verdict for people, programs, code scanning and GitHub's log. Pure: text comes back.

Paths and messages quote untrusted files: control characters never leave here as they are.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from guards.rules import ALL
from guards.verdict import Finding, Severity, Verdict

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/selfheal/selfheal"
_LEVELS = {Severity.REJECT: "error", Severity.NEEDS_HUMAN: "warning", Severity.WARN: "note"}
_COMMANDS = {Severity.REJECT: "error", Severity.NEEDS_HUMAN: "warning", Severity.WARN: "notice"}
_HEADLINES = {
    Severity.REJECT: "REJECTED",
    Severity.NEEDS_HUMAN: "NEEDS A HUMAN",
    Severity.WARN: "passed, with warnings",
    Severity.PASS: "passed",
}


def as_text(verdict: Verdict) -> str:
    """For people: the outcome, each finding with its remedy, then what could not be judged."""
    lines = [f"{_HEADLINES[verdict.outcome]}: {_counted(len(verdict.findings), 'finding')}"]
    for finding in verdict.findings:
        lines += [f"  {finding.severity.value:12}{finding}", f"  {'':12}→ {finding.remedy}"]
    if verdict.incomplete:
        lines.append("  something that is required could not be judged:")
    lines += [f"  {'not judged':12}{item.guard}: {item.why}" for item in verdict.not_run]
    return "".join(f"{_printable(line)}\n" for line in lines)


def as_json(verdict: Verdict) -> str:
    """One `selfheal.verdict/v1` document."""
    return json.dumps(verdict.to_json(), indent=2) + "\n"


def as_sarif(verdict: Verdict) -> str:
    """One SARIF 2.1.0 log with one run."""
    run = {
        "tool": {"driver": {"name": "selfheal guard", "informationUri": _HOME, "rules": _rules()}},
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
            }
        ],
        "results": [_result(finding) for finding in verdict.findings],
        "properties": {"outcome": verdict.outcome.value},
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def as_github(verdict: Verdict) -> str:
    """Workflow commands, which GitHub shows at the lines; then the outcome."""
    lines = [_command(finding) for finding in verdict.findings if finding.severity in _COMMANDS]
    not_run = "; ".join(f"{item.guard}: {item.why}" for item in verdict.not_run)
    lines += [f"::notice title=selfheal guard, not judged::{_data(not_run)}"] if not_run else []
    lines.append(f"selfheal guard: {_HEADLINES[verdict.outcome]}")
    return "".join(f"{line}\n" for line in lines)


FORMATS: Mapping[str, Callable[[Verdict], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": guard.NAME,
            "shortDescription": {"text": (guard.__doc__ or guard.NAME).partition("\n")[0]},
            "defaultConfiguration": {"level": _LEVELS[guard.SEVERITY]},
        }
        for guard in ALL
    ]


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.guard,
        "level": _LEVELS.get(finding.severity, "none"),
        "message": {"text": f"{finding.message}. To do: {finding.remedy}."},
        "partialFingerprints": {"selfhealGuards/v1": _fingerprint(finding)},
    }
    if finding.file is not None:
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line or 1},
                }
            }
        ]
    return result


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding after a shift of lines."""
    parts = (finding.guard, finding.file or "", finding.message)
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _command(finding: Finding) -> str:
    place = {
        "file": finding.file,
        "line": finding.line,
        "title": f"selfheal guard: {finding.guard}",
    }
    known = ",".join(f"{key}={_property(str(value))}" for key, value in place.items() if value)
    return (
        f"::{_COMMANDS[finding.severity]} {known}::{_data(f'{finding.message} → {finding.remedy}')}"
    )


def _data(text: str) -> str:
    return _printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _printable(text: str) -> str:
    """Text without anything that could steer a terminal."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
