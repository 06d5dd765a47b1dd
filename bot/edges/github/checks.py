"""Checks of a commit: what is required, what they said, and our own check run."""

from collections.abc import Mapping
from typing import Any

from bot.core.failure import Failure, FailureType
from bot.core.ids import Sha
from bot.edges.github.topic import Topic
from bot.edges.github.wording import MAX_SUMMARY, one_line, outgoing, outgoing_line
from bot.ports import CheckReport, CheckResult

OUR_CHECK = "selfheal"
MAX_ANNOTATIONS = 50
MAX_ACTIONS = 3
_MAX_RULES, _MAX_CHECKS, _MAX_READ = 500, 1000, 300
_MAX_DETAIL_LINES = 40
# Actions annotates what has no file of its own on the folder of its workflows.
_NO_FILE = frozenset({"", ".github"})


class Checks(Topic):
    """The part of `Forge` about checks."""

    async def required_checks(self, repo: str, branch: str) -> frozenset[str]:
        """Names of the checks that rules of the branch require."""
        path = "/rules/branches/{branch}?per_page=100"
        rules = await self._client.items(repo, path, None, _MAX_RULES, branch=branch)
        return frozenset(
            check["context"]
            for rule in rules
            if rule.get("type") == "required_status_checks"
            for check in (rule.get("parameters") or {}).get("required_status_checks") or ()
        )

    async def checks(self, repo: str, sha: Sha) -> tuple[CheckResult, ...]:
        """Newest check runs and statuses of a commit; our own check run is left out."""
        slug = await self._client.slug()
        runs = await self._client.items(
            repo,
            "/commits/{sha}/check-runs?filter=latest&per_page=100",
            "check_runs",
            _MAX_CHECKS,
            sha=sha,
        )
        statuses = await self._client.items(
            repo, "/commits/{sha}/status?per_page=100", "statuses", _MAX_CHECKS, sha=sha
        )
        newest: dict[str, Mapping[str, Any]] = {}
        for run in sorted(runs, key=lambda run: int(run["id"])):
            if (run.get("app") or {}).get("slug") != slug:
                newest[run["name"]] = run
        found = {name: _from_run(run) for name, run in newest.items()}
        for result in map(_from_status, statuses):  # one a context, the newest
            # A run and a status of one name must both be good: the worse one counts.
            other = found.get(result.name)
            if other is None or _worse(result) > _worse(other):
                found[result.name] = result
        return tuple(found[name] for name in sorted(found))

    async def annotations(self, repo: str, check_run: int) -> tuple[Failure, ...]:
        """A check run's annotations of level failure."""
        path = "/check-runs/{id}/annotations?per_page=100"
        found = await self._client.items(repo, path, None, _MAX_READ, id=check_run)
        return tuple(
            _from_annotation(item) for item in found if item.get("annotation_level") == "failure"
        )

    async def report(self, repo: str, sha: Sha, report: CheckReport) -> None:
        """Create or update our check run on a commit."""
        ours = await self._ours(repo, sha, report.external_id)
        body = _body(report)
        # A check run that has ended stays ended: work that begins again shows in a new one.
        if ours is not None and (report.conclusion is not None or ours["status"] != "completed"):
            if (ours.get("output") or {}).get("annotations_count"):
                body["output"].pop("annotations", None)  # GitHub adds, it does not replace
            await self._client.send(repo, "PATCH", "/check-runs/{id}", {"id": ours["id"]}, body)
            return
        made = {"name": OUR_CHECK, "head_sha": sha, **body}
        await self._client.send(repo, "POST", "/check-runs", {}, made, repeatable=False)

    async def _ours(self, repo: str, sha: Sha, external_id: str) -> Mapping[str, Any] | None:
        slug = await self._client.slug()
        runs = await self._client.items(
            repo,
            "/commits/{sha}/check-runs?check_name={check}&filter=all&per_page=100",
            "check_runs",
            _MAX_CHECKS,
            sha=sha,
            check=OUR_CHECK,
        )
        ours = [
            run
            for run in runs
            if run.get("external_id") == external_id and (run.get("app") or {}).get("slug") == slug
        ]
        return max(ours, key=lambda run: int(run["id"]), default=None)


def _from_run(run: Mapping[str, Any]) -> CheckResult:
    return CheckResult(
        name=run["name"],
        done=run["status"] == "completed",
        conclusion=run.get("conclusion"),
        check_run=int(run["id"]),
        url=run.get("html_url"),
    )


def _from_status(status: Mapping[str, Any]) -> CheckResult:
    state = status["state"]
    conclusion = {"pending": None, "success": "success"}.get(state, "failure")
    return CheckResult(
        name=status["context"],
        done=conclusion is not None,
        conclusion=conclusion,
        url=status.get("target_url"),
    )


def _worse(result: CheckResult) -> int:
    if result.red:
        return 2
    return 0 if result.done else 1


def _from_annotation(item: Mapping[str, Any]) -> Failure:
    path = str(item.get("path") or "")
    placed = path not in _NO_FILE and not path.startswith("/") and ".." not in path.split("/")
    message = str(item.get("message") or item.get("title") or "")
    raw = str(item.get("raw_details") or "").splitlines()
    detail = [*message.splitlines()[1:], *raw]
    return Failure(
        type=FailureType.UNKNOWN,
        message=one_line(message) or "failed without a message",
        file=path if placed else None,
        line=item.get("start_line") if placed else None,
        column=item.get("start_column") if placed else None,
        detail=tuple(one_line(line) for line in detail[:_MAX_DETAIL_LINES]),
    )


def _body(report: CheckReport) -> dict[str, Any]:
    output: dict[str, Any] = {
        "title": outgoing_line(report.title, 200),
        "summary": outgoing(report.summary, MAX_SUMMARY),
    }
    placed = [failure for failure in report.annotate if failure.file and failure.line]
    if placed:
        output["annotations"] = [_annotation(failure) for failure in placed[:MAX_ANNOTATIONS]]
    body: dict[str, Any] = {
        "external_id": report.external_id,
        "status": "completed" if report.conclusion else "in_progress",
        "output": output,
        "actions": [
            {"identifier": name[:20], "label": label[:20], "description": description[:40]}
            for name, label, description in report.actions[:MAX_ACTIONS]
        ],
    }
    if report.conclusion:
        body["conclusion"] = report.conclusion
    if report.details_url:
        body["details_url"] = report.details_url
    return body


def _annotation(failure: Failure) -> dict[str, Any]:
    return {
        "path": failure.file,
        "start_line": failure.line,
        "end_line": failure.line,
        "annotation_level": "failure",
        "title": outgoing_line(failure.rule or failure.tool or failure.type.value, 200),
        "message": outgoing(failure.message, 2000) or failure.type.value,
    }
