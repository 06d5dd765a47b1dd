"""What editors are told about `.selfheal.toml` is what its readers take."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

import guards
from bot.core.errors import ConfigError
from bot.core.repo_config import parse
from guards.errors import BadPolicyError
from guards.policy_file import Author, policy_from_table

_SCHEMA = json.loads(
    (Path(guards.__file__).parent / "schemas" / "policy.schema.json").read_text(encoding="utf-8")
)
_EDITOR = Draft202012Validator(_SCHEMA, format_checker=FormatChecker())

_WORD = st.sampled_from(["", " ", "a", "x" * 300, "x" * 301, "size"])
_GUARD = st.sampled_from(["size", "deleted_tests"])
_ODD: st.SearchStrategy[Any] = st.sampled_from([-1, 0, 1.5, 101, True, "1", "", [], {}, [1], None])
_EXEMPTION = st.fixed_dictionaries(
    {
        "fingerprint": st.sampled_from(["a1" * 32, "A1" * 32, "a1"]) | _ODD,
        "guard": _GUARD,
        "reason": _WORD | _ODD,
        "until": st.sampled_from([date(2027, 1, 31), "2027-01-31", "2027-02-31", "20270131", "x"])
        | _ODD,
    },
    optional={"owner": _WORD, "by": _WORD},
)
_TABLE = st.fixed_dictionaries(
    {},
    optional={
        "protected": st.lists(_WORD) | _ODD,
        "max_changed_lines": st.integers() | _ODD,
        "coverage_drop": st.floats(allow_nan=False, allow_infinity=False) | _ODD,
        "require": st.lists(st.sampled_from(["tests", "coverage", "contents", "outcomes"])) | _ODD,
        "disabled": st.lists(_GUARD) | _ODD,
        "severity": st.dictionaries(_GUARD, st.sampled_from(["warn", "reject", "pass", "off", 1]))
        | _ODD,
        "plugins": st.lists(st.sampled_from(["house", "Big", "a b", ""])) | _ODD,
        "exemptions": st.lists(_EXEMPTION, max_size=2) | _ODD,
        "exemption": _ODD,
    },
)


def _plain(value: object) -> Any:
    return json.loads(json.dumps(value, default=str))


@given(_TABLE)
def test_editors_and_the_reader_agree_on_every_table(table: dict[str, Any]) -> None:
    try:
        policy_from_table(table, "", "f", Author.OPERATOR)
    except BadPolicyError:
        taken = False
    else:
        taken = True

    assert _EDITOR.is_valid(_plain({"guards": table})) == taken


@pytest.mark.parametrize(
    "text",
    [
        "",
        'mode = "observe"',
        'mode = "x"',
        '[checks.unit]\nrun = "pytest"\nonly = "pytest {tests}"\ncovers = true\nmatches = ["a*"]',
        "[checks.unit]\nonly = 'x'",
        "[checks.unit]\nrun = 3",
        "[checks.unit]\nrun = 'x'\nrum = 'y'",
        "checks = 3",
        "[setup]\nrun = 'x'",
        "[setup]",
        "[limits]\nattempts = 2\nusd_per_pr = 1\nminutes_per_attempt = 0.5",
        "[limits]\nattempts = 9",
        "[limits]\nminutes_per_attempt = 0",
        "[limits]\nattempts = '2'",
        "[bots]\nlabel = 'x'",
        "[bots]\nlabels = 'x'",
        "[nonsense]",
        "guards = 1",
        "[guards]\nplugins = ['house']\nmax_changed_lines = 10",
        "[guards.severity]\nsize = 'reject'",
        "[guards]\nmax_changed_lines = true",
    ],
)
def test_editors_and_the_bot_agree_on_whole_files(text: str) -> None:
    import tomllib

    try:
        parse(text.encode())
    except ConfigError:
        taken = False
    else:
        taken = True

    assert _EDITOR.is_valid(_plain(tomllib.loads(text))) == taken


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(_SCHEMA)
