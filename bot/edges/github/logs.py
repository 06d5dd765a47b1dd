"""Raw logs of the Actions jobs behind check runs."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from bot.edges.github.refusals import RefusedError
from bot.edges.github.request import Request, named
from bot.edges.github.topic import Topic

_MAX_RUNS, _MAX_JOBS = 30, 500
_ACTIONS = "github-actions"
_MISSING = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class JobLogs(Topic):
    """The part of `Forge` about logs."""

    async def job_log(self, repo: str, check_run: int) -> bytes:
        """The raw log of the Actions job behind a check run, bounded; b"" when there is none."""
        job = await self._job(repo, check_run)
        if job is None:
            return b""
        request = Request(
            method="GET",
            path="/repos/{owner}/{name}/actions/jobs/{job}/logs",
            values=named(repo, job=job),
        )
        try:
            return await self._client.downloads.read(request, self._client.tokens.repository(repo))
        except RefusedError as exc:
            if exc.status in _MISSING:  # never written, or deleted by age
                return b""
            raise

    async def _job(self, repo: str, check_run: int) -> int | None:
        """A job has its check run's id in practice, but nobody promises it."""
        job = await self._get(repo, "/actions/jobs/{id}", check_run)
        if job is not None and _belongs(job, check_run):
            return int(job["id"])
        run = await self._get(repo, "/check-runs/{id}", check_run)
        if run is None or (run.get("app") or {}).get("slug") != _ACTIONS:
            return None
        return await self._searched(repo, run["head_sha"], check_run)

    async def _searched(self, repo: str, sha: str, check_run: int) -> int | None:
        """The job of a commit's runs that names this check run."""
        path = "/actions/runs?head_sha={sha}&per_page=30"
        runs = await self._client.items(repo, path, "workflow_runs", _MAX_RUNS, sha=sha)
        for run in runs:
            path = "/actions/runs/{id}/jobs?filter=all&per_page=100"
            jobs = await self._client.items(repo, path, "jobs", _MAX_JOBS, id=run["id"])
            for job in jobs:
                if _belongs(job, check_run):
                    return int(job["id"])
        return None

    async def _get(self, repo: str, path: str, number: int) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = await self._client.get(repo, path, id=number)
        except RefusedError as exc:
            if exc.status in _MISSING:
                return None
            raise
        return found


def _belongs(job: Mapping[str, Any], check_run: int) -> bool:
    return str(job.get("check_run_url") or "").endswith(f"/check-runs/{check_run}")
