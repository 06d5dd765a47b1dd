"""Check runs, check suites and commit statuses."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.lab.acts.checks import add_check, change_check, suite_of
from bot.lab.hub import Hub
from bot.lab.payloads.checks import annotation, check_run, check_suite
from bot.lab.payloads.commits import facts
from bot.lab.payloads.repository import repository
from bot.lab.records import CheckRun
from bot.lab.rest.call import Answer, Call, HttpError, Route
from bot.lab.rest.commits import sha_of

_REPO = "/repos/{owner}/{repo}"
_READ = (("checks", "read"),)
_WRITE = (("checks", "write"),)
_PLAIN = ("name", "external_id", "details_url", "status", "conclusion")
_TIMES = ("started_at", "completed_at")


async def _create(call: Call) -> Answer:
    hub, repo, body = call.hub, call.repo, call.body
    if await repo.bare.sha(body["head_sha"]) is None:
        raise HttpError(422, "No commit found for SHA: " + body["head_sha"])
    blank = CheckRun(
        id=next(hub.ids),
        suite=suite_of(hub, repo, hub.app.slug, body["head_sha"]).id,
        app=hub.app.slug,
        name=body["name"],
        sha=body["head_sha"],
        status="queued",
        conclusion=None,
        started_at=hub.clock.now(),
    )
    check = replace(blank, **_fields(hub, body, blank))
    if check.settled and check.completed_at is None:
        check = replace(check, completed_at=hub.clock.now())
    await add_check(hub, repo, check, call.login)
    return Answer(body=check_run(hub, repo, check), status=201)


async def _update(call: Call) -> Answer:
    check = call.found(call.repo.checks, "check_run_id")
    if check.app != call.hub.app.slug:
        raise HttpError(403, "Resource not accessible by integration")
    fields = _fields(call.hub, call.body, check)
    newer = await change_check(call.hub, call.repo, check, call.login, **fields)
    return Answer(body=check_run(call.hub, call.repo, newer))


def _fields(hub: Hub, body: dict[str, Any], old: CheckRun) -> dict[str, Any]:
    """What a body changes; the rule about a conclusion stands in the docs, not in the schema."""
    fields: dict[str, Any] = {name: body[name] for name in _PLAIN if name in body}
    for name in _TIMES:
        if name in body:
            fields[name] = datetime.fromisoformat(body[name])
    if "conclusion" in fields:
        fields["status"] = "completed"
        fields.setdefault("completed_at", hub.clock.now())
    elif fields.get("status") == "completed":
        raise HttpError(422, "conclusion is required when status is completed")
    output = body.get("output", {})
    fields |= {name: output[name] for name in ("title", "summary", "text") if name in output}
    if "annotations" in output:
        fields["annotations"] = (*old.annotations, *output["annotations"])
    if "actions" in body:
        fields["actions"] = tuple(body["actions"])
    return fields


async def _one(call: Call) -> Answer:
    check = call.found(call.repo.checks, "check_run_id")
    return Answer(body=check_run(call.hub, call.repo, check))


async def _annotations(call: Call) -> Answer:
    check = call.found(call.repo.checks, "check_run_id")
    indices = range(len(check.annotations))
    return call.listed(indices, lambda index: annotation(call.hub, call.repo, check, index))


async def _of_commit(call: Call) -> Answer:
    sha = await sha_of(call)
    checks = [check for check in call.repo.checks.values() if check.sha == sha]
    if call.query.get("filter", "latest") == "latest":
        checks = list({(check.app, check.name): check for check in checks}.values())
    for key, value in call.query.items():
        if key == "check_name":
            checks = [check for check in checks if check.name == value]
        if key == "status":
            checks = [check for check in checks if check.status == value]
        if key == "app_id":
            ours = value == str(call.hub.app.id)
            checks = [check for check in checks if (check.app == call.hub.app.slug) is ours]
    newest = sorted(checks, key=lambda check: -check.id)
    return call.counted("check_runs", newest, lambda check: check_run(call.hub, call.repo, check))


async def _suites(call: Call) -> Answer:
    sha = await sha_of(call)
    commit = await facts(call.repo, sha)
    suites = [suite for suite in call.repo.suites.values() if suite.sha == sha]
    return call.counted(
        "check_suites", suites, lambda suite: check_suite(call.hub, call.repo, suite, commit)
    )


async def _status(call: Call) -> Answer:
    sha = await sha_of(call)
    api = f"{call.hub.url}/repos/{call.repo.name}/commits/{sha}"
    body = {
        "state": "pending",
        "statuses": [],
        "sha": sha,
        "total_count": 0,
        "repository": repository(call.hub, call.repo),
        "commit_url": api,
        "url": f"{api}/status",
    }
    return Answer(body=body)


ROUTES = (
    Route(operation=f"POST {_REPO}/check-runs", handle=_create, needs=_WRITE),
    Route(operation=f"PATCH {_REPO}/check-runs/{{check_run_id}}", handle=_update, needs=_WRITE),
    Route(operation=f"GET {_REPO}/check-runs/{{check_run_id}}", handle=_one, needs=_READ),
    Route(
        operation=f"GET {_REPO}/check-runs/{{check_run_id}}/annotations",
        handle=_annotations,
        needs=_READ,
    ),
    Route(operation=f"GET {_REPO}/commits/{{ref}}/check-runs", handle=_of_commit, needs=_READ),
    Route(operation=f"GET {_REPO}/commits/{{ref}}/check-suites", handle=_suites, needs=_READ),
    Route(
        operation=f"GET {_REPO}/commits/{{ref}}/status",
        handle=_status,
        needs=(("statuses", "read"),),
    ),
)
