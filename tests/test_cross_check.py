"""The cross-check on tiny repositories, with real git, the real sandbox and the real pytest."""

import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import local_trees
from bot.core.errors import NoSandboxError
from bot.core.test_commands import understand
from bot.cross_check import Checked, Trees, cross_check
from bot.settings import Settings
from guards.cross_check import decide_about, salvage
from guards.evidence import Evidence, Outcome, Run
from guards.git import change_between
from guards.verdict import Severity
from tests.guards.conftest import Repo

pytestmark = [
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not here"),
    pytest.mark.slow,
]

SETTINGS = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
WRONG = "def total(a, b):\n    return a - b\n\n\ndef name():\n    return 'sum'\n"
RIGHT = WRONG.replace("a - b", "a + b")
TEST = "from calc import total\n\n\ndef test_total():\n    assert total(2, 3) == 5\n"
OTHER = "import calc\n\n\ndef test_name():\n    assert calc.name() == 'sum'\n"
NEW_TEST = "\n\ndef test_more():\n    assert total(4, 4) == 8\n"
BASE = {
    "calc.py": WRONG,
    "pyproject.toml": SETTINGS,
    "tests/test_calc.py": TEST,
    "tests/test_name.py": OTHER,
}
QUICK = "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1"  # most of the time is start-up
FAILING = "tests/test_calc.py::test_total"

Check = Callable[..., Awaitable[Checked]]


@pytest.fixture
async def check(tmp_path: Path) -> Check:
    """Base and change as commits; all runs of both."""
    (tmp_path / "repo").mkdir()
    repo = Repo(tmp_path / "repo")

    async def checked(
        fix: Mapping[str, str | None],
        *,
        base: Mapping[str, str] = BASE,
        line: str = f"{QUICK} pytest -q",
        failing: frozenset[str] = frozenset(),
    ) -> Checked:
        repo.commit(dict(base))
        repo.commit(dict(fix))
        settings = Settings(data_dir=tmp_path / "data", toolchain=f"{sys.prefix}:{sys.base_prefix}")
        async with AsyncExitStack() as stack:
            opened = local_trees(settings, repo.path, "HEAD~1", "HEAD", staged=False)
            local = await stack.enter_async_context(opened)
            trees = Trees(
                sandbox=local.sandbox,
                git=local.git,
                repo=local.repo,
                base=local.base,
                fix=local.fix,
                command=understand(line),
                timeout_s=60,
            )
            change = change_between(repo.path, "HEAD~1", "HEAD")
            return await cross_check(trees, change, failing)

    checked.repo = repo  # type: ignore[attr-defined] # for `decided`
    return checked


def decided(check: Check, found: Checked) -> tuple[set[Severity], bool]:
    """The severities of what the runs show, and whether parts can be dropped."""
    repo: Repo = check.repo  # type: ignore[attr-defined] # set above
    change = change_between(repo.path, "HEAD~1", "HEAD")
    decisions = decide_about(change, found.cross_check)
    parts = salvage(change, Evidence(cross_check=found.cross_check))
    return {decision.severity for decision in decisions}, bool(parts)


def outcome(run: Run | None, test: str = FAILING) -> Outcome | None:
    assert run is not None
    return run.outcomes.get(test)


async def test_a_fix_whose_new_test_sees_the_bug_is_accepted(check: Check) -> None:
    found = await check({"calc.py": RIGHT, "tests/test_calc.py": TEST + NEW_TEST})

    runs = found.cross_check
    assert runs.failing == {FAILING}
    assert [outcome(run) for run in runs.base] == [Outcome.FAILED] * 2
    assert [outcome(run) for run in runs.fix] == [Outcome.PASSED] * 3
    assert outcome(runs.restored) is Outcome.PASSED
    assert "tests/test_calc.py::test_more" not in runs.restored.outcomes  # type: ignore[union-attr]
    assert outcome(runs.ablated) is Outcome.FAILED
    assert [mutant.caught for mutant in runs.mutants] == [True] * len(runs.mutants)
    assert runs.mutants
    assert decided(check, found) == (set(), False)


async def test_a_fix_without_test_changes_is_accepted(check: Check) -> None:
    found = await check({"calc.py": RIGHT})

    assert found.cross_check.restored == found.cross_check.fix[0]
    assert found.cross_check.ablated is None
    assert decided(check, found) == (set(), False)


async def test_of_a_real_fix_with_a_blunted_test_the_fix_can_be_kept(check: Check) -> None:
    found = await check({"calc.py": RIGHT, "tests/test_calc.py": TEST.replace("== 5", "")})

    assert outcome(found.cross_check.restored) is Outcome.PASSED
    assert outcome(found.cross_check.ablated) is Outcome.PASSED
    assert decided(check, found) == ({Severity.REJECT}, True)


async def test_green_by_the_edit_of_a_test_is_rejected(check: Check) -> None:
    edited = {"calc.py": WRONG + "\n# done\n", "tests/test_calc.py": TEST.replace("5", "-1")}
    found = await check(edited)

    assert outcome(found.cross_check.restored) is Outcome.FAILED
    assert outcome(found.cross_check.ablated) is Outcome.PASSED
    assert Severity.REJECT in decided(check, found)[0]


