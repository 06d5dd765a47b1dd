"""Frames of JavaScript, as engines, bundlers and test runners print them."""

import pytest

from bot.core.js_stack import Frame, best, frame, is_same, name_pattern, reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("    at Object.<anonymous> (src/a.test.js:12:5)", ("src/a.test.js", 12, 5)),
        ("    at async src/a.js:1:2", ("src/a.js", 1, 2)),
        ("at file:///srv/a.js:1:2", ("file:///srv/a.js", 1, 2)),
        (" \u276f Timeout._onTimeout src/a.ts:3:54", ("src/a.ts", 3, 54)),
        ("  \u203a test/a.js:2:23", ("test/a.js", 2, 23)),
        (r"    at f (C:\shop\a b\a.js:1:2)", (r"C:\shop\a b\a.js", 1, 2)),
        ("at g (http://localhost:9876/base/src/a.js?0f3:7:9)", ("src/a.js", 7, 9)),
        (
            "at Context.eval (webpack://shop/./cypress/e2e/a.cy.js:5:20)",
            ("cypress/e2e/a.cy.js", 5, 20),
        ),
        ("    at new Promise (<anonymous>)", None),
        ("    at eval (eval at x (a.js:1:2), <anonymous>:3:4)", None),
        ("at 10:20", None),
        ("text (src/a.js:1:2)", None),
        ("at a.js:1:99999999999999", None),
    ],
)
def test_a_frame_is_read_as_printed(text: str, found: tuple[str, int, int] | None) -> None:
    assert frame(text) == (Frame(*found) if found else None)


STACK = (
    "at check (node_modules/chai/index.js:1:1)",
    "at verify (src/helper.js:2:2)",
    "at Context.<anonymous> (test/cart.js:3:3)",
    "at Context.<anonymous> (src/cart.test.js:4:4)",
    "at process.processImmediate (node:internal/timers:483:21)",
)


def test_the_frame_of_the_tests_own_file_comes_first() -> None:
    assert best(STACK, "src/helper.js") == Frame("src/helper.js", 2, 2)


def test_else_a_test_file_then_a_test_folder_then_the_innermost_of_ours() -> None:
    assert best(STACK) == Frame("src/cart.test.js", 4, 4)
    assert best(STACK[:3]) == Frame("test/cart.js", 3, 3)
    assert best(STACK[:2]) == Frame("src/helper.js", 2, 2)
    assert best(STACK[:1]) is None


def test_one_file_may_be_printed_in_two_ways() -> None:
    assert is_same(r"C:\shop\src\a.js", "src/a.js")
    assert not is_same("src/aa.js", "a.js")
    assert not is_same("a.js", None)


def test_a_reason_is_the_first_line_and_what_was_compared() -> None:
    told = ["", "expect(a).toBe(b)", "", "Expected: 4", "Received: 3", "  > 3 | Expected: 5"]
    assert reason(told) == "expect(a).toBe(b): Expected: 4, Received: 3"
    assert reason(["plain"]) == "plain"
    assert reason([]) == ""


def test_a_name_is_escaped_for_a_regular_expression() -> None:
    assert name_pattern("adds (1 + 2)?") == r"adds \(1 \+ 2\)\?"
