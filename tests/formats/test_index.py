"""The index of hints is what the formats say."""

from bot import formats
from tests.formats.index import INDEX, drawn


def test_the_index_is_drawn_from_the_formats_as_they_are() -> None:
    assert INDEX.read_text() == drawn()


def test_every_module_of_the_shelf_is_listed_once() -> None:
    folder = INDEX.parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "index"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")} - {"reports"}
    assert sorted(formats.NAMES) == sorted(modules | packages)
