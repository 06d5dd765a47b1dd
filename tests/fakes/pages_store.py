"""Cases in memory, for the pages."""

from collections import Counter
from hashlib import sha256

from bot.core.case import Case
from bot.core.errors import PermanentError
from bot.core.ids import CaseId, Digest
from bot.ports import CaseLine, Counted


class PagesStore:
    """Keeps cases and blobs; `broken` makes every question fail, as a lost database does."""

    def __init__(self, *cases: Case) -> None:
        self.cases = {case.id: case for case in cases}
        self.blobs: dict[Digest, bytes] = {}
        self.broken = False

    def keep(self, text: str) -> Digest:
        digest = Digest(sha256(text.encode()).hexdigest())
        self.blobs[digest] = text.encode()
        return digest

    async def case(self, case_id: CaseId) -> Case | None:
        self._answer()
        return self.cases.get(case_id)

    async def lines(self, limit: int = 200) -> tuple[CaseLine, ...]:
        self._answer()
        newest = sorted(self.cases.values(), key=lambda case: case.opened_at, reverse=True)
        return tuple(_line(case) for case in newest[:limit])

    async def counted(self) -> Counted:
        self._answer()
        ended = Counter(_labels(case) for case in self.cases.values() if case.ended)
        still = Counter(_labels(case) for case in self.cases.values() if not case.ended)
        return Counted(cases=ended, open=still)

    async def get(self, digest: Digest) -> bytes:
        self._answer()
        if digest not in self.blobs:
            msg = "store: no such blob"
            raise PermanentError(msg)
        return self.blobs[digest]

    def _answer(self) -> None:
        if self.broken:
            msg = "database is gone"
            raise OSError(msg)


def _class(case: Case) -> str:
    return case.diagnosis.failure_class.value if case.diagnosis else ""


def _labels(case: Case) -> tuple[str, str]:
    return _class(case), case.stage.value


def _line(case: Case) -> CaseLine:
    return CaseLine(
        id=case.id,
        repo=case.entry.repo,
        pr=case.entry.pr,
        title=case.title,
        stage=case.stage.value,
        failure_class=_class(case),
        reason=case.reason,
        spend_usd=case.spend_usd,
        opened_at=case.opened_at,
        updated_at=case.story[-1].at if case.story else case.opened_at,
    )
