"""Draw bot/formats/index.py anew from the formats: `python -m tests.formats.index`."""

from pathlib import Path

from bot import formats
from bot.formats import reports

INDEX = Path(formats.__file__).with_name("index.py")
HEAD = '''"""What every format asks for; drawn from the formats by `python -m tests.formats.index`.

A log is searched for all of it before any format is imported.
"""
# fmt: off

from collections.abc import Mapping, Sequence

# Module name: its hints, and how many lines before and after one it needs.
FORMATS: Mapping[str, tuple[tuple[bytes, ...], int, int]] = {
'''


def drawn() -> str:
    """The text of the module."""
    rows = [f"    {_row(name)},\n" for name in formats.NAMES]
    keys = [f"    {each.KEYS!r},\n" for each in reports.JSON]
    tags = [f"    ({each.ROOTS!r}, {each.TAGS!r}),\n" for each in reports.XML]
    return "".join(
        (
            *(HEAD, *rows, "}\n\n# Literals of each report in JSON.\n"),
            *("JSON: Sequence[tuple[str, ...]] = (\n", *keys, ")\n\n"),
            "# Roots and wanted tags of each report in XML.\n",
            *("XML: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (\n", *tags, ")\n"),
        )
    )


def _row(name: str) -> str:
    format_ = formats.load(name)
    hints = tuple(hint.encode() for hint in format_.HINTS)
    before, after = format_.REACH
    return f'"{name}": ({hints!r}, {before}, {after})'


if __name__ == "__main__":
    INDEX.write_text(drawn())
