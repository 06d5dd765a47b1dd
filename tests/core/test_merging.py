"""What several tools say of one fault is one failure, and what broke the rest stands first."""

from dataclasses import replace
from typing import Any

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.merging import merge


def failure(tool: str | None, message: str, **more: Any) -> Failure:
    given = Failure(type=FailureType.TEST, tool=tool, message=message)
    return replace(given, **more)


def test_a_test_in_a_report_and_in_the_output_of_its_runner_is_one_failure() -> None:
    report = failure("junit", "assert 1 == 2", test="tests.test_a.test_b", rule="AssertionError")
    said = failure(
        "pytest", "AssertionError: assert 1 == 2", test="tests/test_a.py::test_b", line=3,
        file="tests/test_a.py",
    )  # fmt: skip
    for order in ((report, said), (said, report)):
        (one,) = merge(order)
        assert (one.tool, one.test, one.line) == ("pytest", "tests/test_a.py::test_b", 3)
        assert one.rule == "AssertionError"


def test_tests_of_one_name_in_two_files_are_two_failures() -> None:
    one = failure("junit", "no", test="a.test_x", file="a.py")
    other = failure("pytest", "no", test="b.py::test_x", file="b.py")
    assert len(merge((one, other))) == 2


def test_two_tools_on_one_line_are_one_failure_only_when_they_say_the_same() -> None:
    bundler = failure(
        "vite", "Cannot find name 'x'. In module a", type=FailureType.BUILD, file="a.ts", line=3
    )
    types = failure(
        "tsc", "Cannot find name 'x'.", type=FailureType.BUILD, file="src/a.ts", line=3, column=7
    )
    (one,) = merge((bundler, types))
    assert (one.tool, one.file, one.column) == ("vite", "src/a.ts", 7)
    assert len(merge((bundler, replace(types, message="Unused import")))) == 2


def test_the_compile_error_stands_before_the_suites_it_broke_and_is_their_root() -> None:
    suites = [
        failure("jest", "Cannot find module", file=f"{n}.test.ts", log=LogSpan(start=n, end=n))
        for n in range(1, 16)
    ]
    cause = failure(
        "tsc", "';' expected", type=FailureType.BUILD, file="a.ts", log=LogSpan(start=40, end=40)
    )
    first, *rest = merge((*suites, cause))
    assert (first.tool, first.root) == ("tsc", True)
    assert len(rest) == 15
    assert not any(each.root for each in rest)


def test_findings_beside_each_other_have_no_root() -> None:
    lint = failure("eslint", "x", type=FailureType.LINT, file="a.ts", line=1)
    types = failure("tsc", "y", type=FailureType.BUILD, file="b.ts", line=1)
    assert not any(each.root for each in merge((lint, types)))


def test_a_path_outside_the_repository_is_kept_only_when_asked_for() -> None:
    outside = failure("python", "boom", file="/tmp/job.py", line=3)
    (hidden,) = merge((outside,))
    (shown,) = merge((outside,), elsewhere=True)
    assert (hidden.file, hidden.line) == (None, None)
    assert (shown.file, shown.line) == ("/tmp/job.py", 3)


def test_a_weak_echo_is_no_failure_beside_what_a_tool_said() -> None:
    weak = failure(None, "Process failed", weak=True)
    strong = failure("pytest", "no", test="a.py::test_b")
    assert merge((strong,), (weak,)) == (strong,)


def test_tests_of_one_title_in_two_files_are_two_and_a_mention_without_a_file_is_none() -> None:
    one = failure("jest", "no", test="total > adds", file="a.test.ts", line=3)
    other = failure("jest", "no", test="total > adds", file="b.test.ts", line=3)
    mention = failure("jest", "no", test="total > adds")
    assert merge((mention, one, other, mention)) == (one, other)


def test_what_stands_in_the_output_of_a_failing_test_is_no_failure_of_its_own() -> None:
    test = failure("pytest", "no", test="a.py::test_b", log=LogSpan(start=10, end=30))
    inside = failure("git", "fatal: no", type=FailureType.GIT, log=LogSpan(start=12, end=12))
    after = replace(inside, log=LogSpan(start=31, end=31))
    assert merge((test, inside)) == (test,)
    assert len(merge((test, after))) == 2


def test_an_annotation_at_the_line_of_a_failing_test_is_its_echo() -> None:
    test = failure("playwright", "no", test="a.spec.ts > b", file="a.spec.ts", line=3)
    echo = failure(None, "Error: received", type=FailureType.LINT, file="a.spec.ts", line=3)
    assert merge((test,), (echo,)) == (test,)


def test_two_linters_that_ran_one_after_the_other_both_fail() -> None:
    more: dict[str, Any] = {"type": FailureType.LINT, "file": "src/a.js", "line": 3}
    standard = failure("standard", "'x' is not defined.", log=LogSpan(start=3, end=3), **more)
    eslint = failure("eslint", "'x' is not defined.", log=LogSpan(start=9, end=9), **more)
    assert len(merge((standard, eslint))) == 2
    assert len(merge((standard, replace(eslint, log=standard.log)))) == 1
    assert len(merge((standard, replace(eslint, tool="sarif")))) == 1


def test_tests_of_one_title_in_two_tasks_are_two_when_their_lines_differ() -> None:
    web = failure("jest", "no", test="adds", file="a.test.js", line=3, task="web:test")
    core = replace(web, line=4, task="core:test")
    assert len(merge((web, core))) == 2
    assert len(merge((web, replace(core, line=3)))) == 1
    assert len(merge((web, replace(core, task="web:test")))) == 1


def test_the_output_of_a_test_holds_no_lines_of_a_task_beside_it() -> None:
    test = failure("jest", "no", test="adds", task="web:test", log=LogSpan(start=5, end=9))
    beside = failure(
        "tsc", "no x", type=FailureType.BUILD, task="core:build", log=LogSpan(start=7, end=7)
    )
    assert len(merge((test, beside))) == 2
    assert len(merge((test, replace(beside, task="web:test")))) == 1
