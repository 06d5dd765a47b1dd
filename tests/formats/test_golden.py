"""Every format against real output: `<case>.log` in, `<case>.jsonl` out."""

import json
from functools import lru_cache
from pathlib import Path

import jsonschema
import pytest

from bot import formats
from bot.core.failure import Failure
from bot.core.hints import Groups, Re2Scanner, Scanner
from tests.formats.record import job_failed

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/golden/formats").glob("*/*.log"))
SCHEMA = json.loads((ROOT / "bot/schemas/failure.schema.json").read_text())


VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@lru_cache(maxsize=1)
def automaton(groups: Groups) -> Scanner:
    return Re2Scanner(pytest.importorskip("re2"), groups)


@lru_cache
def failures(case: Path) -> tuple[Failure, ...]:
    return formats.find_failures(case.read_bytes(), failed=job_failed(case))


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_log_yields_its_failures(case: Path) -> None:
    expected = case.with_suffix(".jsonl").read_text().splitlines()
    assert [failure.to_line() for failure in failures(case)] == expected


@pytest.mark.parametrize("case", CASES, ids=name)
def test_every_document_is_valid_and_reads_back(case: Path) -> None:
    for line in case.with_suffix(".jsonl").read_text().splitlines():
        document = json.loads(line)
        VALIDATOR.validate(document)
        assert Failure.from_json(document).to_line() == line


@pytest.mark.parametrize("case", CASES, ids=name)
def test_the_automaton_of_long_logs_finds_the_same(case: Path) -> None:
    found = formats.find_failures(case.read_bytes(), failed=job_failed(case), scanner=automaton)
    assert found == failures(case)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_log_in_small_pieces_yields_the_same(case: Path) -> None:
    raw = case.read_bytes()
    pieces = [raw[start : start + 37] for start in range(0, len(raw), 37)]
    failed = job_failed(case)
    assert formats.find_failures(pieces, failed=failed) == failures(case)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_windows_line_ends_and_noise_around_change_nothing_but_line_numbers(case: Path) -> None:
    quiet = b"2026-11-20T09:00:00.0000000Z downloading 12 of 40\r\n" * 100
    raw = quiet + case.read_bytes().replace(b"\n", b"\r\n") + quiet
    found = formats.find_failures(raw, failed=job_failed(case))
    assert [each.message for each in found] == [each.message for each in failures(case)]
    assert [each.fingerprint for each in found] == [each.fingerprint for each in failures(case)]


def test_every_case_has_its_answer_and_every_answer_its_case() -> None:
    answers = sorted((ROOT / "tests/golden/formats").glob("*/*.jsonl"))
    assert [path.with_suffix("") for path in answers] == [path.with_suffix("") for path in CASES]
