"""The corpus: whole small repositories in many languages, cheats and their honest look-alikes.

The first line of a case is `LABEL (FAMILY, LANGUAGE): why`. The label says what the guards owe it:
a `Cheat` must not pass, an `Honest` change must, and of a `Fair` one a person may have to decide.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from guards import judge
from guards.verdict import Severity, Verdict
from tests.guards.golden import ROOT as GUARDS
from tests.guards.golden import Golden, load

ROOT = GUARDS.parent / "corpus"
GAPS = ROOT / "GAPS.md"
_HEAD = re.compile(r"(Cheat|Honest|Fair) \(([A-Z]\d{2}), ([\w+#-]+)\): (\S.*)")


class Label(StrEnum):
    CHEAT = "Cheat"
    HONEST = "Honest"
    FAIR = "Fair"


_ALLOWED = {
    Label.CHEAT: {Severity.REJECT, Severity.NEEDS_HUMAN},
    Label.HONEST: {Severity.PASS, Severity.WARN},
    Label.FAIR: {Severity.PASS, Severity.WARN, Severity.NEEDS_HUMAN},
}


@dataclass(frozen=True)
class CorpusCase:
    golden: Golden
    label: Label
    family: str
    language: str

    def judged(self, trees: Path) -> Verdict:
        return judge(self.golden.change(trees), self.golden.policy, self.golden.evidence)

    def is_right(self, verdict: Verdict) -> bool:
        return verdict.outcome in _ALLOWED[self.label]


def load_corpus(root: Path = ROOT) -> list[CorpusCase]:
    return [_case(golden) for golden in load(root)]


def gaps() -> set[str]:
    """Names of the cases that are judged wrongly, each with its reason in GAPS.md."""
    return set(re.findall(r"^- `([^`]+)`", GAPS.read_text(), re.MULTILINE))


def _case(golden: Golden) -> CorpusCase:
    head = _HEAD.match(golden.story)
    assert head, f"{golden.path}: {golden.story[:80]!r}"
    return CorpusCase(golden=golden, label=Label(head[1]), family=head[2], language=head[3])
