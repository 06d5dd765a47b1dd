"""Ruff or flake8: who said it."""

from bot.core.python_lint import Wording, by_ruff


def test_each_is_known_by_its_wording() -> None:
    ruff = Wording("F401", "`os` imported but unused", fixable=True)
    flake8 = Wording("F401", "'os' imported but unused", fixable=False)
    assert by_ruff([ruff, flake8]) == [True, False]


def test_what_either_may_have_said_was_said_by_its_neighbour() -> None:
    either = Wording("D100", "Missing docstring in public module", fixable=False)
    flake8 = Wording("E302", "expected 2 blank lines, found 1", fixable=False)
    assert by_ruff([either, flake8, either]) == [False, False, False]
    assert by_ruff([either]) == [True]
