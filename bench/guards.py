"""How long it takes to judge a change of 2,000 lines, against one pass of difflib over it.

Both are measured in this run, so that the ratio says something on any machine.
"""

import difflib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from guards import judge
from guards.change import Change
from guards.evidence import Evidence
from guards.git import change_between
from guards.policy import Policy
from guards.python_source import nodes, parse
from guards.python_tests import tests_of
from guards.test_matching import match_tests

FILES = 20
FUNCTIONS = 50  # two lines a function change: 20 x 50 x 2 = 2,000 changed lines
ROUNDS = 7


def product(number: int, factor: int) -> str:
    parts = (
        f"def price_{i}(n):\n    rate = {factor}\n    return n * rate + {i}\n"
        for i in range(FUNCTIONS)
    )
    return f'"""Prices {number}."""\n\n\n' + "\n\n".join(parts)


def tests(number: int, word: str) -> str:
    parts = (
        f"def test_{word}_{i}():\n    got = price_{i}(2)\n    assert got == {i}\n    assert got >= 0\n"
        for i in range(FUNCTIONS)
    )
    return f"from shop.p{number} import *\n\n\n" + "\n\n".join(parts)


def write(root: Path, factor: int, word: str) -> None:
    for number in range(FILES // 2):
        (root / f"p{number}.py").write_text(product(number, factor))
        (root / f"test_p{number}.py").write_text(tests(number, word))


def history(root: Path) -> Change:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
        subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "--quiet")
    for factor, word in ((9, "old"), (10, "new")):
        write(root, factor, word)
        git("add", "--all")
        git("commit", "--quiet", "--message", "work")
    return change_between(root, "HEAD^", "HEAD")


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        for cached in (parse, nodes, tests_of, match_tests):
            cached.cache_clear()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def plain(change: Change) -> int:
    return sum(
        len(
            list(
                difflib.unified_diff(
                    (file.before or b"").decode().splitlines(),
                    (file.after or b"").decode().splitlines(),
                )
            )
        )
        for file in change.files
    )


def main() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        change = history(Path(folder))
        judged_s = seconds(lambda: judge(change, Policy(), Evidence()))
        difflib_s = seconds(lambda: plain(change))
        read_s = seconds(lambda: change_between(Path(folder), "HEAD^", "HEAD"))
    return {
        "changed_lines": change.size,
        "files": len(change.files),
        "judge_ms": round(judged_s * 1000, 1),
        "read_ms": round(read_s * 1000, 1),
        "difflib_ms": round(difflib_s * 1000, 1),
        "judge_to_difflib_ratio": round(judged_s / difflib_s, 2),
        "lines_per_second": round(change.size / judged_s),
    }
