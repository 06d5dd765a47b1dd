"""A format leaves alone what another tool said in words like its own."""

import pytest

from bot import formats
from bot.core.framing import Line

LINES = {
    "dotnet_test": "  Failed asserting that 2 is identical to 3.\n\n  at tests/Feature/CartTest.php:7",
    "spotless": "** (Mix) mix format failed due to --check-formatted.\nThe following files are not formatted:\n\n  * lib/shop.ex",
    "mypy": "shop/cart.py:1:6: error: `teh` should be `the`",
    "eslint": "docs/guide.md\n 3:1  error  Did you really mean 'brwon'?  Vale.Spelling\n 4:1  error  'very' is weak.  write-good.Weasel",
    "dart_analyze": "Because shop depends on requests (^9.0) which doesn't match any versions, version solving failed.",
    "poetry": "Because shop depends on http ^9.0.0 which doesn't match any versions, version solving failed.",
    "unittest_log": f"{'=' * 80}\nFAIL: //cart:cart_test (Exit 1) (see /tmp/test.log)\n{'-' * 80}\nTraceback",
    "robot": f"{'=' * 70}\nFAIL: test_eq (tests.test_u.T.test_eq)\nCompares two numbers.\n{'-' * 70}",
    "ninja": "FAILED: shop.CartTest.total",
    "msvc": 'src/keil.c(12): error:  #20: identifier "x" is undefined',
    "boxed_errors": "error[vulnerability]: Potential segfault\n  \u250c\u2500 /shop/Cargo.lock:12:1\n",
}


@pytest.mark.parametrize("name", LINES)
def test_a_format_leaves_the_lines_of_others_alone(name: str) -> None:
    lines = [Line(number, text) for number, text in enumerate(LINES[name].split("\n"), 1)]
    assert list(formats.load(name).parse(lines)) == []
