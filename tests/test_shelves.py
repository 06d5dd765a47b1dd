"""Every file on a shelf is listed, has its shape, says why it is there, and stays small."""

import ast
import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import bot.agent.tools
import bot.cli
import bot.commands
import bot.events
import bot.formats
import bot.heal
import bot.recipes
import guards.rules

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests/golden"
MAX_LINES = 300
SHELVES = (
    bot.agent.tools,
    bot.commands,
    bot.events,
    bot.formats,
    bot.heal,
    bot.recipes,
    guards.rules,
)
FILES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("guards/**/*.py")])
# Folders of golden cases and what a case starts from.
CASES = {bot.formats: ("formats", "*.log"), guards.rules: ("guards", "*")}


def on_shelf(shelf: ModuleType) -> set[str]:
    names = {f"{shelf.__name__}.{found.name}" for found in pkgutil.iter_modules(shelf.__path__)}
    return names - BESIDE


# Not files of the shelf: a drawn table, and a shelf of its own.
BESIDE = {"bot.formats.index", "bot.formats.reports"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def listed(shelf: ModuleType) -> list[str]:
    if shelf is bot.formats:  # not imported before a log needs them
        return [f"bot.formats.{name}" for name in bot.formats.NAMES]
    return [module.__name__ for module in shelf.ALL]


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.__name__)
def test_every_file_on_a_shelf_is_listed_once(shelf: ModuleType) -> None:
    assert sorted(listed(shelf)) == sorted(on_shelf(shelf))


def test_every_subcommand_is_listed_once() -> None:
    assert {f"bot.cli.{name}" for name in bot.cli.COMMANDS} == on_shelf(bot.cli)


def test_names_of_guards_are_unique() -> None:
    names = [module.NAME for module in guards.rules.ALL]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("shelf", "name"),
    [(shelf, name) for shelf in CASES for name in sorted(on_shelf(shelf))],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_format_and_guard_has_golden_cases(shelf: ModuleType, name: str) -> None:
    folder, pattern = CASES[shelf]
    assert list((GOLDEN / folder / name.rpartition(".")[2]).glob(pattern))


@pytest.mark.parametrize("name", bot.formats.NAMES)
def test_every_format_asks_for_literals_within_reach(name: str) -> None:
    format_ = bot.formats.load(name)
    assert format_.HINTS
    assert all(len(hint.encode()) >= 3 and "\n" not in hint for hint in format_.HINTS)
    assert all(0 <= lines <= 4000 for lines in format_.REACH)


@pytest.mark.parametrize("shelf", SHELVES, ids=lambda shelf: shelf.__name__)
def test_every_file_on_a_shelf_says_what_it_is_for(shelf: ModuleType) -> None:
    silent = [name for name in on_shelf(shelf) if not importlib.import_module(name).__doc__]
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_file_is_long_and_each_says_what_it_is_for(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_LINES
    assert not text.strip() or ast.get_docstring(ast.parse(text))