async def test_green_by_settings_and_hooks_is_rejected(check: Check) -> None:
    hook = (
        "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\n"
        "def pytest_runtest_makereport(item, call):\n"
        "    report = (yield).get_result()\n    report.outcome = 'passed'\n"
    )
    found = await check({"calc.py": WRONG + "\n# done\n", "conftest.py": hook})

    assert outcome(found.cross_check.fix[0]) is Outcome.PASSED
    assert outcome(found.cross_check.restored) is Outcome.FAILED
    assert Severity.REJECT in decided(check, found)[0]


async def test_source_and_tests_that_change_together_need_a_person(check: Check) -> None:
    found = await check(
        {
            "calc.py": RIGHT.replace("def total(", "def add("),
            "tests/test_calc.py": TEST.replace("import total", "import add").replace(
                "assert total", "assert add"
            ),
        },
        failing=frozenset({"tests/test_calc.py"}),
    )

    assert Severity.NEEDS_HUMAN in decided(check, found)[0]
    assert outcome(found.cross_check.restored) is not Outcome.PASSED


async def test_another_test_that_breaks_needs_a_person(check: Check) -> None:
    found = await check(
        {
            "calc.py": RIGHT.replace("'sum'", "'total'"),
            "tests/test_name.py": OTHER.replace("'sum'", "'total'"),
        }
    )

    assert outcome(found.cross_check.restored) is Outcome.PASSED
    assert outcome(found.cross_check.restored, "tests/test_name.py::test_name") is Outcome.FAILED
    assert Severity.NEEDS_HUMAN in decided(check, found)[0]


async def test_source_that_ends_the_runner_proves_nothing(check: Check) -> None:
    found = await check({"calc.py": "import os\n\nos._exit(0)\n"})

    assert not found.cross_check.fix[0].reported
    assert found.cross_check.fix[0].exit_code == 0
    assert Severity.REJECT in decided(check, found)[0]


async def test_what_stands_in_the_runners_place_is_not_there_with_the_original_tests(
    check: Check,
) -> None:
    fake = "import sys\n\nsys.exit(0)\n"
    found = await check(
        {"calc.py": WRONG + "\n# done\n", "pytest.py": fake}, line=f"{QUICK} python -m pytest -q"
    )

    assert not found.cross_check.fix[0].reported
    assert outcome(found.cross_check.restored) is Outcome.FAILED
    assert Severity.REJECT in decided(check, found)[0]


async def test_a_test_that_does_not_fail_twice_is_none_to_be_fixed(check: Check) -> None:
    once = "\n\ndef test_once(request):\n    assert len(request.session.items) == 2\n"
    found = await check({"calc.py": RIGHT}, base={**BASE, "tests/test_calc.py": TEST + once})

    test = "tests/test_calc.py::test_once"
    assert [outcome(run, test) for run in found.cross_check.base] == [
        Outcome.FAILED,
        Outcome.PASSED,
    ]
    assert found.cross_check.failing == {FAILING}


async def test_a_test_file_that_could_not_be_read_stands_for_its_tests(check: Check) -> None:
    base = {**BASE, "calc.py": WRONG.replace("def total", "def sum_up")}
    found = await check({"calc.py": RIGHT}, base=base)

    assert found.cross_check.failing == {FAILING}
    assert [outcome(run) for run in found.cross_check.base] == [Outcome.ERROR] * 2
    assert decided(check, found) == (set(), False)


async def test_of_a_command_without_report_the_exit_code_decides(check: Check) -> None:
    line = f"{QUICK} pytest -q; exit $?"
    found = await check({"calc.py": RIGHT, "tests/test_calc.py": TEST + NEW_TEST}, line=line)

    assert found.cross_check.failing == {line}
    assert outcome(found.cross_check.restored, line) is Outcome.PASSED
    assert outcome(found.cross_check.ablated, line) is Outcome.FAILED
    assert found.notes == ("no report: of this command only the exit code is known",)


async def test_examples_in_the_source_cannot_be_taken_apart(check: Check) -> None:
    example = 'def total(a, b):\n    """\n    >>> total(1, 1)\n    2\n    """\n    return a - b\n'
    base = {**BASE, "calc.py": example, "tests/test_calc.py": "", "tests/test_name.py": ""}
    found = await check(
        {
            "calc.py": example.replace("\n    2\n", "\n    0\n").replace(
                ">>> total(1, 1)", ">>> total(1,1)"
            )
        },
        base=base,
        line=f"{QUICK} pytest -q --doctest-modules",
    )

    assert found.cross_check.restored is None
    assert "source and tests together" in found.notes[0]


async def test_without_a_sandbox_nothing_runs(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit({"a.py": "1\n"})
    repo.commit({"a.py": "2\n"})
    settings = Settings(data_dir=tmp_path / "data", sandbox="none")
    async with local_trees(settings, repo.path, "HEAD~1", None, staged=False) as local:
        with pytest.raises(NoSandboxError):
            async with local.sandbox.open(local.repo, local.base):
                pass
