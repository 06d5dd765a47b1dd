"""What holds for every log, whatever stands in it."""

import json
from functools import lru_cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import formats
from bot.core.failure import FailureType
from bot.core.framing import Line
from bot.core.hints import FindScanner, Groups, Re2Scanner, Scanner
from bot.core.merging import MAX_FAILURES

ROOT = Path(__file__).parents[2]
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "bot/schemas/failure.schema.json").read_text())
)
GOLDEN = [
    line
    for case in sorted((ROOT / "tests/golden/formats").glob("*/*.log"))
    for line in case.read_bytes().splitlines()
]
HINTS = [hint.encode() for format_ in map(formats.load, formats.NAMES) for hint in format_.HINTS]


@lru_cache(maxsize=1)
def automaton(groups: Groups) -> Scanner:
    return Re2Scanner(pytest.importorskip("re2"), groups)


# Lines that mean something, cut, joined and repeated, between lines that mean nothing.
hostile_lines = st.one_of(
    st.sampled_from(GOLDEN),
    st.binary(max_size=60),
    st.builds(
        lambda a, b, n: a[:n] + b,
        st.sampled_from(GOLDEN),
        st.sampled_from(GOLDEN),
        st.integers(0, 40),
    ),
    st.builds(lambda hint, tail: hint + tail, st.sampled_from(HINTS), st.binary(max_size=40)),
    st.builds(
        lambda part, times: part * times,
        st.sampled_from([b"_ ", b"a.py:", b"\x1b[", b"[", b" ", b"E   ", b"::"]),
        st.integers(1, 2000),
    ),
)
logs = st.lists(hostile_lines, max_size=60).map(b"\n".join)


@settings(max_examples=150, deadline=None)
@given(logs)
def test_no_log_breaks_it_and_every_failure_is_a_valid_document(raw: bytes) -> None:
    found = formats.find_failures(raw, job="build")
    assert len(found) <= MAX_FAILURES
    for failure in found:
        VALIDATOR.validate(failure.to_json())


@settings(max_examples=100, deadline=None)
@given(logs)
def test_the_fallback_agrees_with_re2(raw: bytes) -> None:
    by_re2 = formats.find_failures(raw, scanner=automaton)
    assert formats.find_failures(raw, scanner=FindScanner) == by_re2


@settings(max_examples=300, deadline=None)
@given(
    format_=st.sampled_from(list(map(formats.load, formats.NAMES))),
    texts=st.lists(hostile_lines, max_size=20),
)
def test_no_format_raises_on_lines_it_did_not_ask_for(
    format_: formats.LogFormat, texts: list[bytes]
) -> None:
    lines = [Line(number, text.decode("latin-1")) for number, text in enumerate(texts, 1)]
    assert sum(1 for _ in format_.parse(lines)) <= 2 * len(texts) + 2


def test_a_failed_job_with_nothing_recognised_yields_its_tail() -> None:
    raw = b"building\ncp: cannot stat 'x': No such file\n##[error]Process completed with exit code 1.\n"
    (failure,) = formats.find_failures(raw)
    assert failure.type is FailureType.UNKNOWN
    assert failure.message == "cp: cannot stat 'x': No such file"
    assert failure.log is not None
    assert (failure.log.start, failure.log.end) == (1, 3)


def test_a_green_job_yields_nothing_however_loud_it_was() -> None:
    assert formats.find_failures(b"0 errors\nerror: retried, fine now\n", failed=False) == ()


def test_a_log_of_unknown_outcome_yields_its_tail_only_when_it_says_that_it_failed() -> None:
    assert formats.find_failures(b"warning: error handler installed\n", failed=None) == ()
    (failure,) = formats.find_failures(b"gcc x.c\nELIFECYCLE error: no luck\n", failed=None)
    assert failure.message == "error: no luck"


