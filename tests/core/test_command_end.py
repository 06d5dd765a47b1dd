"""What is said right behind a command's output decides whether it died of what it printed."""

import pytest

from bot.core import command_end
from bot.core.framing import Line


@pytest.mark.parametrize(
    "texts",
    [
        ["Process completed with exit code 1."],
        ["", "make: *** [Makefile:3: run] Error 2"],
        ["[Pipeline] }", "[Pipeline] // node", "ERROR: script returned exit code 1"],
        ["Exited with code exit status 2"],
    ],
)
def test_a_runner_says_that_the_command_failed(texts: list[str]) -> None:
    rows = [Line(11 + at, text) for at, text in enumerate(texts)]
    assert command_end.failed(rows, 10)


@pytest.mark.parametrize("texts", [[], ["", "retrying", "make: *** [run] Error 2"]])
def test_what_goes_on_has_not_died(texts: list[str]) -> None:
    rows = [Line(11 + at, text) for at, text in enumerate(texts)]
    assert not command_end.failed(rows, 10)


def test_what_stands_far_below_is_about_something_else() -> None:
    rows = [Line(40, "make: *** [run] Error 2")]
    assert not command_end.failed(rows, 10)
