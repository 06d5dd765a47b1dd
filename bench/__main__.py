"""Run every benchmark of this folder and write what it measured to bench/results/<name>.json.

A benchmark is a module with `main() -> dict`: names to numbers, the unit part of the name.
Arguments choose benchmarks by name. Ends with 1 when one of them failed.
"""

import importlib
import json
import os
import platform
import sys
import time
import traceback
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results"
SCHEMA = "selfheal.measured/v1"


def names() -> list[str]:
    """All benchmarks, sorted."""
    return sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))


def machine() -> dict[str, Any]:
    """What a number depends on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpus": os.cpu_count(),
    }


def run(name: str) -> bool:
    """Run one benchmark, print and write its result; whether it worked."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.perf_counter()
    try:
        measured = importlib.import_module(f"bench.{name}").main()
    except Exception:  # noqa: BLE001 - the other benchmarks go on
        traceback.print_exc()
        return False
    seconds = round(time.perf_counter() - began, 3)
    document = {
        "schema": SCHEMA,
        "name": name,
        "seconds": seconds,
        "machine": machine(),
        "measured": measured,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(f"{text}\n")
    print(f"{name} ({seconds} s)")
    for key, value in measured.items():
        print(f"  {key:40} {value}")
    return True


def main(chosen: list[str]) -> int:
    """Run the chosen benchmarks, or all."""
    known = names()
    if unknown := sorted(set(chosen) - set(known)):
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    worked = [run(name) for name in chosen or known]
    return int(not all(worked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