def test_whether_the_job_failed_may_be_known_only_after_its_last_line() -> None:
    outcome: list[bool] = []

    def pieces() -> list[bytes]:
        outcome.append(True)
        return [b"something broke\n"]

    assert len(formats.find_failures((piece for piece in pieces()), failed=lambda: outcome[0])) == 1


def test_import_errors_stand_before_the_tests_they_broke() -> None:
    raw = b"""============================= test session starts ==============================
=================================== FAILURES ===================================
____________________________________ test_b ____________________________________
tests/test_b.py:3: in test_b
    assert False
E   assert False
=========================== short test summary info ============================
FAILED tests/test_b.py::test_b - assert False
ERROR tests/test_a.py - ModuleNotFoundError: No module named 'a'
========================= 1 failed, 1 error in 0.12s ===========================
"""
    first, second = formats.find_failures(raw)
    assert (first.test, first.root) == ("tests/test_a.py", True)
    assert (second.test, second.line, second.root) == ("tests/test_b.py::test_b", 3, False)


def test_an_annotation_of_what_a_tool_printed_is_one_failure() -> None:
    raw = (
        b"src/a.py:2:8: F401 [*] `os` imported but unused\n"
        b"::error file=src/a.py,line=2,title=lint::F401 `os` imported but unused\n"
        b"##[error]src/a.py:2:8: F401 `os` imported but unused\n"
    )
    (failure,) = formats.find_failures(raw)
    assert (failure.tool, failure.rule) == ("ruff", "F401")


def test_one_test_that_fails_in_two_runs_of_one_job_is_one_failure() -> None:
    run = b"""=========================== short test summary info ============================
FAILED tests/test_b.py::test_b - assert %d == 2
============================== 1 failed in 0.12s ===============================
"""
    assert len(formats.find_failures(run % 1 + run % 3)) == 1


def test_a_run_in_a_folder_below_the_root_gives_paths_from_the_root() -> None:
    raw = b"""============================= test session starts ==============================
rootdir: /home/runner/work/shop/shop/backend
=================================== FAILURES ===================================
____________________________________ test_b ____________________________________
tests/test_b.py:3: in test_b
E   assert False
=========================== short test summary info ============================
FAILED tests/test_b.py::test_b - assert False
============================== 1 failed in 0.12s ===============================
"""
    (failure,) = formats.find_failures(raw)
    assert (failure.file, failure.line) == ("backend/tests/test_b.py", 3)


def test_ten_thousand_failures_are_cut_to_a_bound() -> None:
    raw = b"".join(b"src/a.py:%d:1: F821 Undefined name `l%d`\n" % (n, n) for n in range(10_000))
    assert len(formats.find_failures(raw)) == MAX_FAILURES


def test_failures_of_tasks_that_run_side_by_side_carry_their_task_and_their_file_from_the_root() -> (
    None
):
    raw = b"""packages/core lint$ ruff check --output-format concise
packages/web lint$ ruff check --output-format concise
packages/web lint: src/w.py:1:8: F401 [*] `os` imported but unused
packages/core lint: src/c.py:2:8: F401 [*] `re` imported but unused
packages/core lint: Failed
"""
    core, web = sorted(formats.find_failures(raw), key=lambda each: each.file or "")
    assert (core.task, core.file, core.line) == ("packages/core:lint", "packages/core/src/c.py", 2)
    assert (web.task, web.file, web.line) == ("packages/web:lint", "packages/web/src/w.py", 1)
    assert core.command == "cd packages/core && ruff check src/c.py"


def test_a_clean_report_is_no_unknown_failure_whatever_its_words() -> None:
    raw = b'<testsuite>\n<testcase name="test_error">\n</testcase>\n</testsuite>\n'
    assert formats.find_failures(raw, failed=None) == ()


