"""How much of labelled logs is found: recall and precision over a folder of NAME.log and NAME.json.

Run `python bench/log_recall.py FOLDER [NAME…]`. A label file holds `failures` (tool, type, file, line, message,
and what else would be right: `accept` places, `type_accept`, `alt_messages`), `tolerated` (may be reported) and
`flaky`. With names only those are read, and every miss and every surplus is shown; with `-v` for all.
"""

import fnmatch
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.core.failure import Failure
from bot.formats import find_failures

_WORD = re.compile(r"\w+")
Label = Mapping[str, Any]


def main(folder: str, *names: str) -> dict[str, Any]:
    """Read every labelled log and print what was missed."""
    loud = bool(names)
    wanted = [name for name in names if name != "-v"]
    totals = {"logs": 0, "expected": 0, "found": 0, "right": 0, "surplus": 0, "loud_clean": 0}
    worst = []
    for answer in sorted(Path(folder).glob("*.json")):
        if wanted and answer.stem not in wanted:
            continue
        label = json.loads(answer.read_text())
        log = answer.with_suffix(".log")
        found = find_failures(
            log.read_bytes(), failed=None, for_people=True, roots=[label.get("workspace") or ""]
        )
        missed, surplus = compare(label, found)
        expected = len(label["failures"])
        totals["logs"] += 1
        totals["expected"] += expected
        totals["found"] += len(found)
        totals["right"] += expected - len(missed)
        totals["surplus"] += len(surplus)
        totals["loud_clean"] += label["kind"] == "clean" and bool(found)
        if missed or surplus:
            worst.append(answer.stem)
            show(answer.stem, missed, surplus, loud=loud)
    right, surplus_count = totals["right"], totals["surplus"]
    return totals | {
        "recall": round(right / max(1, totals["expected"]), 3),
        "precision": round(right / max(1, right + surplus_count), 3),
        "imperfect": len(worst),
    }


def show(name: str, missed: Sequence[Label], surplus: Sequence[Failure], *, loud: bool) -> None:
    """What went wrong with one log."""
    shown = len(missed) + len(surplus) if loud else 2
    sys.stdout.write(f"{name}: {len(missed)} missed, {len(surplus)} surplus\n")
    for label in missed[:shown]:
        place = f"{label['file']}:{label['line']}"
        sys.stdout.write(f"  missed  {label['type']} {label['tool']} {place} {label['message']}\n")
    for failure in surplus[:shown]:
        place = f"{failure.file}:{failure.line}"
        what = f"{failure.type} {failure.tool} {place} {failure.test or ''} {failure.message}"
        sys.stdout.write(f"  surplus {what[:240]}\n")


def compare(label: Label, found: Sequence[Failure]) -> tuple[list[Label], list[Failure]]:
    """The labels nothing matched, and the failures that no label allows."""
    left = list(found)
    missed = []
    for each in label["failures"]:
        match = next((failure for failure in left if matches(each, failure)), None)
        if match is None:
            missed.append(each)
        else:
            left.remove(match)
    allowed = [*label.get("tolerated", ()), *label.get("flaky", ())]
    again = label["failures"]
    return missed, [
        failure
        for failure in left
        if not failure.flaky
        and not any(tolerates(each, failure) for each in allowed)
        and not any(matches(each, failure) for each in again)
    ]


def matches(label: Label, failure: Failure) -> bool:
    """Type, place and words of one expected failure."""
    types = [label["type"], *label.get("type_accept", ())]
    places = [(label["file"], label["line"]), *label.get("accept", ())]
    return (
        failure.type.value in types
        and any(at(file, line, failure) for file, line in places)
        and (says(label, failure) or same_test(label, failure))
    )


def at(file: str | None, line: int | None, failure: Failure) -> bool:
    """Whether a place of the label is that of the failure."""
    if file == "*":
        return line is None or failure.line == line
    if (file is None) != (failure.file is None):
        return False
    if file is not None and failure.file is not None:
        ours, theirs = failure.file.lstrip("/"), file.lstrip("/")
        if ours != theirs and not theirs.endswith("/" + ours) and not fnmatch.fnmatch(ours, theirs):
            return False
    return line is None or failure.line == line


def says(label: Label, failure: Failure) -> bool:
    """Whether the words of the label stand in the failure, or most of the failure's in the label."""
    ours = words([failure.message, failure.test or "", failure.rule or "", *failure.detail])
    plain = " ".join(words([failure.message]))
    for text in (label["message"], *label.get("alt_messages", ())):
        theirs = words([text])
        joined = " ".join(theirs)
        if joined in plain or (plain and plain in joined) or joined in " ".join(ours):
            return True
    return False


def same_test(label: Label, failure: Failure) -> bool:
    """Whether the names of the test agree."""
    if not label.get("test") or not failure.test:
        return False
    theirs, ours = words([label["test"]]), words([failure.test])
    return theirs[-2:] == ours[-2:] or theirs == ours[-len(theirs) :]


def words(texts: Iterable[str]) -> list[str]:
    """Letters and digits only."""
    return [word for text in texts for word in _WORD.findall(text)]


def tolerates(label: Label | str, failure: Failure) -> bool:
    """Whether a failure may be reported, though nobody expects it; a mere string names a test."""
    named = label if isinstance(label, str) else label.get("test")
    if isinstance(label, str) or "message" not in label:
        return bool(failure.test) and words([failure.test or ""])[-1:] == words([named or ""])[-1:]
    if label["tool"] == "*" or label["type"] == "*":
        return True
    plain = " ".join(words([failure.message]))
    text = " ".join(words([label["message"]]))
    return text in plain or bool(plain and plain in text)


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout, indent=1)
