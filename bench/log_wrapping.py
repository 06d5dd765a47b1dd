"""What `selfheal log --` adds to the command it wraps, and what starting it costs at all.

Seconds are medians of a few rounds in this one run; the ratio is to starting Python with nothing to do.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

ROUNDS = 7
LOUD = "for n in range(20_000): print('compiling module', n, 'of 20000 with care')"
RED = "print('src/a.py:2:8: F401 [*] `os` imported but unused'); raise SystemExit(1)"


def main() -> dict[str, Any]:
    """Measure each command bare and wrapped."""
    measured: dict[str, Any] = {}
    commands = {
        "silent": ["true"],
        "loud": [sys.executable, "-c", LOUD],
        "failing": [sys.executable, "-c", RED],
    }
    with tempfile.TemporaryDirectory() as folder:
        python = timed([sys.executable, "-c", "pass"], folder)
        for name, command in commands.items():
            bare = timed(command, folder)
            wrapped = timed([sys.executable, "-m", "bot", "log", "--", *command], folder)
            measured[f"{name}_adds_s"] = round(wrapped - bare, 3)
        measured["silent_adds_times_python"] = round(measured["silent_adds_s"] / python, 1)
    return measured


def timed(command: list[str], folder: str) -> float:
    """Median seconds of a whole process."""
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    json.dump(main(), sys.stdout, indent=1)
