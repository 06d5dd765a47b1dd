"""Commands that run tests, and the reports they leave."""

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import test_reports
from bot.core.test_commands import understand
from guards.errors import BadEvidenceError
from guards.evidence import Outcome

JUNIT = "--junitxml=/r -o junit_family=xunit1"


@pytest.mark.parametrize(
    ("line", "whole", "part"),
    [
        ("pytest -q", f"pytest -q {JUNIT}", f"pytest -q 't.py::a[1 2]' {JUNIT}"),
        (
            "cd app && A=1 python3 -m pytest -k 'x y' -n 4 tests/unit",
            f"cd app && A=1 python3 -m pytest -k 'x y' -n 4 tests/unit {JUNIT}",
            f"cd app && A=1 python3 -m pytest -k 'x y' -n 4 't.py::a[1 2]' {JUNIT}",
        ),
        (
            "python -m coverage run --data-file=d -m pytest",
            f"python -m coverage run --data-file=d -m pytest {JUNIT}",
            f"python -m coverage run --data-file=d -m pytest 't.py::a[1 2]' {JUNIT}",
        ),
        (
            "npx jest --ci src/",
            "npx jest --ci src/ --json --outputFile=/r",
            "npx jest --ci --runTestsByPath t.py --json --outputFile=/r",
        ),
        (
            "go test ./...",
            "go test -json ./... > /r",
            "go test -json -run '^(a\\[1\\ 2\\])$' ./... > /r",
        ),
        (
            "bundle exec rspec",
            "bundle exec rspec --format json --out /r",
            "bundle exec rspec t.py --format json --out /r",
        ),
        (
            "node --test test/",
            "node --test --test-reporter=junit --test-reporter-destination=/r test/",
            None,
        ),
        ("vendor/bin/phpunit", "vendor/bin/phpunit --log-junit /r", None),
        ("make test", "make test", None),
        ("pytest | tee log", "pytest | tee log", None),
        ("pytest -q || true", "pytest -q || true", None),
        ("npm test", "npm test", None),
        ("pytest 'unclosed", "pytest 'unclosed", None),
        ("echo pytest", "echo pytest", None),
    ],
)
def test_a_command_is_made_to_report(line: str, whole: str, part: str | None) -> None:
    command = understand(line)
    assert command.measured("/r") == whole
    assert command.measured("/r", ["t.py::a[1 2]"]) == (whole if part is None else part)


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=30), max_size=3))
def test_no_name_of_a_test_leaves_its_quotes(line: str, tests: list[str]) -> None:
    understand(line).measured("/r", tests)
    made = understand("pytest").measured("/r", tests)
    assert shlex.split(made) == ["pytest", *tests, *JUNIT.split()]


def test_junit_names_tests_as_pytest_does() -> None:
    report = b"""<testsuites><testsuite>
      <testcase classname="tests.test_a" name="test_x[1]" file="tests/test_a.py"/>
      <testcase classname="tests.test_a.lower" name="test_y" file="tests/test_a.py"><failure/></testcase>
      <testcase classname="tests.test_b.TestB" name="test_z"><skipped type="pytest.xfail"/></testcase>
      <testcase classname="tests.test_b.TestB" name="test_s"><skipped/></testcase>
      <testcase classname="" name="tests.test_c" file="tests/test_c.py"><error/></testcase>
      <testcase classname="tests.test_a" name="test_x[1]" file="tests/test_a.py"><error/></testcase>
    </testsuite></testsuites>"""

    assert test_reports.junit(report) == {
        "tests/test_a.py::test_x[1]": Outcome.ERROR,
        "tests/test_a.py::lower::test_y": Outcome.FAILED,
        "tests/test_b.py::TestB::test_z": Outcome.XFAILED,
        "tests/test_b.py::TestB::test_s": Outcome.SKIPPED,
        "tests/test_c.py": Outcome.ERROR,
    }


def test_reports_of_other_runners_are_read() -> None:
    jest = {
        "testResults": [
            {
                "name": "/workspace/a.test.js",
                "status": "failed",
                "assertionResults": [
                    {"fullName": "adds two", "status": "passed"},
                    {"fullName": "waits", "status": "todo"},
                ],
            },
            {"name": "/workspace/b.test.js", "status": "failed", "assertionResults": []},
        ]
    }
    mocha = {
        "passes": [{"fullTitle": "adds", "file": "/workspace/t.js"}],
        "failures": [{"fullTitle": "subtracts", "file": "/workspace/t.js"}],
        "pending": [],
    }
    rspec = {
        "examples": [
            {"file_path": "./a_spec.rb", "full_description": "A adds", "status": "failed"},
            {"file_path": "./a_spec.rb", "full_description": "A waits", "status": "pending"},
        ]
    }
    go = b"""
    {"Action":"run","Package":"p/a","Test":"TestX"}
    {"Action":"fail","Package":"p/a","Test":"TestX"}
    {"Action":"fail","Package":"p/a"}
    {"Action":"pass","Package":"p/b"}
    {"Action":"fail","Package":"p/c"}
    no json
    """

    assert test_reports.jest(json.dumps(jest).encode()) == {
        "a.test.js::adds two": Outcome.PASSED,
        "a.test.js::waits": Outcome.SKIPPED,
        "b.test.js": Outcome.ERROR,
    }
    assert test_reports.mocha(json.dumps(mocha).encode()) == {
        "t.js::adds": Outcome.PASSED,
        "t.js::subtracts": Outcome.FAILED,
    }
    assert test_reports.rspec(json.dumps(rspec).encode()) == {
        "a_spec.rb::A adds": Outcome.FAILED,
        "a_spec.rb::A waits": Outcome.SKIPPED,
    }
    assert test_reports.go(go) == {"p/a::TestX": Outcome.FAILED, "p/c": Outcome.FAILED}


@pytest.mark.parametrize(
    "read", [test_reports.junit, test_reports.jest, test_reports.mocha, test_reports.rspec]
)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe",
        b"<html/>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>',
        b'{"testResults": [1], "examples": [1], "passes": [1]}',
    ],
)
def test_what_is_no_report_is_refused(read: object, data: bytes) -> None:
    with pytest.raises(BadEvidenceError):
        read(data)  # type: ignore[operator] # one of the readers
