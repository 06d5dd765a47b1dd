"""Step 6: let the model try once, in a fresh box."""

from dataclasses import replace

from bot.agent import loop, prompt
from bot.agent.task import Task, Tried
from bot.core.case import Case, SignalKind
from bot.core.errors import EdgeError
from bot.core.lifecycle import Stage
from bot.core.markdown import counted
from bot.core.patch import Attempt, Fixer, Patch
from bot.core.spend import Caps
from bot.ports import Box, Ports
from bot.salvage import salvaged
from bot.workbench import base_of, narrow_commands, patch_of, prepare

STAGE = Stage.ATTEMPTING
NOTES = ("CLAUDE.md", "AGENTS.md")
MAX_NOTES = 8_000
MAX_DIFF = 20_000


async def run(case: Case, ports: Ports) -> Case:
    """Add one attempt; give up when all are used. One without a patch is followed by the next."""
    limit = case.config.limits.attempts
    if (rest := await salvaged(case, ports)) is not None:
        case = replace(case, attempts=(*case.attempts, rest))
        return case.to(Stage.VERIFYING, "the edits of tests are dropped, the rest is tried")
    if ports.model is None:
        return case.end(Stage.GAVE_UP, "No recipe heals this, and no model is configured.")
    if case.model_attempts >= limit:
        return case.end(
            Stage.GAVE_UP, f"{counted(limit, 'attempt')} did not lead to a fix that holds."
        )
    signals = await ports.store.signals(case.id)
    said = (each.text for each in signals if each.kind is SignalKind.HINT and each.text)
    case = replace(case, hints=tuple(dict.fromkeys((*case.hints, *said))))
    number, started = len(case.attempts) + 1, ports.clock.now()
    task = await _task(case, number, ports)
    async with ports.sandbox.open(case.entry.repo, await base_of(case, ports)) as box:
        await prepare(box, case)
        tried = await loop.attempt(task, box, ports)
        made = await _made(case, tried, box, ports, number)
    patch = made if isinstance(made, Patch) else None
    attempt = Attempt(
        number=number,
        by=Fixer.MODEL,
        name=task.model,
        started_at=started,
        ended_at=ports.clock.now(),
        patch=patch,
        summary=tried.summary,
        why_failed="" if patch else str(made),
        cost_usd=tried.cost_usd,
        turns=tried.turns,
        transcript=await ports.store.put(tried.transcript),
    )
    case = replace(case, attempts=(*case.attempts, attempt))
    if patch is None and tried.hopeless:
        return case.end(Stage.GAVE_UP, attempt.why_failed)
    if patch is None:
        return case.to(Stage.ATTEMPTING, f"attempt {number}: {made}")
    return case.to(Stage.VERIFYING, f"attempt {number} made a patch")


async def _made(case: Case, tried: Tried, box: Box, ports: Ports, number: int) -> Patch | str:
    if tried.why_failed:
        return tried.why_failed
    try:
        return await patch_of(case, box, ports, number=number, summary=tried.summary)
    except EdgeError as exc:  # links, devices, too much; or trouble, but it is paid for already
        return f"what it changed cannot be taken: {exc}"


async def _task(case: Case, number: int, ports: Ports) -> Task:
    entry, limits, operator = case.entry, case.config.limits, ports.operator
    made = case.model_attempts
    text = prompt.task(
        case,
        number=made + 1,
        of=limits.attempts,
        diff_of_pr=(await ports.git.diff(entry.repo, entry.base, entry.group))[:MAX_DIFF],
        diffs_ahead=await _ahead(case, ports),
        notes=await _notes(case, ports),
        commands=narrow_commands(case),
    )
    return Task(
        case=case.id,
        repo=entry.repo,
        pr=entry.pr,
        number=number,
        model=operator.models[min(made, len(operator.models) - 1)],
        system=prompt.system(),
        text=text,
        caps=Caps(
            pr=limits.usd_per_pr,
            day=min(limits.usd_per_day, operator.usd_per_day),
            month=operator.usd_per_month,
        ),
        deadline_s=limits.minutes_per_attempt * 60,
        checks=case.config.checks,
        failures=case.failures,
    )


async def _ahead(case: Case, ports: Ports) -> str:
    """What the entries ahead changed; only an interaction needs it."""
    attribution = case.attribution
    if attribution is None or not attribution.others:
        return ""
    group = await ports.store.group(case.entry.repo, case.entry.base)
    if group is None:
        return ""
    return (await ports.git.diff(case.entry.repo, group.base, group.head))[:MAX_DIFF]


async def _notes(case: Case, ports: Ports) -> str:
    """The repository's notes for agents, from its base branch, never from the pull request."""
    tip = await ports.git.tip(case.entry.repo, case.entry.base_branch)
    for name in NOTES:
        content = await ports.git.read(case.entry.repo, tip, name)
        if content is not None:
            return content.decode(errors="replace")[:MAX_NOTES]
    return ""
