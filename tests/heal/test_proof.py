"""What counts as proof, and what does not."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.core.attribution import Whose
from bot.core.case import Case
from bot.core.checks import narrow
from bot.core.ids import Digest
from bot.core.lifecycle import Stage
from bot.core.patch import FileEdit
from bot.core.repo_config import CheckConfig, RepoConfig, Setup
from bot.evidence import measure
from tests.core.cases import ENTRY, FAILURE, PATCH, attempt, case
from tests.fakes.box import Command
from tests.heal.world import Bench

UNIT = CheckConfig(name="unit", run="make test")
COVERED = CheckConfig(name="unit", run="pytest -q", covers=True)
RED = "FAILED tests/test_add.py::test_add - assert 1 == 2"
CLEAN = "rm -rf -- .selfheal-evidence .selfheal-evidence.json"
COVERAGE = "python -m coverage run --data-file=.selfheal-evidence -m pytest -q"
COLLECT = "python -m pytest -q --collect-only --verbosity=-1"
JSON = (
    "python -m coverage json -q --fail-under=0 "
    "--data-file=.selfheal-evidence -o .selfheal-evidence.json"
)


def says(exit_code: int | None, output: str = "") -> Command:
    return lambda _: (exit_code, output)


def of(check: CheckConfig, setup: str | None = None) -> Case:
    config = RepoConfig(checks=(check,), setup=Setup(run=setup) if setup else None)
    return case(config=config, stage=Stage.ATTRIBUTING)


async def whose(bench: Bench, known: Case, commands: Mapping[str, Command]) -> Whose | None:
    bench.sandbox.commands = commands
    found = (await bench.step(known)).attribution
    return found.whose if found else None


async def test_a_set_up_that_fails_here_blames_nobody(bench: Bench) -> None:
    commands = {"pip install .": says(1, "no network"), "make test": says(1, RED)}
    assert await whose(bench, of(UNIT, "pip install ."), commands) is Whose.UNKNOWN


@pytest.mark.parametrize("exit_code", [126, 127, None])
async def test_a_program_that_is_missing_or_killed_blames_nobody(
    bench: Bench, exit_code: int | None
) -> None:
    assert await whose(bench, of(UNIT), {"make test": says(exit_code)}) is Whose.UNKNOWN


async def test_what_is_red_everywhere_is_the_base_branchs(bench: Bench) -> None:
    assert await whose(bench, of(UNIT), {"make test": says(1, RED)}) is Whose.BASE


async def test_nothing_is_green_after_a_set_up_that_failed(bench: Bench) -> None:
    bench.sandbox.commands = {"pip install .": says(1, "no")}
    measured = await measure(of(UNIT, "pip install ."), ENTRY.group, bench.ports)
    assert not measured.green
    assert measured.red == "set-up"


async def test_nothing_is_green_where_there_is_nothing_to_run(bench: Bench) -> None:
    bench.sandbox.commands = {CLEAN: says(0)}
    assert not (await measure(case(), ENTRY.group, bench.ports)).green


async def test_a_report_that_coverage_did_not_write_is_no_evidence(bench: Bench) -> None:
    def plants(box: object) -> tuple[int, str]:
        box.files[".selfheal-evidence.json"] = b'{"files": {}}'  # type: ignore[attr-defined]  # a box
        return 0, ""

    bench.sandbox.commands = {
        CLEAN: says(0),
        COVERAGE: plants,
        COLLECT: says(0, "tests/test_add.py::test_add"),
        JSON: says(1, "No data to report."),
    }
    measured = await measure(of(COVERED), ENTRY.group, bench.ports)

    assert measured.green
    assert measured.snapshot.coverage is None
    assert measured.snapshot.tests == frozenset({"tests/test_add.py::test_add"})


@pytest.mark.parametrize("path", ["pytest.py", "coverage/__init__.py", "sitecustomize.py"])
async def test_a_fix_that_replaces_what_checks_it_is_not_even_run(bench: Bench, path: str) -> None:
    patch = replace(PATCH, edits=(FileEdit(path=path, content=Digest("e" * 64)),))
    tried = replace(of(UNIT), stage=Stage.VERIFYING, attempts=(attempt(1, patch=patch),))

    after = await bench.step(tried)

    assert after.stage is Stage.ATTEMPTING
    assert path in after.attempts[-1].why_failed


def test_a_name_that_reads_as_a_placeholder_stays_in_its_quotes() -> None:
    check = CheckConfig(name="unit", run="pytest", only="pytest {tests} --root {files}")
    failure = replace(FAILURE, test="t.py::test[{files}]", file="$(touch pwned).py")
    assert narrow(check, [failure]) == ("pytest 't.py::test[{files}]' --root '$(touch pwned).py'")
