"""Workflow runs, jobs and artifacts."""

import hashlib
from typing import Any

from bot.lab.clock import stamp
from bot.lab.hub import Hub, Repo
from bot.lab.payloads.checks import pulls_of
from bot.lab.payloads.commits import CommitFacts, simple
from bot.lab.payloads.people import node_id, user
from bot.lab.payloads.repository import repository
from bot.lab.records import Artifact, Job, StepRun, WorkflowRun

_RUN_URLS = {
    "jobs_url": "/jobs",
    "logs_url": "/logs",
    "artifacts_url": "/artifacts",
    "cancel_url": "/cancel",
    "rerun_url": "/rerun",
}


def workflow(hub: Hub, repo: Repo, run: WorkflowRun) -> dict[str, Any]:
    """The workflow that a run belongs to."""
    return {
        "id": run.workflow,
        "node_id": node_id("W", run.workflow),
        "name": run.name,
        "path": run.path,
        "state": "active",
        "created_at": stamp(repo.created_at),
        "updated_at": stamp(repo.created_at),
        "url": f"{hub.url}/repos/{repo.name}/actions/workflows/{run.workflow}",
        "html_url": f"{hub.url}/{repo.name}/blob/main/{run.path}",
        "badge_url": f"{hub.url}/{repo.name}/workflows/{run.workflow}/badge.svg",
    }


def workflow_run(hub: Hub, repo: Repo, run: WorkflowRun, commit: CommitFacts) -> dict[str, Any]:
    """A workflow run."""
    api = f"{hub.url}/repos/{repo.name}/actions/runs/{run.id}"
    base = f"{hub.url}/repos/{repo.name}"
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WFR", run.id),
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": run.path,
        "display_title": run.title,
        "run_number": run.number,
        "run_attempt": 1,
        "event": run.event,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": run.workflow,
        "check_suite_id": run.suite,
        "check_suite_node_id": node_id("CS", run.suite),
        "url": api,
        "html_url": f"{hub.url}/{repo.name}/actions/runs/{run.id}",
        "pull_requests": pulls_of(hub, repo, run.sha),
        "created_at": stamp(run.created_at),
        "updated_at": stamp(run.updated_at),
        "run_started_at": stamp(run.created_at),
        "actor": user(hub, run.actor),
        "triggering_actor": user(hub, run.actor),
        **{name: api + suffix for name, suffix in _RUN_URLS.items()},
        "check_suite_url": f"{base}/check-suites/{run.suite}",
        "previous_attempt_url": None,
        "workflow_url": f"{base}/actions/workflows/{run.workflow}",
        "head_commit": simple(commit),
        "repository": repository(hub, repo),
        "head_repository": repository(hub, repo),
        "referenced_workflows": [],
    }


def job(hub: Hub, repo: Repo, ran: Job) -> dict[str, Any]:
    """A job of a run."""
    run = repo.runs[ran.run]
    api = f"{hub.url}/repos/{repo.name}"
    return {
        "id": ran.id,
        "node_id": node_id("CR", ran.id),
        "run_id": ran.run,
        "run_url": f"{api}/actions/runs/{ran.run}",
        "run_attempt": 1,
        "workflow_name": run.name,
        "head_branch": run.branch,
        "head_sha": run.sha,
        "url": f"{api}/actions/jobs/{ran.id}",
        "html_url": f"{hub.url}/{repo.name}/actions/runs/{ran.run}/job/{ran.id}",
        "check_run_url": f"{api}/check-runs/{ran.check_run}",
        "name": ran.name,
        "status": ran.status,
        "conclusion": ran.conclusion,
        "created_at": stamp(ran.created_at),
        "started_at": stamp(ran.started_at),
        "completed_at": stamp(ran.completed_at) if ran.completed_at else None,
        "steps": [_step(step) for step in ran.steps],
        "labels": ["ubuntu-latest"],
        "runner_id": 1,
        "runner_name": "lab",
        "runner_group_id": 1,
        "runner_group_name": "lab",
    }


def artifact(hub: Hub, repo: Repo, kept: Artifact) -> dict[str, Any]:
    """An artifact."""
    api = f"{hub.url}/repos/{repo.name}/actions/artifacts/{kept.id}"
    run = repo.runs[kept.run]
    return {
        "id": kept.id,
        "node_id": node_id("AF", kept.id),
        "name": kept.name,
        "size_in_bytes": len(kept.content),
        "url": api,
        "archive_download_url": f"{api}/zip",
        "expired": kept.expires_at <= hub.clock.now(),
        "created_at": stamp(kept.created_at),
        "expires_at": stamp(kept.expires_at),
        "updated_at": stamp(kept.created_at),
        "digest": f"sha256:{hashlib.sha256(kept.content).hexdigest()}",
        "workflow_run": {
            "id": run.id,
            "repository_id": repo.id,
            "head_repository_id": repo.id,
            "head_branch": run.branch,
            "head_sha": run.sha,
        },
    }


def _step(step: StepRun) -> dict[str, Any]:
    return {
        "name": step.name,
        "number": step.number,
        "status": step.status,
        "conclusion": step.conclusion,
        "started_at": stamp(step.started_at) if step.started_at else None,
        "completed_at": stamp(step.completed_at) if step.completed_at else None,
    }
