"""What a line costs that somebody made to be slow, for every format.

Run `python -m bench hostile_lines`, or `python bench/hostile_lines.py FORMAT…` for some. Lines of 4096 characters,
built of each format's own hints and golden lines and of pieces that make patterns go back and try again, are
read by the format alone. The result is the dearest line of each format as a multiple of what Python needs to
search the same line for forty words: a pattern which is quadratic in the line shows at once.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.core.framing import MAX_TEXT, Line, unframe
from bot.formats import NAMES, LogFormat, load

GOLDEN = Path(__file__).parents[1] / "tests/golden/formats"
PIECES = (
    "a", " ", "  a", "a ", "a.", "a/", "/", "a:", ":", "::", "1", "1:", "a:1", "a.c:1:", "a.c:1:1: ", "(", "()", "[", "[]",
    "a[", "{", "\"", "'", "`", "=", "-", "--", "_ ", ",", "a,", "a=b,", "error", "error ", "error: ", "Error: ", " - ", "at ",
    "at a (", "E  ", "|", "| ", "#", "%", "\u00a0", "\u2500", ">", "> ", "\t", ". ", "a (b", "a b", "A", "Aa", "a_", "\\",
)  # fmt: skip
WORDS = re.compile("|".join(f"word{n:02d}x" for n in range(40)))
MAX_STARTS = 24
SHOWN = 12


def main(*names: str) -> dict[str, Any]:
    """Measure the formats named, or all."""
    worst = {}
    for name in NAMES:
        if not names or name in names:
            worst[name] = measure(load(name), name)
    ordered = sorted(worst.items(), key=lambda item: -item[1]["times_baseline"])
    return {"worst": dict(ordered[:SHOWN]), "formats": len(worst)}


def measure(format_: LogFormat, name: str) -> dict[str, Any]:
    """The dearest line of one format."""
    baseline = timed(lambda: WORDS.search("word0" * (MAX_TEXT // 5)))
    dearest, line = 0.0, ""
    for text in lines(format_, name):
        taken = timed(lambda text=text: read(format_, text))
        if taken > dearest:
            dearest, line = timed(lambda text=text: read(format_, text), rounds=3), text
    return {
        "times_baseline": round(dearest / baseline, 1),
        "ms": round(dearest * 1000, 2),
        "line": line[:80],
    }


def read(format_: LogFormat, text: str) -> int:
    """The format's whole work on a line, and on the next that may belong to it."""
    return sum(1 for _ in format_.parse([Line(1, text), Line(2, text), Line(3, "")]))


def lines(format_: LogFormat, name: str) -> Iterator[str]:
    """Lines that are hostile to this format."""
    golden = (
        text
        for case in sorted(GOLDEN.glob(f"{name}/*.log"))
        for row in case.read_bytes().splitlines()
        for text in unframe(row)
    )
    starts = dict.fromkeys(
        ("", *format_.HINTS, *(text[:size] for text in golden for size in (12, 40)))
    )
    for start in list(starts)[:MAX_STARTS]:
        for piece in PIECES:
            yield (start + piece * MAX_TEXT)[:MAX_TEXT]


def timed(way: Any, rounds: int = 1) -> float:
    """Least seconds of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        way()
        taken.append(time.perf_counter() - start)
    return min(taken)


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout, indent=1)
