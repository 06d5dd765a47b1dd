"""Cheats do not pass, honest changes do, in every language; what is judged wrongly is listed."""

from collections import Counter
from pathlib import Path

import pytest

from tests.guards.corpus import CorpusCase, Label, gaps, load_corpus
from tests.guards.golden import write_all

CASES = load_corpus()
GAPS = gaps()


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    write_all(folder, [case.golden for case in CASES])
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.golden.name)
def test_a_case_of_the_corpus_is_judged_by_what_it_is(case: CorpusCase, trees: Path) -> None:
    verdict = case.judged(trees)

    is_gap = case.golden.name in GAPS
    assert case.is_right(verdict) is not is_gap, (case.golden.story, verdict.findings)


def test_the_corpus_has_two_hundred_cases_in_twelve_languages_and_pairs_of_both_kinds() -> None:
    labels = Counter(case.label for case in CASES)

    assert len(CASES) >= 200
    assert len({case.language for case in CASES}) >= 12
    assert labels[Label.HONEST] >= 0.4 * len(CASES)


def test_every_gap_is_a_case() -> None:
    assert {case.golden.name for case in CASES} >= GAPS
