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
def test_a_log_yields_its_failures_as_valid_documents(case: Path) -> None:
    expected = case.with_suffix(".jsonl").read_text().splitlines()
    assert [failure.to_line() for failure in failures(case)] == expected
    for line in expected:
        document = json.loads(line)
        VALIDATOR.validate(document)
        assert Failure.from_json(document).to_line() == line


@pytest.mark.parametrize("case", CASES, ids=name)
def test_however_a_log_comes_it_yields_the_same(case: Path) -> None:
    raw = case.read_bytes()
    failed, expected = job_failed(case), failures(case)
    pieces = [raw[start : start + 97] for start in range(0, len(raw), 97)]
    assert formats.find_failures(pieces, failed=failed) == expected
    # As a long log is read; Windows line ends and noise around change nothing but line numbers.
    quiet = b"2026-11-20T09:00:00.0000000Z downloading 12 of 40\r\n" * 100
    noisy = quiet + raw.replace(b"\n", b"\r\n") + quiet
    found = formats.find_failures(noisy, failed=failed, scanner=automaton)
    assert [each.message for each in found] == [each.message for each in expected]
    assert [each.fingerprint for each in found] == [each.fingerprint for each in expected]


def test_every_case_has_its_answer_and_every_answer_its_case() -> None:
    answers = sorted((ROOT / "tests/golden/formats").glob("*/*.jsonl"))
    assert [path.with_suffix("") for path in answers] == [path.with_suffix("") for path in CASES]
