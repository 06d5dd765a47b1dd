"""The store, on SQLite and on PostgreSQL."""

import asyncio
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.core.case import Case, Moment, Pushed, Signal, SignalKind
from bot.core.diagnosis import Diagnosis, FailureClass, Route
from bot.core.errors import PermanentError, StaleError, TransientError
from bot.core.ids import CaseId, Digest, PrNumber, Sha
from bot.core.lifecycle import Stage
from bot.edges.store import MAX_BLOB_BYTES, MAX_DOCUMENT_BYTES, SqlStore
from bot.edges.store.database import make_engine
from bot.edges.store.tables import METADATA
from bot.ports import Store
from tests.edges.kept import NOW, case, group, opened


async def test_it_is_a_store(store: Store) -> None:
    assert await store.open_cases() == ()


async def test_a_case_comes_back_as_it_was(store: SqlStore) -> None:
    assert await store.open_case(case())
    assert not await store.open_case(case())

    assert await store.case(CaseId("c1")) == case()
    assert await store.case(CaseId("other")) is None


async def test_a_save_counts_the_version_up(store: SqlStore) -> None:
    await store.open_case(case())
    moved = case().to(Stage.ATTRIBUTING)

    saved = await store.save(moved)

    assert saved == replace(moved, version=1)
    assert await store.case(CaseId("c1")) == saved


async def test_of_two_saves_on_one_version_exactly_one_wins(store: SqlStore) -> None:
    await store.open_case(case())

    outcomes = await asyncio.gather(
        *(store.save(replace(case(), note=f"{number}")) for number in range(8)),
        return_exceptions=True,
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, Case)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, StaleError)]
    assert (len(won), len(lost)) == (1, 7)
    assert await store.case(CaseId("c1")) == won[0]


async def test_a_case_that_was_never_opened_cannot_be_saved(store: SqlStore) -> None:
    with pytest.raises(StaleError):
        await store.save(case())


async def test_a_case_that_outgrew_its_bound_is_refused_and_the_old_one_stays(
    store: SqlStore,
) -> None:
    await store.open_case(case())

    with pytest.raises(PermanentError, match="outgrown"):
        await store.save(replace(case(), hints=("x" * MAX_DOCUMENT_BYTES,)))

    assert await store.case(CaseId("c1")) == case()


async def test_open_cases_are_those_not_ended_oldest_first(store: SqlStore) -> None:
    await store.open_case(case("late", pr=1, minutes=5))
    await store.open_case(case("early", pr=2))
    await store.open_case(replace(case("done", pr=3), stage=Stage.HEALED))

    assert await store.open_cases() == ("early", "late")


async def test_the_newest_case_of_a_pull_request_is_found_even_when_it_ended(
    store: SqlStore,
) -> None:
    await store.open_case(case("first"))
    await store.open_case(replace(case("second", minutes=1), stage=Stage.GAVE_UP))
    await store.open_case(case("other", pr=8, minutes=2))

    newest = await store.newest_case("acme/rocket", PrNumber(7))

    assert newest is not None
    assert newest.id == "second"


async def test_cases_are_found_by_the_commit_we_pushed(store: SqlStore) -> None:
    pushed = Pushed(attempt=1, sha=Sha("f" * 40), at=NOW)
    await store.open_case(case())
    await store.save(replace(case(), pushes=(pushed,)))
    await store.open_case(replace(case("ended"), pushes=(pushed,), stage=Stage.HEALED))

    assert await store.waiting_on("acme/rocket", pushed.sha) == ("c1",)
    assert await store.waiting_on("acme/rocket", Sha("a" * 40)) == ()
    assert await store.waiting_on("else/where", pushed.sha) == ()


async def test_lines_and_totals_tell_what_came_of_all_cases(store: SqlStore) -> None:
    diagnosis = Diagnosis(failure_class=FailureClass.TEST, route=Route.FIX, why="")
    moment = Moment(at=NOW + timedelta(minutes=9), stage=Stage.HEALED)
    healed = replace(case("b", minutes=1), diagnosis=diagnosis, stage=Stage.HEALED, story=(moment,))
    await store.open_case(case("a"))
    await store.open_case(healed)

    newest, oldest = await store.lines()

    assert (newest.id, newest.stage, newest.failure_class) == ("b", "healed", "test")
    assert (newest.opened_at, newest.updated_at) == (healed.opened_at, moment.at)
    assert (oldest.id, oldest.failure_class, oldest.spend_usd) == ("a", "", 0.0)
    assert len(await store.lines(limit=1)) == 1
    counted = await store.counted()
    assert (counted.cases, counted.open) == ({("test", "healed"): 1}, {("", "collecting"): 1})


