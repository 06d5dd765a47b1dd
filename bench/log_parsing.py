"""How fast failures are found in a hundred megabytes of a log that is 99.9 % noise.

Run `python -m bench log_parsing`, or `python bench/log_parsing.py [megabytes]` for another size. Speeds are
ratios within this one run, medians of a few rounds: the machine may be busy. Peak memory is that of a
process which streams the log from disk.
"""

import itertools
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.core.hints import FindScanner
from bot.formats import find_failures
from bot.formats.index import FORMATS

ROUNDS = 3
GOLDEN = Path(__file__).parents[1] / "tests/golden/formats"
NOISE = (
    "  pythonLocation: /opt/hostedtoolcache/Python/3.12.4/x64",
    "Collecting charset-normalizer<4,>=2 (from requests==2.32.3)",
    "  Downloading charset_normalizer-3.4.2-cp312-cp312-manylinux_2_17_x86_64.whl (148 kB)",
    "\x1b[32m.\x1b[0m\x1b[32m.\x1b[0m\x1b[32m.\x1b[0m\x1b[32m.\x1b[0m\x1b[32m.\x1b[0m   [ 41%]",
    "#18 12.41 Get:37 http://deb.debian.org/debian bookworm/main amd64 libc-dev-bin amd64 2.36-9 [47.1 kB]",
    "[INFO] Downloaded from central: https://repo.maven.apache.org/maven2/org/x/y/1.2/y-1.2.pom (3.1 kB)",
    "    transforming (3412) node_modules/lodash-es/_baseIsEqualDeep.js",
)
# What a tool that reads lines one by one would try on each of them.
FORTY = [
    re.compile(shape.format(word=word))
    for word in ("error", "fatal", "FAILED", "failure", "panic", "exception", "E[0-9]+", "ERR!")
    for shape in (
        r"^(?:{word}) ([^\s:]+)::(\S+)",
        r"^([^\s:]{{1,300}}):(\d+):(\d+): (?:{word}) (.*)$",
        r"^([^\s:]{{1,300}}):(\d+): (?:{word}): (.*)$",
        r"^\s*(?:{word})(?:\[\w+\])?: (.*)$",
        r"\b(?:{word})\b.*?([\w/.-]+):(\d+)",
    )
]


def main(megabytes: int = 100) -> dict[str, Any]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "job.log"
        lines, hits = write(log, megabytes * 1_000_000)
        return measure(log) | {"lines": lines, "lines_that_matter": hits, "megabytes": megabytes}


def write(path: Path, size: int) -> tuple[int, int]:
    """A log in the framing of GitHub Actions: golden logs, far apart in noise."""
    signals = [case.read_text().splitlines() for case in sorted(GOLDEN.glob("*/*.log"))]
    noise = itertools.cycle(NOISE)
    written = lines = hits = 0
    with path.open("w") as out:
        for burst in itertools.cycle(signals):
            rows = ["##[group]Run make test", *burst, *itertools.islice(noise, len(burst) * 1000)]
            for index, row in enumerate(rows):
                minute, second = divmod(lines // 250, 60)
                stamp = (
                    f"2026-11-20T09:{minute % 60:02d}:{second:02d}.{lines * 1234567 % 10**7:07d}Z"
                )
                written += out.write(f"{stamp} {row}\n")
                lines += 1
                hits += index < len(burst)
                if written >= size:
                    return lines, hits
    raise AssertionError


def measure(log: Path) -> dict[str, object]:
    """Seconds of each way, the ratios that matter, and peak memory."""
    ways: dict[str, Callable[[], object]] = {
        "find_failures": lambda: find_failures(pieces(log)),
        "find_failures_without_re2": lambda: find_failures(pieces(log), scanner=FindScanner),
        "python_line_loop": lambda: sum(1 for _ in log.open("rb")),
        "grep_same_literals": lambda: grep(log),
    }
    seconds = {name: timed(way) for name, way in ways.items()}
    sample = log.stat().st_size // 20
    seconds["forty_regexes_a_line"] = timed(lambda: forty(log, sample), rounds=1) * 20
    ours = seconds["find_failures"]
    return {
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "megabytes_a_second": round(log.stat().st_size / 1e6 / ours, 1),
        "times_grep": round(ours / seconds["grep_same_literals"], 2),
        "times_line_loop": round(ours / seconds["python_line_loop"], 2),
        "faster_than_forty_regexes": round(seconds["forty_regexes_a_line"] / ours, 1),
        "failures": len(find_failures(pieces(log))),
        "peak_memory_mb": round(peak_mb(log), 1),
    }


def pieces(log: Path) -> Iterator[bytes]:
    """The log from disk."""
    with log.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def grep(log: Path) -> None:
    """GNU grep with the literals that we look for; through a pipe, as it would cheat otherwise."""
    hints = b"\n".join(dict.fromkeys(hint for hints, _, _ in FORMATS.values() for hint in hints))
    subprocess.run(
        ["grep", "-c", "-F", "-e", hints, str(log)],
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        check=True,
    )


def forty(log: Path, size: int) -> int:
    """Forty patterns a line over the first part of the log."""
    found = read = 0
    with log.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            text = line[29:].rstrip("\n")
            found += any(pattern.search(text) for pattern in FORTY)
            read += len(line)
            if read >= size:
                return found
    return found


def timed(way: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds."""
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        way()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def peak_mb(log: Path) -> float:
    """Peak resident memory of a fresh process that reads the log."""
    subprocess.run(
        [sys.executable, "-m", "bot", "log", str(log)], stdout=subprocess.DEVNULL, check=True
    )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    json.dump(main(*map(int, sys.argv[1:])), sys.stdout, indent=1)
