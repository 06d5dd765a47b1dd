"""Failures as other tools read them."""

import json
from dataclasses import replace

import pytest

from bot.core.failure import Failure, FailureType
from bot.core.failure_output import github, jsonl, sarif, text
from tests.sarif import validated

FAILURE = Failure(
    type=FailureType.LINT,
    tool="ruff",
    rule="F401",
    message="100%, `os` imported: unused",
    file="src/a,b.py",
    line=2,
    column=8,
    command="ruff check src/a,b.py",
)
BARE = Failure(type=FailureType.UNKNOWN, message="it broke")


def test_json_lines_read_back() -> None:
    documents = [json.loads(line) for line in jsonl([FAILURE, BARE]).splitlines()]
    assert [Failure.from_json(each) for each in documents] == [FAILURE, BARE]


def test_text_says_place_reason_and_how_to_see_it_again() -> None:
    assert text([FAILURE, BARE]).splitlines() == [
        "src/a,b.py:2:8: 100%, `os` imported: unused [ruff F401]",
        "    again: ruff check src/a,b.py",
        "it broke",
    ]


def test_annotations_escape_what_would_end_a_property() -> None:
    assert github([FAILURE, BARE]).splitlines() == [
        "::error file=src/a%2Cb.py,line=2,col=8,title=ruff F401::100%25, `os` imported: unused",
        "::error title=unknown_failure::it broke",
    ]


def test_sarif_names_each_rule_once_and_the_place_when_known() -> None:
    (run,) = validated(sarif([FAILURE, FAILURE, BARE]))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "ruff/F401",
        "unknown_failure",
    ]
    first, _, last = run["results"]
    region = first["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8}
    assert "locations" not in last


@pytest.mark.parametrize(
    "odd",
    [
        replace(FAILURE, line=None),
        replace(FAILURE, file="a b/ä:?#%.py"),
        replace(FAILURE, file="/tmp/x.py"),
        replace(FAILURE, file="../x.py", column=None),
        replace(FAILURE, file="C:\\x\\y.cs"),
        replace(FAILURE, file="a\x1b.py", message="\x1b[2J"),
        replace(FAILURE, tool=None, rule=None, message="x" * 500),
    ],
    ids=str,
)
def test_sarif_keeps_the_schema_of_oasis_whatever_failed(odd: Failure) -> None:
    (run,) = validated(sarif([odd, FAILURE]))["runs"]
    assert len(run["results"]) == 2


def test_sarif_of_no_failure_is_a_log_too() -> None:
    assert validated(sarif([]))["runs"][0]["results"] == []