@pytest.mark.parametrize(
    "closing",
    [
        b"Cleaning up orphan processes",
        b"Job succeeded",
        b"Finished: SUCCESS",
        b"CircleCI received exit code 0",
    ],
)
def test_a_log_that_a_ci_service_closes_as_passed_holds_no_failure(closing: bytes) -> None:
    raw = b"2026-11-20T09:14:00.1234567Z src/a.py:2:8: F401 [*] `os` imported but unused\n"
    assert len(formats.find_failures(raw, failed=None)) == 1
    assert formats.find_failures(raw + closing + b"\n", failed=None) == ()
    red = b"##[error]Process completed with exit code 1.\n"
    assert len(formats.find_failures(raw + red + closing + b"\n", failed=None)) == 1
    assert len(formats.find_failures(raw + closing + b"\n", failed=True)) == 1


def test_a_step_that_gave_up_before_the_cleanup_did_not_pass() -> None:
    raw = b"fatal: unsafe repository ('/github/workspace' is owned by someone else)\n"
    close = b"Post job cleanup.\n[command]/usr/bin/git version\nCleaning up orphan processes\n"
    assert len(formats.find_failures(raw + close, failed=None)) == 1
    assert formats.find_failures(b"done\n" + close, failed=None) == ()


def test_tests_that_passed_last_only_printed_what_failed_before() -> None:
    raw = b"test_a.py::test_retry ERROR: job 17 failed with exit code 1\nPASSED\n"
    begin = b"=================== test session starts ===================\n"
    quoted = b'77aa0b1 Revert "fatal: drop python 3.8"\n'
    end = b"=========== 1 passed, 1 warning in 0.03s ===========\n"
    assert formats.find_failures(quoted + begin + raw + end, failed=None) == ()


@pytest.mark.parametrize(
    "sum_up",
    [
        " Test Files  1 passed (1)\n      Tests  2 passed | 1 todo (3)",
        "Test Suites: 1 skipped, 2 passed, 2 of 3 total",
        "  2 passing (8ms)",
        "====== 2 passed, 1 skipped in 0.12s ======",
        "test result: ok. 2 passed; 0 failed",
        "Ran 2 tests in 0.001s\n\nOK (skipped=1)",
        "10 examples, 0 failures",
    ],
)
def test_what_tests_print_is_no_failure_when_the_suite_passed(sum_up: str) -> None:
    said = "Error: ECONNREFUSED 127.0.0.1:5432\n    at connect (src/db.ts:4:3)\n"
    assert len(formats.find_failures(said.encode(), failed=None)) == 1
    assert formats.find_failures(f"{said}{sum_up}\n".encode(), failed=None) == ()
    assert len(formats.find_failures(f"{sum_up}\n{said}".encode(), failed=None)) == 1


def test_a_red_step_before_others_that_build_and_test_was_allowed_to_fail() -> None:
    red = b"##[group]Run ./licences.sh\nno licence\n##[error]Process completed with exit code 1.\n"
    reports = b"##[group]Run actions/upload-artifact@v4\n##[group]Run docker compose logs\n"
    assert len(formats.find_failures(red + reports, failed=None)) == 1
    works = b"##[group]Run npm ci\n##[group]Run npm test\n41 passing\n"
    assert formats.find_failures(red + works, failed=None) == ()
    assert len(formats.find_failures(red + works, failed=True)) == 1
    (failure,) = formats.find_failures(red + works + red.replace(b"no", b"bad"), failed=None)
    assert failure.message == "bad licence"


def test_what_a_tool_was_told_to_pass_with_is_no_failure() -> None:
    found = b"app/a.py:2:0: W0611: Unused import os (unused-import)\n"
    assert len(formats.find_failures(b"$ pylint app\n" + found, failed=None)) == 1
    for command in (b"$ pylint app --exit-zero\n", b"+ pylint app || true\n"):
        assert formats.find_failures(command + found, failed=None) == ()
    numbered = b"[lint:0] + pylint --exit-zero app\n[lint:1] " + found
    assert formats.find_failures(numbered, failed=None) == ()
