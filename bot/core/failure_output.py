"""Failures as people and other tools read them: JSON Lines, text, GitHub annotations, SARIF."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.core.failure import Failure

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def jsonl(failures: Sequence[Failure]) -> str:
    """`selfheal.failure/v1`, one object a line."""
    return "".join(f"{failure.to_line()}\n" for failure in failures)


def text(failures: Sequence[Failure]) -> str:
    """Place, message and rule a line, and the command that shows it again under it."""
    return "".join(f"{line}\n" for failure in failures for line in describe(failure))


def describe(failure: Failure) -> tuple[str, ...]:
    """One or two lines for a person."""
    by = " ".join(word for word in (failure.tool, failure.rule) if word)
    place = ":".join(str(part) for part in (failure.file, failure.line, failure.column) if part)
    words = [place and f"{place}:", failure.test or "", failure.message, by and f"[{by}]"]
    line = " ".join(word for word in words if word)
    return (line, f"    again: {failure.command}") if failure.command else (line,)


def github(failures: Sequence[Failure]) -> str:
    """Workflow commands that GitHub shows as annotations."""
    return "".join(f"{_command(failure)}\n" for failure in failures)


def sarif(failures: Sequence[Failure]) -> str:
    """One SARIF 2.1.0 document with one run."""
    run = {
        "tool": {"driver": {"name": "selfheal", "rules": _rules(failures)}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(failure) for failure in failures],
    }
    document = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


RENDERERS: Mapping[str, Callable[[Sequence[Failure]], str]] = {
    "jsonl": jsonl,
    "text": text,
    "github": github,
    "sarif": sarif,
}


def _command(failure: Failure) -> str:
    title = " ".join(word for word in (failure.tool, failure.rule or failure.test) if word)
    properties = {
        "file": failure.file,
        "line": failure.line,
        "col": failure.column,
        "title": title or failure.type.value,
    }
    pairs = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
    return f"::error {pairs}::{_data(failure.message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


def _rule(failure: Failure) -> str:
    return "/".join(word for word in (failure.tool, failure.rule) if word) or failure.type.value


def _rules(failures: Sequence[Failure]) -> list[dict[str, Any]]:
    return [{"id": rule} for rule in dict.fromkeys(map(_rule, failures))]


def _result(failure: Failure) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _rule(failure),
        "level": "error",
        "message": {"text": failure.message},
        "partialFingerprints": {"selfheal/v1": failure.fingerprint},
        "properties": {"type": failure.type.value, "command": failure.command},
    }
    if failure.file:
        region = {"startLine": failure.line, "startColumn": failure.column}
        # Outside the repository a path is no relative reference.
        scheme = "file://" if failure.file.startswith("/") else ""
        place: dict[str, Any] = {"artifactLocation": {"uri": scheme + quote(failure.file)}}
        if failure.line:
            place["region"] = {key: value for key, value in region.items() if value}
        result["locations"] = [{"physicalLocation": place}]
    return result
