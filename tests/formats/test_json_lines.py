"""Lines that are documents: a stranger wrote them."""

from pathlib import Path

import pytest

from bot import formats
from bot.core.framing import Line
from tests.formats.index import INDEX

DEEP = "[" * 20_000 + "]" * 20_000
# What formats ask of a line before they read it.
WORDS = (
    '"Action":"build-output","Package":"","Output":',
    '"type":"test","event":"failed","location":{"path":"a"},"message":"","FromLinter":"","spans":',
    '"file":"a","line":1,"column":1,"hint":null,"code":"x","severity":"error","deep":',
    '"schema":"selfheal.failure/v1","detail":',
)


@pytest.mark.parametrize("name", [name for name in formats.NAMES if name != "tail"])
def test_a_document_nested_deeper_than_python_reads_is_only_a_line(name: str) -> None:
    format_ = formats.load(name)
    for words in WORDS:
        text = "{" + words + DEEP + "}"
        assert list(format_.parse([Line(1, text), Line(2, f"1 ERROR {text}")])) == []


def test_formats_of_lines_read_json_by_one_door() -> None:
    shelf = [path for path in INDEX.parent.rglob("*.py") if "reports" not in path.parts]
    assert [_name(path) for path in shelf if "import json\n" in path.read_text()] == []


def _name(path: Path) -> str:
    return str(path.relative_to(INDEX.parent))
