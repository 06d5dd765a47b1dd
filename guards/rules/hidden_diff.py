"""What a reviewer reads must be what the machine reads."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Line
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.roles import is_code
from guards.verdict import Finding, Severity

NAME = "hidden_diff"
SEVERITY = Severity.REJECT
NEEDS: frozenset[Need] = frozenset()

_HIDING = re.compile(
    r"(?:^|\s)(?:-diff|binary|diff=|merge|-merge|filter|-text|linguist-(?:generated|vendored)"
    r"|export-ignore|working-tree-encoding|text=auto\s+-diff)"
)
_BIDI = re.compile("[\u061c\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u2060-\u2064\ufeff\U000e0000-\U000e007f]|[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029](?!$)"
)
_MAX_COLUMNS = 4000


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find attributes that hide diffs, and characters and long lines that hide code."""
    for file in change.files:
        if file.path.rpartition("/")[2] == ".gitattributes":
            yield from _attributes(file)
        for line in file.added:
            yield from _characters(file, line)


def _attributes(file: FileChange) -> Iterator[Finding]:
    hiding = next((line for line in file.added if _HIDING.search(line.text[:_MAX_COLUMNS])), None)
    yield Finding(
        guard=NAME,
        severity=SEVERITY if hiding else Severity.NEEDS_HUMAN,
        message=f"{file.path} can hide changes from people and tools",
        remedy=f"leave {file.path} as it was",
        file=file.path,
        line=hiding.number if hiding else None,
    )


def _characters(file: FileChange, line: Line) -> Iterator[Finding]:
    text = line.text.removeprefix("\ufeff") if line.number == 1 else line.text
    if _BIDI.search(text):
        severity, what = SEVERITY, "characters that turn the reading direction"
    elif not is_code(file.path):
        return  # logs and data may hold anything
    elif _INVISIBLE.search(text.removesuffix("\r")):
        severity, what = Severity.NEEDS_HUMAN, "characters that cannot be seen"
    elif len(text) > _MAX_COLUMNS:
        severity, what = Severity.NEEDS_HUMAN, f"more than {_MAX_COLUMNS} characters"
    else:
        return
    yield Finding(
        guard=NAME,
        severity=severity,
        message=f"the line has {what}",
        remedy="write it with plain, visible characters, in lines that can be read",
        file=file.path,
        line=line.number,
    )
