"""How cases are named: by repository, pull request and the merge group that failed."""

from bot.core.case import QueueEntry
from bot.core.ids import CaseId


def case_id(entry: QueueEntry, *, retry: int = 0) -> CaseId:
    """`owner/name#7@0123456789ab`; a retry that a person asked for ends in `-r1`, `-r2` and so on."""
    again = f"-r{retry}" if retry else ""
    return CaseId(f"{entry.repo}#{entry.pr}@{entry.group[:12]}{again}")


def retry_of(case_id_: CaseId) -> int:
    """Which retry a case id names; 0 for the first case."""
    _, _, again = case_id_.rpartition("-r")
    return int(again) if again.isdigit() else 0
