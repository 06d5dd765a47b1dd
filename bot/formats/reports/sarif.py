"""SARIF 2.1 (and 2.0): findings of any analyser."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from bot.core.failure import Failure, FailureType
from bot.core.fields import at, items, number, text

NAME = "sarif"
KEYS = ('"runs"', '"results"')


def parse(document: Any) -> Iterator[Failure]:
    """One failure a result of level error that nobody suppressed."""
    for run in items(document, "runs"):
        rules = _rules(run)
        tool = text(run, "tool.driver.name") or text(run, "tool.name")
        for result in items(run, "results"):
            if _counts(result, rules):
                yield _failure(result, rules, tool)


def _rules(run: Any) -> dict[str, Any]:
    """Rules by id and by index ("#3")."""
    found: dict[str, Any] = {}
    for path in ("tool.driver.rules", "resources.rules", "tool.extensions.0.rules"):
        for index, rule in enumerate(items(run, path)):
            found.setdefault(text(rule, "id") or "", rule)
            if path == "tool.driver.rules":
                found[f"#{index}"] = rule
    return found


def _rule(result: Any, rules: dict[str, Any]) -> Any:
    name = text(result, "ruleId") or text(result, "rule.id") or ""
    index = (
        at(result, "ruleIndex") if at(result, "ruleIndex") is not None else at(result, "rule.index")
    )
    return rules.get(name) or rules.get(f"#{index}")


def _counts(result: Any, rules: dict[str, Any]) -> bool:
    kind = (text(result, "kind") or "fail").lower()
    if kind != "fail" or text(result, "baselineState") == "absent":
        return False
    if any(text(each, "status") in (None, "accepted") for each in items(result, "suppressions")):
        return False
    rule = _rule(result, rules)
    level = text(result, "level") or text(rule, "defaultConfiguration.level")
    return (level or text(rule, "configuration.defaultLevel") or "warning").lower() == "error"


def _failure(result: Any, rules: dict[str, Any], tool: str | None) -> Failure:
    rule = _rule(result, rules)
    place = at(result, "locations.0.physicalLocation")
    uri = text(place, "artifactLocation.uri") or text(place, "fileLocation.uri")
    name = text(result, "ruleId") or text(result, "rule.id") or text(rule, "id")
    message = text(result, "message.text") or text(result, "message.markdown")
    identifier = text(result, "message.id")
    if message is None and identifier:
        message = text(at(rule, "messageStrings"), f"{identifier}.text")
    return Failure(
        type=FailureType.LINT,
        tool=tool or NAME,
        rule=name,
        message=message or text(rule, "shortDescription.text") or name or "finding",
        file=unquote(uri) if uri else None,
        line=number(place, "region.startLine"),
        column=number(place, "region.startColumn"),
    )
