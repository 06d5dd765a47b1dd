"""Runs the jobs of workflow files in the sandbox, a few at a time."""

import asyncio
import io
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from bot.core.errors import EdgeError
from bot.core.ids import Sha
from bot.lab.ci import reporting
from bot.lab.ci.framing import JobLog
from bot.lab.ci.reporting import Trigger
from bot.lab.ci.workflow import JobPlan, StepPlan, Workflow, WorkflowError, read, runs_on
from bot.lab.hub import Hub, Repo
from bot.lab.records import Happened, Job, StepRun, WorkflowRun
from bot.ports import Box, Sandbox

_AT_ONCE = 2
_FOLDER = ".github/workflows"
_PULL_ACTIONS = {"opened", "synchronize", "reopened"}


class Runner:
    """Listens to the hub; runs what workflow files of the tested commit ask for."""

    def __init__(self, hub: Hub, sandbox: Sandbox) -> None:
        self._hub = hub
        self._sandbox = sandbox
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def hear(self, happened: Happened) -> None:
        """Start workflows for a pull request's new head or a new merge group."""
        repo = self._hub.repos.get(happened.repo)
        trigger = _trigger(repo, happened) if repo else None
        if repo and trigger:
            self._hub.spawn(self._start(repo, trigger))

    async def _start(self, repo: Repo, trigger: Trigger) -> None:
        for path in await repo.bare.paths(trigger.tested, _FOLDER):
            text = (await repo.bare.read(trigger.tested, path) or b"").decode(errors="replace")
            try:
                workflow = read(path, text)
                wanted = {job.id: runs_on(job, trigger.event) for job in workflow.jobs}
            except WorkflowError as exc:
                self._hub.unknown.append(f"workflow: {exc}")
                continue
            if trigger.event in workflow.events:
                self._hub.spawn(self._run(repo, trigger, workflow, wanted))

    async def _run(
        self, repo: Repo, trigger: Trigger, workflow: Workflow, wanted: Mapping[str, bool]
    ) -> None:
        hub = self._hub
        run = await reporting.open_run(hub, repo, trigger, workflow.path, workflow.name)
        opened = [
            (plan, await reporting.open_job(hub, repo, run, plan.name, _steps(plan)))
            for plan in workflow.jobs
        ]
        await reporting.begin_run(hub, repo, run)
        done: dict[str, asyncio.Task[bool]] = {}
        for plan, job in opened:
            ahead = [done[need] for need in plan.needs if need in done]
            work = self._job(repo, run, plan, job, (wanted[plan.id], ahead))
            done[plan.id] = asyncio.create_task(work)
        try:
            await asyncio.gather(*done.values())
        finally:
            for task in done.values():
                task.cancel()
        await reporting.end_run(hub, repo, repo.runs[run.id])

    async def _job(
        self,
        repo: Repo,
        run: WorkflowRun,
        plan: JobPlan,
        job: Job,
        gate: tuple[bool, list[asyncio.Task[bool]]],
    ) -> bool:
        wanted, ahead = gate
        if not all([await task for task in ahead]) or not wanted:
            await reporting.end_job(self._hub, repo, replace(job, conclusion="skipped"), [])
            return False
        async with self._slots:
            job = await reporting.begin_job(self._hub, repo, job)
            log = JobLog(self._hub.clock.now)
            log.begin(job.name)
            attempt = _JobAttempt(self._hub, repo, run, plan, log)
            try:
                async with self._sandbox.open(repo.name, Sha(run.tested)) as box:
                    steps = await attempt.steps(box)
            except (EdgeError, OSError) as exc:
                log.ended(f"The runner could not be set up: {exc}")
                attempt.red, steps = True, job.steps
            job = replace(
                job,
                conclusion="failure" if attempt.red else "success",
                steps=steps,
                log=log.content,
            )
            await reporting.end_job(self._hub, repo, job, log.annotations)
            return not attempt.red


