"""SARIF 2.1.0 by the schema of OASIS, and what GitHub's code scanning asks for beyond it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, FormatChecker

_SCHEMA = Path(__file__).parent / "data" / "sarif" / "sarif-schema-2.1.0.json"


@cache
def _validator() -> Draft4Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft4Validator(schema, format_checker=FormatChecker())


def validated(text: str) -> dict[str, Any]:
    """The log; fails when it breaks the schema, or when GitHub would refuse or hide results."""
    log: dict[str, Any] = json.loads(text)
    _validator().validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) <= 25_000
    assert len(run["results"]) <= 5_000
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["partialFingerprints"]
        if "ruleIndex" in result:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result.get("locations", ()):
            place = location["physicalLocation"]
            assert not place["artifactLocation"]["uri"].startswith("/")
            assert place.get("region", {"startLine": 1})["startLine"] >= 1
    return log
