"""No pattern of the project is slow on a line that somebody made for it."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from bot import core, formats
from bot.core.pattern import KNOWN, Pattern
from bot.core.signatures import Signature
from tests.formats.pattern_cost import cost

# Ways to try on one line of 4096 characters: a few milliseconds. Two unbounded repeats are sixteen million.
MAX_COST = 300_000
# These search from every character on, or from every match to the next.
_SEARCHES = {"findall", "finditer", "search", "split", "sub"}


@pytest.mark.parametrize(
    ("slow", "searched"),
    [
        ("(a+)+b", False),
        ("(?:a+)*b", False),
        ("(?:a|aa)+b", False),
        (r"\s*.*\s*$", False),
        (r"\s*\d*\s*\|", False),
        (r"\w+\d+:", False),
        (r"a*(?:b|c?)a*d", False),
        (r".* in .*:\d", False),
        (r"(?:\w{1,60}-?){1,40};", False),
        (r"\s+\[\w+\]$", True),
        (r"\w+: error", True),
    ],
)
def test_a_slow_pattern_is_known_by_its_shape(slow: str, searched: bool) -> None:
    assert cost(slow, searched=searched) > MAX_COST


@pytest.mark.parametrize(
    ("fast", "searched"),
    [
        (r"\s*\S+\s*$", False),
        (r"(?:[^'|]|\|.){0,4000}'", False),
        (r"(?:/[^/]+)*:", False),
        (r".*", True),
        (r"\d+(?:\.\d+)*", True),
        (r"^\s+\[\w+\]$", True),
        (r"\s++\[\w++\]$", False),
        (r"\[[^\[\]]{1,400}\]$", True),
    ],
)
def test_a_fast_pattern_is_not_taken_for_a_slow_one(fast: str, searched: bool) -> None:
    assert cost(fast, searched=searched) <= MAX_COST


def test_no_pattern_can_be_made_to_try_for_long() -> None:
    dear = {
        place: known.source
        for place, known, searched in _patterns()
        if cost(known.source, known.flags, searched=searched) > MAX_COST
    }
    assert dear == {}


@cache
def _patterns() -> tuple[tuple[str, Pattern, bool], ...]:
    """Where each stands, and whether it is searched for."""
    placed = [each for module in _modules() for each in _patterns_of(module)]
    seen = {known.source for _, known, _ in placed}
    others = [known for known in KNOWN if known.source not in seen]
    return (*placed, *((known.source, known, False) for known in others))


def _modules() -> Iterator[ModuleType]:
    for package in (core, formats):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def _patterns_of(module: ModuleType) -> Iterator[tuple[str, Pattern, bool]]:
    searched = set(_searched(module))
    for name, value in vars(module).items():
        place = f"{module.__name__}.{name}"
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
            yield place, Pattern(value.pattern, value.flags), name in searched
        elif isinstance(value, Pattern):
            yield place, value, name in searched
        elif isinstance(value, tuple | list):
            yield from _patterns_in(place, value)


def _patterns_in(
    place: str, table: tuple[object, ...] | list[object]
) -> Iterator[tuple[str, Pattern, bool]]:
    """Those that stand in a table; the sentences of `signatures` are searched for."""
    for row in table:
        cells = row if isinstance(row, tuple) else (row,)
        for cell in cells:
            if isinstance(cell, Pattern):
                yield f"{place}: {cell.source[:40]}", cell, isinstance(row, Signature)


def _searched(module: ModuleType) -> Iterator[str]:
    """Names that a module calls a searching method of."""
    source = Path(str(module.__file__)).read_text()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=method) if method in _SEARCHES:
                yield name
