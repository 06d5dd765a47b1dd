import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import bot
from bot import events
from bot.core.app_permissions import PERMISSIONS
from bot.core.checkup import (
    EVENTS,
    Check,
    Facts,
    GithubSeen,
    State,
    exit_code,
    failed_settings,
    judge,
    to_json,
    to_text,
)

NOW = datetime(2026, 5, 4, tzinfo=UTC)
GOOD = Facts(
    now=NOW,
    git="git version 2.43.0",
    sandbox="bwrap",
    sandbox_problem="",
    database="SQLite",
    database_problem="",
    app_id="7",
    key_problem="",
    github=GithubSeen(
        status=200, slug="selfheal", date=NOW, permissions=PERMISSIONS, events=EVENTS
    ),
    webhook_secret_length=40,
    model_key_length=40,
    dashboard_token_length=40,
    host="0.0.0.0",
    public_url="https://heal.example",
)


def state_of(name: str, facts: Facts) -> State | None:
    return next((check.state for check in judge(facts) if check.name == name), None)


def github(**changed: Any) -> Facts:
    return replace(GOOD, github=replace(GOOD.github, **changed))


def test_when_all_is_well_nothing_is_to_be_done() -> None:
    checks = judge(GOOD)

    assert {check.state for check in checks} == {State.OK}
    assert not any(check.remedy for check in checks)
    assert exit_code(checks) == 0


@pytest.mark.parametrize(
    ("name", "facts", "state"),
    [
        ("git", replace(GOOD, git=""), State.FAIL),
        ("git", replace(GOOD, git="git version 2.30.2"), State.FAIL),
        ("git", replace(GOOD, git="git version 2.38.0"), State.OK),
        ("sandbox", replace(GOOD, sandbox_problem="bwrap is missing"), State.FAIL),
        ("database", replace(GOOD, database_problem="OSError: read-only"), State.FAIL),
        ("app key", replace(GOOD, app_id=""), State.FAIL),
        ("app key", replace(GOOD, key_problem="not PEM"), State.FAIL),
        ("github", github(problem="no answer", status=0), State.FAIL),
        ("github", github(problem="refused: HTTP 401", status=401), State.FAIL),
        ("github", replace(github(problem="refused", status=401), app_id=""), State.OK),
        ("permissions", github(permissions={**PERMISSIONS, "contents": "read"}), State.FAIL),
        ("permissions", github(permissions={**PERMISSIONS, "actions": "write"}), State.OK),
        ("permissions", github(problem="no answer"), None),
        ("events", github(events=EVENTS - {"merge_group"}), State.FAIL),
        ("events", github(events=EVENTS | {"check_suite"}), State.OK),
        ("clock", github(date=NOW + timedelta(seconds=30)), State.WARN),
        ("clock", github(date=NOW - timedelta(seconds=90)), State.FAIL),
        ("clock", github(date=None), None),
        ("webhook secret", replace(GOOD, webhook_secret_length=0), State.FAIL),
        ("webhook secret", replace(GOOD, webhook_secret_length=5), State.WARN),
        ("model", replace(GOOD, model_key_length=0), State.WARN),
        ("dashboard", replace(GOOD, dashboard_token_length=3), State.WARN),
        ("dashboard", replace(GOOD, dashboard_token_length=0), State.WARN),
        (
            "dashboard",
            replace(GOOD, dashboard_token_length=0, host="127.0.0.1", public_url=""),
            State.OK,
        ),
        ("public url", replace(GOOD, public_url=""), State.WARN),
    ],
)
def test_each_fault_is_seen_and_comes_with_its_remedy(
    name: str, facts: Facts, state: State | None
) -> None:
    assert state_of(name, facts) == state
    bad = [check for check in judge(facts) if check.state is not State.OK]
    assert all(check.remedy for check in bad)
    assert exit_code(judge(facts)) == any(check.state is State.FAIL for check in bad)


def test_doctor_asks_for_the_events_that_handlers_listen_to() -> None:
    assert {handler.EVENT for handler in events.ALL} <= EVENTS | {"check_run", "check_suite"}


def test_missing_permissions_and_events_are_named() -> None:
    facts = github(permissions={"metadata": "read", "contents": "odd"}, events=frozenset())
    told = {check.name: check.seen for check in judge(facts)}

    assert "merge_queues: read" in told["permissions"]
    assert "contents: write" in told["permissions"]
    assert "metadata" not in told["permissions"]
    assert told["events"] == f"missing: {', '.join(sorted(EVENTS))}"


def test_the_text_has_the_remedy_below_the_fault() -> None:
    checks = (
        Check(name="git", state=State.OK, seen="git version 2.43.0"),
        Check(name="webhook secret", state=State.FAIL, seen="not set", remedy="set it"),
    )

    assert to_text(checks).splitlines() == [
        "ok    git             git version 2.43.0",
        "fail  webhook secret  not set",
        "                      → set it",
    ]


def test_the_document_is_what_its_schema_says() -> None:
    text = (Path(bot.__file__).parent / "schemas" / "doctor.schema.json").read_text()
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)

    for checks in (judge(GOOD), judge(replace(GOOD, git="")), failed_settings(["workers: int"])):
        document = to_json(checks)
        jsonschema.validate(document, schema)
        assert document["ok"] == (exit_code(checks) == 0)
