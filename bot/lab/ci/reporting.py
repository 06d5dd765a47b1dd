"""Runs and jobs of Actions, as GitHub keeps them and tells of them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.lab.acts.checks import add_check, change_check, open_suite, summed
from bot.lab.ci.framing import JobLog
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.actions import job as job_payload
from bot.lab.payloads.actions import workflow as workflow_payload
from bot.lab.payloads.actions import workflow_run as run_payload
from bot.lab.payloads.commits import facts
from bot.lab.payloads.repository import envelope
from bot.lab.records import (
    ACTIONS_APP,
    Artifact,
    CheckRun,
    Happened,
    Job,
    StepRun,
    WorkflowRun,
)

_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Why workflows run: `sha` gets the checks, `tested` is checked out."""

    event: str
    sha: str
    tested: str
    branch: str
    title: str
    actor: str
    number: int


async def open_run(hub: Hub, repo: Repo, trigger: Trigger, path: str, name: str) -> WorkflowRun:
    """A new run of a workflow file."""
    suite = open_suite(hub, repo, ACTIONS_APP, trigger.sha, trigger.branch)
    now = hub.clock.now()
    run = WorkflowRun(
        id=next(hub.ids),
        number=next(repo.run_numbers),
        workflow=9_000_000 + sum(path.encode()),
        name=name,
        path=path,
        event=trigger.event,
        title=trigger.title,
        branch=trigger.branch,
        sha=trigger.sha,
        tested=trigger.tested,
        suite=suite.id,
        actor=trigger.actor,
        status="queued",
        conclusion=None,
        created_at=now,
        updated_at=now,
    )
    repo.runs[run.id] = run
    await _run_event(hub, repo, run, "requested")
    return run


async def begin_run(hub: Hub, repo: Repo, run: WorkflowRun) -> None:
    """The first job of a run starts."""
    run = replace(run, status="in_progress", updated_at=hub.clock.now())
    repo.runs[run.id] = run
    await _run_event(hub, repo, run, "in_progress")


async def end_run(hub: Hub, repo: Repo, run: WorkflowRun) -> None:
    """All jobs of a run are done."""
    conclusion = summed(job.conclusion for job in repo.jobs.values() if job.run == run.id)
    run = replace(run, status="completed", conclusion=conclusion, updated_at=hub.clock.now())
    repo.runs[run.id] = run
    await _run_event(hub, repo, run, "completed")


async def open_job(
    hub: Hub, repo: Repo, run: WorkflowRun, name: str, steps: tuple[StepRun, ...]
) -> Job:
    """A queued job and its check run."""
    now = hub.clock.now()
    job_id = next(hub.ids)
    check = CheckRun(
        id=job_id,  # at GitHub a job and its check run share their id
        suite=run.suite,
        app=ACTIONS_APP,
        name=name,
        sha=run.sha,
        status="queued",
        conclusion=None,
        started_at=now,
        details_url=f"{hub.url}/{repo.name}/actions/runs/{run.id}/job/{job_id}",
    )
    job = Job(
        id=job_id,
        run=run.id,
        check_run=check.id,
        name=name,
        status="queued",
        conclusion=None,
        created_at=now,
        started_at=now,
        steps=steps,
    )
    repo.jobs[job.id] = job
    await add_check(hub, repo, check, run.actor)
    _job_event(hub, repo, job, "queued", run.actor)
    return job


async def begin_job(hub: Hub, repo: Repo, job: Job) -> Job:
    """A runner took the job."""
    job = replace(job, status="in_progress", started_at=hub.clock.now())
    repo.jobs[job.id] = job
    actor = repo.runs[job.run].actor
    await change_check(hub, repo, repo.checks[job.check_run], actor, status="in_progress")
    _job_event(hub, repo, job, "in_progress", actor)
    return job


async def end_job(hub: Hub, repo: Repo, job: Job, annotations: list[dict[str, Any]]) -> None:
    """A job is done: its log can be read, its check run has a conclusion."""
    job = replace(job, status="completed", completed_at=hub.clock.now())
    repo.jobs[job.id] = job
    actor = repo.runs[job.run].actor
    await change_check(
        hub,
        repo,
        repo.checks[job.check_run],
        actor,
        status="completed",
        conclusion=job.conclusion,
        annotations=tuple(annotations),
    )
    _job_event(hub, repo, job, "completed", actor)


def keep_artifact(hub: Hub, repo: Repo, run: int, name: str, content: bytes) -> Artifact:
    """Keep a zip of a run."""
    now = hub.clock.now()
    kept = Artifact(
        id=next(hub.ids),
        run=run,
        name=name,
        content=content,
        created_at=now,
        expires_at=now + _KEPT,
    )
    repo.artifacts[kept.id] = kept
    return kept


async def _run_event(hub: Hub, repo: Repo, run: WorkflowRun, action: str) -> None:
    commit = await facts(repo, run.sha)
    payload = {
        "action": action,
        "workflow": workflow_payload(hub, repo, run),
        "workflow_run": run_payload(hub, repo, run, commit),
        **envelope(hub, repo, run.actor),
    }
    if action == "completed":
        text = f"{run.name} on {run.branch}: {run.conclusion}"
        hub.tell("workflow_run", text, repo.name)
    happened = Happened(repo=repo.name, event="workflow_run", action=action, sha=run.sha)
    hub.emit(happened, payload)


def _job_event(hub: Hub, repo: Repo, job: Job, action: str, actor: str) -> None:
    payload = {
        "action": action,
        "workflow_job": job_payload(hub, repo, job),
        **envelope(hub, repo, actor),
    }
    happened = Happened(
        repo=repo.name, event="workflow_job", action=action, sha=repo.runs[job.run].sha
    )
    hub.emit(happened, payload)


async def report(hub: Hub, repo: Repo, run: WorkflowRun, name: str, ended: tuple[str, str]) -> None:
    """A whole job at once: it ran one command, printed something and came to a conclusion."""
    conclusion, output = ended
    step = StepRun(name=f"Run {name}", number=1, status="completed", conclusion=conclusion)
    job = await begin_job(hub, repo, await open_job(hub, repo, run, name, (step,)))
    log = JobLog(hub.clock.now)
    log.begin(name)
    log.command(f"make {name}", {})
    log.output(output)
    if conclusion == "failure":
        log.failed(1)
    await end_job(hub, repo, replace(job, conclusion=conclusion, log=log.content), log.annotations)
    await end_run(hub, repo, repo.runs[run.id])