async def test_a_group_is_kept_once_and_may_be_closed(store: SqlStore) -> None:
    await store.saw_group(group("1"))
    await store.saw_group(replace(group("1"), base_branch="another"))
    assert await store.group("acme/rocket", Sha("1" * 40)) == group("1")

    await store.close_group("acme/rocket", Sha("1" * 40), "merged")

    assert await store.group("acme/rocket", Sha("1" * 40)) == replace(group("1"), closed="merged")
    assert await store.group("acme/rocket", Sha("2" * 40)) is None


async def test_the_newest_group_is_one_that_was_not_merged_or_invalidated(store: SqlStore) -> None:
    for number, closed in enumerate([None, "dequeued", "invalidated", "merged"]):
        await store.saw_group(replace(group(str(number), minutes=number), closed=closed))

    newest = await store.newest_group("acme/rocket", PrNumber(7))

    assert newest is not None
    assert newest.closed == "dequeued"
    assert await store.newest_group("acme/rocket", PrNumber(8)) is None


async def test_a_signal_is_kept_once_a_key_and_they_come_in_order(store: SqlStore) -> None:
    stop = Signal(key="guid-1", kind=SignalKind.STOP, by="mona", at=NOW)
    hint = Signal(key="guid-0", kind=SignalKind.HINT, by="mona", at=NOW, text="look at \0 x")

    assert await store.signal(CaseId("c1"), stop)
    assert await store.signal(CaseId("c1"), hint)
    assert not await store.signal(CaseId("c1"), stop)
    assert await store.signal(CaseId("c2"), stop)

    assert await store.signals(CaseId("c1")) == (stop, hint)


async def test_once_is_true_once_however_many_ask(store: SqlStore) -> None:
    answers = await asyncio.gather(*(store.once("key") for _ in range(8)))

    assert sorted(answers) == [False] * 7 + [True]


async def test_a_blob_comes_back_by_its_digest(store: SqlStore) -> None:
    content = bytes(range(256)) * 4000

    digest = await store.put(content)

    assert await store.put(content) == digest
    assert await store.get(digest) == content
    with pytest.raises(PermanentError, match="no blob"):
        await store.get(Digest("0" * 64))
    with pytest.raises(PermanentError, match="at most"):
        await store.put(bytes(MAX_BLOB_BYTES + 1))


async def test_migrations_run_twice_and_by_two_at_once(database_url: str) -> None:
    stores = [SqlStore(database_url) for _ in range(3)]
    await asyncio.gather(*(store.open() for store in stores))
    assert await stores[0].open_case(case())
    await asyncio.gather(*(store.close() for store in stores))

    async with opened(database_url) as again:
        assert await again.case(CaseId("c1")) == case()


async def test_the_migrations_make_the_tables_that_the_code_expects(
    store: SqlStore, database_url: str
) -> None:
    def differences() -> list[object]:
        engine = make_engine(database_url)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"version_table": "selfheal_schema", "compare_type": _same_type}
            )
            found: list[object] = list(compare_metadata(context, METADATA))
        engine.dispose()
        return found

    assert await asyncio.to_thread(differences) == []
    assert await store.open_cases() == ()


def _same_type(*_args: object) -> bool | None:
    inspected, declared = _args[3], _args[4]
    return isinstance(declared, sa.types.TypeDecorator) and not isinstance(inspected, sa.BigInteger)


async def test_the_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "selfheal.db"
    async with opened(f"sqlite:///{path}"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_database_that_cannot_be_reached_is_worth_another_try(tmp_path: Path) -> None:
    nowhere = SqlStore(f"postgresql://t@/none?host={tmp_path}")

    with pytest.raises(TransientError, match="database"):
        await nowhere.open()

    await nowhere.close()


async def test_a_store_that_is_closed_says_so(store: SqlStore) -> None:
    await store.close()

    with pytest.raises(RuntimeError, match="not open"):
        await store.open_cases()
