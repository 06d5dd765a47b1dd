"""Reports and lists of many runners name tests in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guards.errors import BadEvidenceError
from guards.evidence import FileCoverage, Outcome
from guards.evidence_files import cobertura, collected, evidence_from, jacoco, junit
from guards.reports.coverage import merged
from guards.test_ids import parsed

_LINE = FileCoverage(executed=frozenset({3}), missing=frozenset({4}))


@pytest.mark.parametrize(
    ("suite", "case", "found"),
    [
        ("pytest", 'classname="tests.test_a.TestA" name="test_x[1]"', "tests/test_a.py::TestA::test_x[1]"),
        ("pytest", 'classname="test_a" name="check_x"', "test_a.py::check_x"),
        ("pytest", 'classname="" name="tests.test_a"', "tests/test_a.py"),
        ("x", 'classname="com.acme.CartTest" name="adds(int)[2]"', "com.acme.CartTest::adds(int)[2]"),
        ("calc", 'classname="calc adds" name="calc adds"', "calc adds"),
        ("calc", 'classname="calc adds" name="calc adds" file="/work/src/a.test.js"', "src/a.test.js::calc adds"),
        ("src/a.test.ts", 'classname="src/a.test.ts" name="calc &gt; adds"', "src/a.test.ts::calc > adds"),
        ("shop", 'classname="example.com/shop" name="TestAdd/two"', "example.com/shop::TestAdd/two"),
        ("shop::it", 'classname="shop::it" name="tests::adds"', "shop::it::tests::adds"),
        ("A", 'classname="Acme.CartTest" file="/other/CartTest.php" name="testAdds with data set #0"', "Acme.CartTest::testAdds with data set #0"),
        ("rspec", 'classname="spec.cart_spec" name="Cart adds" file="./spec/cart_spec.rb"', "spec/cart_spec.rb::spec.cart_spec::Cart adds"),
        ("n", 'classname="Acme.CartTests" name="Acme.CartTests.Adds(n: 1)"', "Acme.CartTests::Adds(n: 1)"),
        ("ctest", 'classname="cart" name="cart"', "cart"),
        ("TestSuite", 'name="adds"', "TestSuite::adds"),
    ],
)  # fmt: skip
def test_a_report_names_a_test(suite: str, case: str, found: str) -> None:
    report = f'<testsuites><testsuite name="{suite}"><testcase {case}/></testsuite></testsuites>'

    assert junit(report.encode(), "/work") == {found: Outcome.PASSED}


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("<failure/>", Outcome.FAILED),
        ("<error/><failure/>", Outcome.ERROR),
        ('<skipped type="pytest.skip"/>', Outcome.SKIPPED),
        ('<skipped type="pytest.xfail"/>', Outcome.XFAILED),
        ("<flakyFailure/><system-out>failure</system-out>", Outcome.PASSED),
    ],
)
def test_a_report_says_what_became_of_a_test(inside: str, found: Outcome) -> None:
    report = f'<testsuite><testcase classname="A" name="b">{inside}</testcase></testsuite>'

    assert junit(report.encode()) == {"A::b": found}


def test_of_two_results_with_one_name_the_worse_counts() -> None:
    report = b'<testsuite><testcase name="b"><failure/></testcase><testcase name="b"/></testsuite>'

    assert junit(report) == {"b": Outcome.FAILED}


def test_cmake_says_it_in_an_attribute() -> None:
    report = b'<testsuite><testcase name="b" status="notrun"/><testcase name="c" status="fail"/></testsuite>'

    assert junit(report) == {"b": Outcome.SKIPPED, "c": Outcome.FAILED}


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("t/test_a.py::test_x[0x7f0000001234]@gpu\n", {"t/test_a.py::test_x[…]"}),
        ("/work/t/test_a.py::test_x\n", {"t/test_a.py::test_x"}),
        ("t/test_a.py: 2\n", {"t/test_a.py::[0]", "t/test_a.py::[1]"}),
        (
            "t/a.py::b\n\n=== warnings summary ===\nt/a.py::c\n\n1 test collected in 0.01s\n",
            {"t/a.py::b"},
        ),
        (
            "TestA\nTestB\nok  \tacme/x\t0.1s\n?   \tacme/y\t[no test files]\nTestA\nok  \tacme/z\t0.1s\n",
            {"acme/x::TestA", "acme/x::TestB", "acme/z::TestA"},
        ),
        ("/work/src/a.test.js\n/work/src/b.test.js\n", {"src/a.test.js", "src/b.test.js"}),
        ('["/work/src/a.test.js"]', {"src/a.test.js"}),
        ('[{"name": "calc > adds", "file": "/work/a.test.ts"}]', {"a.test.ts::calc > adds"}),
        ("src/a.test.ts > calc > adds\n", {"src/a.test.ts::calc > adds"}),
        ("tests::adds: test\nspeed: benchmark\n\n1 test, 1 benchmark\n", {"tests::adds", "speed"}),
        ("shop:\n    tests::adds\nshop::it:\n    adds\n", {"shop::tests::adds", "shop::it::adds"}),
        ("The following Tests are available:\n    Acme.CartTests.Adds\n", {"Acme.CartTests.Adds"}),
        ("Available test(s):\n - CartTest::testAdds\n", {"CartTest::testAdds"}),
        ("Test project /x\n  Test  #1: cart\n\nTotal Tests: 1\n", {"cart"}),
        ("\nno tests collected (2 deselected) in 0.01s\n", set()),
    ],
)  # fmt: skip
def test_a_list_names_tests(printed: str, found: set[str]) -> None:
    assert collected(printed, "/work") == found


def test_a_list_of_more_tests_than_anybody_has_is_refused() -> None:
    with pytest.raises(BadEvidenceError, match="more than"):
        collected("".join(f"a{number}.py: 999999\n" for number in range(2)))


def test_jacoco_names_files_by_package() -> None:
    report = (
        b'<!DOCTYPE report PUBLIC "-//JACOCO//DTD" "report.dtd"><report><package name="com/acme">'
        b'<sourcefile name="A.java"><line nr="3" mi="1" ci="2"/><line nr="4" mi="3" ci="0"/>'
        b"</sourcefile></package></report>"
    )

    assert jacoco(report) == {"com/acme/A.java": _LINE}


def test_cobertura_names_files_below_its_source_folder() -> None:
    report = (
        b"<coverage><sources><source>/work/src</source></sources><packages><package><classes>"
        b'<class filename="a.py"><lines><line number="3" hits="1"/><line number="4" hits="0"/></lines>'
        b"</class></classes></package></packages></coverage>"
    )

    assert cobertura(report, "/work") == {"src/a.py": _LINE}
    assert cobertura(report) == {"a.py": _LINE}


def test_a_line_that_one_report_saw_running_runs() -> None:
    other = FileCoverage(executed=frozenset({4}), missing=frozenset({3, 5}))

    assert merged([{"a": _LINE}, {"a": other}]) == {
        "a": FileCoverage(executed=frozenset({3, 4}), missing=frozenset({5}))
    }


def test_reports_that_only_one_side_has_are_left_out_beside_one_that_both_have() -> None:
    lcov = b"SF:a\nDA:1,1\nend_of_record\n"
    json = b'{"files": {"b": {"executed_lines": [1], "missing_lines": []}}}'

    evidence = evidence_from(
        {"before/lcov.info": lcov, "before/coverage.json": json, "after/lcov.info": lcov}
    )

    assert evidence.before.coverage is not None
    assert list(evidence.before.coverage) == ["a"]


def test_reports_of_both_halves_make_a_cross_check() -> None:
    red = b'<testsuite><testcase classname="A" name="b"><failure/></testcase></testsuite>'
    green = b'<testsuite><testcase classname="A" name="b"/></testsuite>'

    evidence = evidence_from(
        {"before/junit.xml": red, "after/junit.xml": green, "restored/junit.xml": green}
    )

    assert evidence.failing_tests == {"A::b"}
    assert evidence.cross_check is not None
    assert evidence.cross_check.restored is not None
    assert evidence.cross_check.restored.green(evidence.failing_tests)


def test_a_broken_file_is_named() -> None:
    with pytest.raises(BadEvidenceError, match=r"after/jacoco\.xml: "):
        evidence_from({"after/jacoco.xml": b"<html/>"})


@given(test=st.text(max_size=50))
def test_no_id_is_left_without_its_text(test: str) -> None:
    found = parsed(test)
    parts = "".join([found.file, *found.scope, found.name, found.parameters])

    assert set("".join(test.split())) - {":", "."} <= set(parts)
