"""Workflow runs, jobs, their logs and artifacts; the last two behind short-lived links."""

from bot.lab.payloads.actions import artifact, job, workflow_run
from bot.lab.payloads.commits import facts
from bot.lab.rest.call import Answer, Call, HttpError, Route

_REPO = "/repos/{owner}/{repo}/actions"
_READ = (("actions", "read"),)


async def _runs(call: Call) -> Answer:
    runs = list(reversed(call.repo.runs.values()))
    query = call.query
    if "head_sha" in query:
        runs = [run for run in runs if run.sha == query["head_sha"]]
    if "event" in query:
        runs = [run for run in runs if run.event == query["event"]]
    if "branch" in query:
        runs = [run for run in runs if run.branch == query["branch"]]
    if "status" in query:
        runs = [run for run in runs if query["status"] in {run.status, run.conclusion}]
    commits = {sha: await facts(call.repo, sha) for sha in {run.sha for run in runs}}
    return call.counted(
        "workflow_runs",
        runs,
        lambda run: workflow_run(call.hub, call.repo, run, commits[run.sha]),
    )


async def _run(call: Call) -> Answer:
    run = call.found(call.repo.runs, "run_id")
    body = workflow_run(call.hub, call.repo, run, await facts(call.repo, run.sha))
    return Answer(body=body)


async def _jobs(call: Call) -> Answer:
    run = call.found(call.repo.runs, "run_id")
    jobs = [kept for kept in call.repo.jobs.values() if kept.run == run.id]
    return call.counted("jobs", jobs, lambda kept: job(call.hub, call.repo, kept))


async def _job(call: Call) -> Answer:
    return Answer(body=job(call.hub, call.repo, call.found(call.repo.jobs, "job_id")))


async def _logs(call: Call) -> Answer:
    kept = call.found(call.repo.jobs, "job_id")
    if not kept.log:
        raise HttpError(404, "Not Found")
    return Answer(status=302, headers={"Location": call.hub.blobs.link(kept.log)})


async def _artifacts(call: Call) -> Answer:
    run = call.found(call.repo.runs, "run_id")
    kept = [a for a in call.repo.artifacts.values() if a.run == run.id]
    if "name" in call.query:
        kept = [a for a in kept if a.name == call.query["name"]]
    return call.counted("artifacts", kept, lambda a: artifact(call.hub, call.repo, a))


async def _zip(call: Call) -> Answer:
    kept = call.found(call.repo.artifacts, "artifact_id")
    if kept.expires_at <= call.hub.clock.now():
        raise HttpError(410, "Artifact has expired")
    return Answer(status=302, headers={"Location": call.hub.blobs.link(kept.content)})


ROUTES = (
    Route(operation=f"GET {_REPO}/runs", handle=_runs, needs=_READ),
    Route(operation=f"GET {_REPO}/runs/{{run_id}}", handle=_run, needs=_READ),
    Route(operation=f"GET {_REPO}/runs/{{run_id}}/jobs", handle=_jobs, needs=_READ),
    Route(operation=f"GET {_REPO}/jobs/{{job_id}}", handle=_job, needs=_READ),
    Route(operation=f"GET {_REPO}/jobs/{{job_id}}/logs", handle=_logs, needs=_READ),
    Route(operation=f"GET {_REPO}/runs/{{run_id}}/artifacts", handle=_artifacts, needs=_READ),
    Route(
        operation=f"GET {_REPO}/artifacts/{{artifact_id}}/{{archive_format}}",
        handle=_zip,
        needs=_READ,
    ),
)
