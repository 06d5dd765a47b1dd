"""How long it takes to judge a change of one megabyte over 200 files, and a fix of 60 lines.

The large one is held against parsing the same files by tree-sitter alone, and against reading the
same diff by unidiff alone; all in this run, so that the ratios say something on any machine.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from unidiff import PatchSet

from guards import judge
from guards.change import Change
from guards.evidence import Evidence
from guards.git import change_between
from guards.policy import Policy
from guards.syntax.tree import parser

FILES = 200
FUNCTIONS = 21  # of five lines, two of which change: some five kilobytes of diff a file
SMALL = 3  # functions of the small fix
ROUNDS = 5


def product(number: int, count: int, factor: int) -> str:
    return "".join(
        f"def price_{number}_{at}(amount: int, items: list[int]) -> int:\n"
        f'    """The price of {at} things, in cents."""\n'
        f"    total = sum(items[:{at}]) * {factor} + amount\n"
        f'    note("price", total, factor={factor})\n'
        "    return total\n\n\n"
        for at in range(count)
    )


def tests(number: int, count: int, word: str) -> str:
    head = f"from shop.p{number} import *\n\n\n"
    return head + "".join(
        f"def test_{at}():\n"
        f"    amounts = [{at}, {at + 1}]\n"
        f'    log("{word} {at}", amounts)\n'
        f"    result = price_{number}_{at}({at}, amounts)\n"
        f"    assert result == {at}, '{word}'\n\n\n"
        for at in range(count)
    )


def write(root: Path, count: int, factor: int, word: str, files: int = FILES) -> None:
    for number in range(files // 2):
        (root / f"p{number}.py").write_text(product(number, count, factor))
        (root / f"test_p{number}.py").write_text(tests(number, count, word))


def git(root: Path, *arguments: str) -> bytes:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    done = subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)
    return done.stdout


def history(root: Path, count: int, files: int = FILES) -> None:
    git(root, "init", "--quiet")
    for factor, word in ((9, "old"), (10, "new")):
        write(root, count, factor, word, files)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", "work")


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def parsed(change: Change) -> None:
    for file in change.files:
        for side in (file.before, file.after):
            parser("tree_sitter_python").parse(side or b"")


def started(root: Path) -> float:
    command = [sys.executable, "-P", "-m", "bot", "guard", "--repo", str(root), "--base", "HEAD^"]
    return seconds(lambda: subprocess.run(command, check=False, capture_output=True))


def main() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        history(root, FUNCTIONS)
        change = change_between(root, "HEAD^", "HEAD")
        patch = git(root, "diff", "HEAD^", "HEAD").decode()
        read_s = seconds(lambda: change_between(root, "HEAD^", "HEAD"))
        # A change remembers what was worked out about it: each round judges a fresh one.
        judged_s = seconds(lambda: judge(replace(change, memo={}), Policy(), Evidence()))
        parsed_s = seconds(lambda: parsed(change))
        unidiff_s = seconds(lambda: PatchSet.from_string(patch))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        history(root, SMALL, files=2)
        small_s = started(root)
        python_s = seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True))
    return {
        "diff_kb": round(len(patch) / 1000),
        "files": len(change.files),
        "changed_lines": change.size,
        "read_ms": round(read_s * 1000),
        "judge_ms": round(judged_s * 1000),
        "tree_sitter_ms": round(parsed_s * 1000),
        "unidiff_ms": round(unidiff_s * 1000),
        "judge_to_tree_sitter_ratio": round(judged_s / parsed_s, 2),
        "judge_to_unidiff_ratio": round(judged_s / unidiff_s, 2),
        "small_fix_with_start_ms": round(small_s * 1000),
        "python_start_ms": round(python_s * 1000),
        "small_fix_to_python_start_ratio": round(small_s / python_s, 2),
    }
