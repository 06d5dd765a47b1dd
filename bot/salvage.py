"""What is right in a refused patch: without its edits of tests it is tried once more, for free."""

from bot.core.case import Case
from bot.core.errors import EdgeError
from bot.core.ids import Digest
from bot.core.patch import Attempt, FileEdit, Fixer, Patch
from bot.ports import EditedFile, Ports
from bot.workbench import patch_from
from guards.halves import serves_tests
from guards.verdict import Severity

NAME = "salvage"


async def salvaged(case: Case, ports: Ports) -> Attempt | None:
    """The newest attempt without what the guards want dropped; None when that is not to be had.

    Whole files are dropped: the guards name parts of nothing but files that serve tests.
    """
    if not case.attempts or (patch := case.attempts[-1].patch) is None:
        return None
    newest, verdict = case.attempts[-1], case.attempts[-1].verdict
    if verdict is None or verdict.outcome is not Severity.REJECT or not verdict.salvage:
        return None
    dropped = {part.file for part in verdict.salvage}
    kept = [
        edit for edit in patch.edits if edit.path not in dropped and not serves_tests(edit.path)
    ]
    if not kept or len(kept) == len(patch.edits) or newest.name == NAME:
        return None
    number, started = len(case.attempts) + 1, ports.clock.now()
    summary = newest.summary
    edited = [await _edited(edit, ports) for edit in kept]
    try:
        made = await patch_from(case, edited, ports, number=number, summary=summary)
    except EdgeError:
        return None
    if not isinstance(made, Patch):
        return None
    return Attempt(
        number=number,
        by=Fixer.RECIPE,
        name=NAME,
        started_at=started,
        ended_at=ports.clock.now(),
        patch=made,
        summary=summary,
    )


async def _edited(edit: FileEdit, ports: Ports) -> EditedFile:
    content = await _content(edit.content, ports)
    return EditedFile(path=edit.path, content=content, executable=edit.executable)


async def _content(digest: Digest | None, ports: Ports) -> bytes | None:
    return None if digest is None else await ports.store.get(digest)
