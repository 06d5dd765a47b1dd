"""kill -9 at every save point: the same end, nothing lost, nothing done more often than it may be."""

import asyncio
import collections
from pathlib import Path

import pytest

from bot.core.case import Case
from bot.core.ids import CaseId
from bot.core.lifecycle import Stage
from bot.edges.store import SqlStore
from tests.engine.kill import Death, run_child
from tests.engine.tiny import PATH, carry

STAGES = (*PATH, Stage.RELEASING)
DEATHS = [
    Death(save=save, when=when)
    for save in range(1, len(STAGES) + 1)
    for when in ("before", "after")
]


def kept(url: str, name: str) -> Case:
    async def read() -> Case | None:
        store = SqlStore(url)
        await store.open()
        try:
            return await store.case(CaseId(name))
        finally:
            await store.close()

    found = asyncio.run(read())
    assert found is not None
    return found


def effects_of(path: Path) -> collections.Counter[str]:
    return collections.Counter(path.read_text().splitlines())


@pytest.mark.parametrize("death", DEATHS, ids=str)
def test_a_case_survives_kill_9_at_every_save_point(tmp_path: Path, death: Death) -> None:
    url, effects = f"sqlite:///{tmp_path}/selfheal.db", tmp_path / "effects"

    assert run_child(carry, url, str(effects), ("c1",), death) == -9
    assert run_child(carry, url, str(effects), ("c1",), None) == 0

    case = kept(url, "c1")
    assert case.stage is Stage.HEALED
    assert [moment.stage for moment in case.story] == [*STAGES[1:], Stage.HEALED]
    assert case.version == len(STAGES)
    # A step whose save was lost is run once more; every other one ran exactly once.
    again = f"c1 {STAGES[death.save - 1]}" if death.when == "before" else ""
    expected = {f"c1 {stage}": 1 + (again == f"c1 {stage}") for stage in STAGES}
    assert effects_of(effects) == expected


def test_several_cases_survive_one_death_after_another(tmp_path: Path) -> None:
    url, effects = f"sqlite:///{tmp_path}/selfheal.db", tmp_path / "effects"
    names = ("c1", "c2", "c3")

    deaths = [Death(save=save, when="after") for save in (2, 3, 1, 4)]
    codes = [run_child(carry, url, str(effects), names, death) for death in deaths]
    # How far the other cases get before a death is chance: the last one may find nothing to stop.
    assert codes[:2] == [-9, -9]
    assert set(codes[2:]) <= {-9, 0}
    assert run_child(carry, url, str(effects), names, None) == 0

    for name in names:
        case = kept(url, name)
        assert case.stage is Stage.HEALED
        assert [moment.stage for moment in case.story] == [*STAGES[1:], Stage.HEALED]
    assert set(effects_of(effects)) == {f"{name} {stage}" for name in names for stage in STAGES}


def test_the_path_has_as_many_saves_as_were_killed(tmp_path: Path) -> None:
    url, effects = f"sqlite:///{tmp_path}/selfheal.db", tmp_path / "effects"

    one_more = Death(save=len(STAGES) + 1, when="before")

    assert run_child(carry, url, str(effects), ("c1",), one_more) == 0
