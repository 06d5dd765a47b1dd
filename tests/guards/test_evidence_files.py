"""What test runs leave behind is read, or refused with a reason."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.errors import BadEvidenceError
from guards.evidence import FileCoverage
from guards.evidence_files import cobertura, collected, coverage_json, junit_tests, lcov

_COBERTURA = b"""<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage><packages><package><classes><class filename="./shop/a.py"><methods/>
<lines><line number="1" hits="2"/><line number="2" hits="0"/></lines></class></classes></package>
</packages></coverage>"""
_A = FileCoverage(executed=frozenset({1}), missing=frozenset({2}))


def test_collected_ids_are_told_from_the_summary() -> None:
    text = "tests/a.py::test_a[x y]\n\n  tests/a.py::test_b\n\n2 tests collected in 0.01s\n"

    assert collected(text) == {"tests/a.py::test_a[x y]", "tests/a.py::test_b"}
    assert collected("\n2/3 tests collected (1 deselected) in 0.01s\n") == frozenset()
    assert collected("no tests collected in 0.01s") == frozenset()


def test_coverage_of_a_real_run_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "if len('a') > 3:\n    x = 1\nelse:  # pragma: no cover\n    y = 1\n"
    )
    for arguments in (["run", "a.py"], ["json", "-q"], ["xml", "-q"], ["lcov", "-q"]):
        subprocess.run(
            [sys.executable, "-m", "coverage", *arguments], cwd=tmp_path, check=True, env={}
        )

    report = coverage_json((tmp_path / "coverage.json").read_bytes(), str(tmp_path))

    assert report["a.py"].executed == {1}
    assert report["a.py"].missing == {2}
    assert report["a.py"].excluded == {3, 4}
    for other in (
        lcov((tmp_path / "coverage.lcov").read_bytes(), str(tmp_path)),
        cobertura((tmp_path / "coverage.xml").read_bytes(), str(tmp_path)),
    ):
        assert other["a.py"].executed == {1}
        assert other["a.py"].missing == {2}


def test_cobertura_is_read() -> None:
    assert cobertura(_COBERTURA) == {"shop/a.py": _A}


def test_lcov_is_read_with_paths_below_the_root() -> None:
    text = b"TN:\nSF:/w/shop/a.py\nFN:1,f\nDA:1,3\nDA:2,0\nend_of_record\n"

    assert lcov(text, "/w") == {"shop/a.py": _A}


def test_junit_names_tests_as_pytest_does() -> None:
    report = (
        b'<testsuites><testsuite><testcase classname="tests.test_a.TestA" name="test_x[1]"/>'
        b'<testcase classname="tests.test_a" name="test_y"/></testsuite></testsuites>'
    )

    assert junit_tests(report) == {"tests/test_a.py::TestA::test_x[1]", "tests/test_a.py::test_y"}


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (coverage_json, b"[]"),
        (coverage_json, b'{"files": {"a.py": {"executed_lines": ["1"], "missing_lines": []}}}'),
        (coverage_json, b'{"files": {"a.py": 1}}'),
        (coverage_json, b"[" * 100_000),
        (lcov, b"hello"),
        (lcov, b"DA:1,1\n"),
        (lcov, b"SF:a\nDA:x,1\n"),
        (lcov, b"SF:a\nDA:1" + b"0" * 5000 + b",1\n"),
        (cobertura, b"<html/>"),
        (cobertura, b"<coverage>"),
        (cobertura, b'<!DOCTYPE c [<!ENTITY a "b">]><coverage>&a;</coverage>'),
        (junit_tests, b'<!DOCTYPE c [<!ENTITY % a SYSTEM "/etc/passwd">]><testsuite/>'),
        (cobertura, b"x" * (65 * 1024 * 1024)),
    ],
)
def test_what_is_no_report_is_refused(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(BadEvidenceError):
        read(data)


@given(
    data=st.one_of(
        st.binary(),
        st.text().map(str.encode),
        st.builds(json.dumps, st.from_type(dict)).map(str.encode),
    )
)
def test_no_bytes_raise_anything_but_bad_evidence(data: bytes) -> None:
    for read in (coverage_json, lcov, cobertura, junit_tests):
        try:
            read(data)
        except BadEvidenceError:
            continue


def test_a_test_of_a_class_with_a_million_dots_is_read_at_once() -> None:
    name = "A." * 2_000_000

    (found,) = junit_tests(
        f'<testsuite><testcase classname="{name}" name="t"/></testsuite>'.encode()
    )

    assert len(found) <= 2000