class _JobAttempt:
    """One job in one box."""

    def __init__(self, hub: Hub, repo: Repo, run: WorkflowRun, plan: JobPlan, log: JobLog) -> None:
        self._hub = hub
        self._repo = repo
        self._run = run
        self._plan = plan
        self._log = log
        self.red = False

    async def steps(self, box: Box) -> tuple[StepRun, ...]:
        """All steps, as they went."""
        return tuple(
            [await self._step(box, n, plan) for n, plan in enumerate(self._plan.steps, start=1)]
        )

    async def _step(self, box: Box, number: int, plan: StepPlan) -> StepRun:
        step = StepRun(name=plan.name, number=number, status="completed")
        if plan.condition != "always()" and self.red != (plan.condition == "failure()"):
            return replace(step, conclusion="skipped")
        started = self._hub.clock.now()
        ok = await (self._command(box, plan) if plan.run else self._action(box, plan))
        self.red = self.red or not ok
        return replace(
            step,
            conclusion="success" if ok else "failure",
            started_at=started,
            completed_at=self._hub.clock.now(),
        )

    async def _command(self, box: Box, plan: StepPlan) -> bool:
        env = {**self._plan.env, **plan.env}
        self._log.command(plan.run or "", env)
        exports = {**_standard(self._run), **env}
        lines = [f"export {key}={shlex.quote(value)}" for key, value in exports.items()]
        script = "\n".join([*lines, "set -e", plan.run or ""])
        result = await box.run(script, plan.timeout_s)
        self._log.output(result.text)
        if result.exit_code is None:
            self._log.ended(f"The operation was canceled: {result.killed}")
        elif result.exit_code:
            self._log.failed(result.exit_code)
        return result.ok

    async def _action(self, box: Box, plan: StepPlan) -> bool:
        action = (plan.uses or "").split("@", 1)[0]
        self._log.action(plan.uses or "", plan.options, {**self._plan.env, **plan.env})
        if action == "actions/checkout":
            self._log.line(f"HEAD is now at {self._run.tested[:7]}")
        elif action == "actions/upload-artifact":
            await self._upload(box, plan.options)
        elif not action.startswith("actions/setup-"):
            self._hub.unknown.append(f"action {plan.uses}")
        return True

    async def _upload(self, box: Box, options: Mapping[str, str]) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in options.get("path", "").split():
                try:
                    archive.writestr(path.rsplit("/", 1)[-1], await box.read(path))
                except OSError:
                    self._log.line(f"##[warning]No files were found with the path: {path}")
        name = options.get("name", "artifact")
        reporting.keep_artifact(self._hub, self._repo, self._run.id, name, packed.getvalue())
        self._log.line(f"Artifact {name} has been successfully uploaded!")


def _steps(plan: JobPlan) -> tuple[StepRun, ...]:
    return tuple(StepRun(name=step.name, number=n) for n, step in enumerate(plan.steps, start=1))


def _trigger(repo: Repo, happened: Happened) -> Trigger | None:
    if happened.pr is None or happened.sha is None or happened.branch is None:
        return None
    pull = repo.pulls[happened.pr]
    is_group = (happened.event, happened.action) == ("merge_group", "checks_requested")
    is_pull = happened.event == "pull_request" and happened.action in _PULL_ACTIONS
    tested = happened.sha if is_group else pull.test_merge
    if tested is None or not (is_group or is_pull):
        return None
    return Trigger(
        event=happened.event,
        sha=happened.sha,
        tested=tested,
        branch=happened.branch,
        title=pull.title,
        actor=pull.author,
        number=pull.number,
    )


def _standard(run: WorkflowRun) -> dict[str, str]:
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": run.event,
        "GITHUB_REF_NAME": run.branch,
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_RUN_NUMBER": str(run.number),
        "GITHUB_SHA": run.tested,
        "GITHUB_WORKFLOW": run.name,
    }
