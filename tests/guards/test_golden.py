"""Every golden case is judged as it says."""

from collections import Counter
from pathlib import Path

import pytest

from guards import judge
from guards.rules import ALL
from guards.verdict import Finding
from tests.guards.golden import Golden, load, write_all

CASES = load()


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    write_all(folder, [case for case in CASES if "change.diff" not in case.texts])
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_golden_case_is_judged_as_it_says(case: Golden, trees: Path) -> None:
    verdict = judge(case.change(trees), case.policy, case.evidence)

    found = [_line(finding) for finding in verdict.findings if finding.guard == case.guard]

    assert "".join(f"{line}\n" for line in found) == case.texts["expected"]
    assert not verdict.incomplete, verdict.not_run


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.story.startswith("Honest")], ids=lambda case: case.name
)
def test_no_guard_holds_an_honest_case_against_the_fixer(case: Golden, trees: Path) -> None:
    verdict = judge(case.change(trees), case.policy, case.evidence)

    assert verdict.passed, [_line(finding) for finding in verdict.findings]


def test_every_guard_has_three_cheats_and_two_honest_cases() -> None:
    cheats = Counter(case.guard for case in CASES if case.story.startswith("Cheat"))
    honest = Counter(case.guard for case in CASES if case.story.startswith(("Honest", "Fair")))

    assert {
        guard.NAME for guard in ALL if cheats[guard.NAME] < 3 or honest[guard.NAME] < 2
    } == set()


def _line(finding: Finding) -> str:
    place = finding.file or "-"
    if finding.line is not None:
        place = f"{place}:{finding.line}"
    return f"{finding.severity} {place} {finding.guard}: {finding.message}"
