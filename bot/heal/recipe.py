"""Step 5: deterministic fixers first; what they heal costs nothing."""

from collections.abc import Sequence
from dataclasses import replace

from bot import recipes
from bot.core.case import Case
from bot.core.errors import PermanentError
from bot.core.failure import Failure
from bot.core.lifecycle import Stage
from bot.core.patch import Attempt, Fixer, Patch
from bot.ports import Box, Ports
from bot.recipes import Recipe
from bot.workbench import base_of, patch_of, prepare

STAGE = Stage.RECIPE
TIMEOUT_S = 300.0


async def run(case: Case, ports: Ports) -> Case:
    """Add one attempt for each recipe that matches; without a patch, leave it to the model."""
    for recipe in recipes.ALL:
        part = [failure for failure in case.failures if recipe.matches(failure)]
        if part and not _used_up(recipe, case) and await _configured(recipe, case, ports):
            tried = await _try(recipe, part, case, ports)
            case = replace(case, attempts=(*case.attempts, tried))
            if tried.patch is not None:
                return case.to(Stage.VERIFYING, f"{recipe.NAME} made a patch")
    return case.to(Stage.ATTEMPTING, "no recipe for it")


def _used_up(recipe: Recipe, case: Case) -> bool:
    """Whether it had its turns: what it mends may be red again each time it comes back."""
    turns = sum(each.by is Fixer.RECIPE and each.name == recipe.NAME for each in case.attempts)
    return turns >= case.config.limits.attempts


async def _configured(recipe: Recipe, case: Case, ports: Ports) -> bool:
    """Whether the base branch itself configures the tool; an entry ahead in the queue may not."""
    tip = await ports.git.tip(case.entry.repo, case.entry.base_branch)
    for path in recipe.CONFIGURED_BY:
        content = await ports.git.read(case.entry.repo, tip, path)
        if content is not None and recipe.configured(path, content.decode(errors="replace")):
            return True
    return False


async def _try(recipe: Recipe, part: Sequence[Failure], case: Case, ports: Ports) -> Attempt:
    number, started = len(case.attempts) + 1, ports.clock.now()
    command, summary = recipe.command(part), f"let {recipe.NAME} mend what it reported"
    async with ports.sandbox.open(case.entry.repo, await base_of(case, ports)) as box:
        await prepare(box, case)
        ran = await box.run(command, TIMEOUT_S)
        made = await _made(recipe, case, box, ports, number)
    patch = made if isinstance(made, Patch) else None
    log = f"$ {command}\n{ran.text}"
    return Attempt(
        number=number,
        by=Fixer.RECIPE,
        name=recipe.NAME,
        started_at=started,
        ended_at=ports.clock.now(),
        patch=patch,
        summary=summary,
        why_failed="" if patch else str(made),
        transcript=await ports.store.put(log.encode()),
    )


async def _made(recipe: Recipe, case: Case, box: Box, ports: Ports, number: int) -> Patch | str:
    try:
        outside = [f.path for f in await box.changes() if not recipes.allowed(recipe, f.path)]
        if outside:
            return f"it touched {', '.join(outside[:5])}, which it may not"
        summary = f"let {recipe.NAME} mend what it reported"
        return await patch_of(case, box, ports, number=number, summary=summary)
    except PermanentError as exc:  # links, devices, too much: left to the model
        return f"what it changed cannot be taken: {exc}"
