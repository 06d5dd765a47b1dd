"""Checks: the newest of each name without our own, what is required, and our own report."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.failure import Failure, FailureType
from bot.core.ids import Sha
from bot.ports import CheckReport
from tests.edges.github_fake import reply
from tests.edges.github_world import BASE, HEAD, REPO, World, world

OURS = f"GET {BASE}/commits/{HEAD}/check-runs?check_name=selfheal&filter=all&per_page=100"
RUNS = f"GET {BASE}/commits/{HEAD}/check-runs?filter=latest&per_page=100"
STATUSES = f"GET {BASE}/commits/{HEAD}/status?per_page=100"


def run(number: int, name: str, conclusion: str | None, **changed: Any) -> dict[str, Any]:
    made = {
        "id": number,
        "name": name,
        "status": "completed" if conclusion else "in_progress",
        "conclusion": conclusion,
        "html_url": f"https://x/{number}",
        "app": {"slug": "github-actions"},
    }
    return made | changed


def runs(*items: dict[str, Any]) -> Any:
    return reply({"total_count": len(items), "check_runs": list(items)})


@pytest.fixture
async def here() -> AsyncIterator[World]:
    async with world() as made:
        yield made


async def test_checks_are_the_newest_of_each_name_without_ours(here: World) -> None:
    here.wire.on(
        RUNS,
        runs(
            run(3, "unit", "success"),
            run(2, "unit", "failure"),
            run(4, "lint", None),
            run(9, "selfheal", "neutral", app={"slug": "selfheal"}),
        ),
    )
    statuses = [
        {"context": "ci/jenkins", "state": "error", "target_url": "https://j/1"},
        {"context": "ci/slow", "state": "pending", "target_url": None},
        {"context": "ci/good", "state": "success", "target_url": None},
    ]
    here.wire.on(STATUSES, reply({"state": "failure", "statuses": statuses}))

    found = {check.name: check for check in await here.forge.checks(REPO, HEAD)}

    assert list(found) == ["ci/good", "ci/jenkins", "ci/slow", "lint", "unit"]
    assert (found["unit"].check_run, found["unit"].red) == (3, False)
    assert (found["lint"].done, found["ci/slow"].done) == (False, False)
    assert (found["ci/jenkins"].red, found["ci/jenkins"].check_run) == (True, None)


@pytest.mark.parametrize(
    ("conclusion", "state", "red", "done"),
    [
        ("success", "failure", True, True),
        ("failure", "success", True, True),
        ("success", "pending", False, False),
    ],
)
async def test_of_a_run_and_a_status_with_one_name_the_worse_counts(
    here: World, conclusion: str, state: str, red: bool, done: bool
) -> None:
    here.wire.on(RUNS, runs(run(1, "unit", conclusion)))
    here.wire.on(STATUSES, reply({"statuses": [{"context": "unit", "state": state}]}))

    (found,) = await here.forge.checks(REPO, HEAD)

    assert (found.red, found.done) == (red, done)


async def test_required_checks_come_from_the_rules_of_the_branch(here: World) -> None:
    rules = [
        {"type": "merge_queue", "parameters": {}},
        {"type": "deletion"},
        {
            "type": "required_status_checks",
            "parameters": {"required_status_checks": [{"context": "unit"}, {"context": "lint"}]},
        },
    ]
    here.wire.on(f"GET {BASE}/rules/branches/release%2F1?per_page=100", reply(rules))

    assert await here.forge.required_checks(REPO, "release/1") == {"unit", "lint"}


async def test_annotations_of_failures_become_failures_with_safe_places(here: World) -> None:
    def note(path: str, message: str, level: str = "failure") -> dict[str, Any]:
        return {
            "path": path,
            "start_line": 3,
            "start_column": None,
            "annotation_level": level,
            "message": message,
            "title": None,
            "raw_details": "more\nlines",
        }

    notes = [
        note("src/a.py", "\x1b[31mbad\x1b[0m thing\nsecond line"),
        note(".github", "Process completed with exit code 1."),
        note("../../etc/passwd", "x" * 900),
        note("src/a.py", "only a warning", "warning"),
    ]
    here.wire.on(f"GET {BASE}/check-runs/4/annotations?per_page=100", reply(notes))

    first, second, third = await here.forge.annotations(REPO, 4)

    assert (first.file, first.line, first.message) == ("src/a.py", 3, "bad thing second line")
    assert first.detail == ("second line", "more", "lines")
    assert (second.file, second.line) == (None, None)
    assert (third.file, len(third.message)) == (None, 500)


REPORT = CheckReport(external_id="case-1", title="Working", summary="**On it**")


async def test_a_report_is_made_once_then_updated(here: World) -> None:
    here.wire.on(OURS, runs())
    here.wire.on(f"POST {BASE}/check-runs", reply({"id": 8}, 201))
    await here.forge.report(REPO, HEAD, REPORT)
    (made,) = here.wire.asked(f"POST {BASE}/check-runs")
    assert made.body["name"] == "selfheal"
    assert made.body["head_sha"] == HEAD
    assert made.body["status"] == "in_progress"
    assert "conclusion" not in made.body

    mine = {"app": {"slug": "selfheal"}, "external_id": "case-1"}
    here.wire.on(
        OURS,
        runs(
            run(8, "selfheal", None, **mine),
            run(9, "selfheal", None, app={"slug": "spoof"}, external_id="case-1"),
            run(10, "selfheal", None, app={"slug": "selfheal"}, external_id="case-2"),
        ),
    )
    here.wire.on(f"PATCH {BASE}/check-runs/8", reply({"id": 8}))
    done = CheckReport(external_id="case-1", title="Healed", summary="", conclusion="success")
    await here.forge.report(REPO, HEAD, done)

    (changed,) = here.wire.asked("PATCH")
    assert (changed.body["status"], changed.body["conclusion"]) == ("completed", "success")
    assert len(here.wire.asked(f"POST {BASE}/check-runs")) == 1


async def test_work_that_begins_again_shows_in_a_new_check_run(here: World) -> None:
    mine = {"app": {"slug": "selfheal"}, "external_id": "case-1"}
    here.wire.on(OURS, runs(run(8, "selfheal", "neutral", **mine)))
    here.wire.on(f"POST {BASE}/check-runs", reply({"id": 9}, 201))

    await here.forge.report(REPO, HEAD, REPORT)

    assert here.wire.asked("PATCH") == []


def failure(line: int | None) -> Failure:
    return Failure(type=FailureType.LINT, message="unused", file="a.py", line=line, rule="F401")


async def test_a_report_stays_within_githubs_limits_and_hides_secrets(here: World) -> None:
    here.wire.on(OURS, runs())
    here.wire.on(f"POST {BASE}/check-runs", reply({"id": 8}, 201))
    secret = "ghs_" + "a1" * 20
    report = CheckReport(
        external_id="case-1",
        title=f"t\n{secret}" * 100,
        summary=f"{secret} {'long ' * 40_000}",
        conclusion="failure",
        details_url="https://x/cases/1",
        annotate=(failure(None), *(failure(n) for n in range(1, 70))),
        actions=tuple((f"name-{n}" * 9, "label" * 9, "description" * 9) for n in range(5)),
    )

    await here.forge.report(REPO, HEAD, report)

    (made,) = here.wire.asked(f"POST {BASE}/check-runs")
    assert secret not in str(made.body)
    assert len(made.body["output"]["summary"]) <= 65_535
    assert len(made.body["output"]["annotations"]) == 50
    assert [len(made.body["actions"]), *map(len, made.body["actions"][0].values())] == [
        3,
        20,
        20,
        40,
    ]


async def test_annotations_are_not_added_twice(here: World) -> None:
    mine = {"app": {"slug": "selfheal"}, "external_id": "case-1"}
    seen = run(8, "selfheal", None, **mine, output={"annotations_count": 1})
    here.wire.on(OURS, runs(seen))
    here.wire.on(f"PATCH {BASE}/check-runs/8", reply({"id": 8}))
    report = CheckReport(external_id="case-1", title="t", summary="s", annotate=(failure(1),))

    await here.forge.report(REPO, Sha(HEAD), report)

    (changed,) = here.wire.asked("PATCH")
    assert "annotations" not in changed.body["output"]
