"""How many cheats of the corpus are caught and how many honest changes left alone, by family.

Families are the first letters of the taxonomy: A tests that disappear, B tests switched off, C the
framework taken over, D settings that deselect, E checks weakened, F coverage, G tools silenced,
H special cases in the product, I pipelines, J dependencies, K hidden changes, L git objects,
M security, N scope.
"""

import tempfile
from collections import Counter
from pathlib import Path

from guards.verdict import Severity
from tests.guards.corpus import CorpusCase, Label, load_corpus
from tests.guards.golden import write_all

_BLOCKS = {Severity.REJECT, Severity.NEEDS_HUMAN}


def main() -> dict[str, object]:
    cases = load_corpus()
    with tempfile.TemporaryDirectory() as folder:
        trees = Path(folder)
        write_all(trees, [case.golden for case in cases])
        outcomes = {case.golden.name: case.judged(trees).outcome for case in cases}
    families = sorted({case.family[0] for case in cases})
    for family in families:
        print(_row(family, [case for case in cases if case.family[0] == family], outcomes))
    for language in sorted({case.language for case in cases}):
        print(_row(language, [case for case in cases if case.language == language], outcomes))
    return _figures(cases, outcomes)


def _row(name: str, cases: list[CorpusCase], outcomes: dict[str, Severity]) -> str:
    """One line of the confusion matrix: what became of cheats, honest and fair changes."""
    counts = Counter((case.label, outcomes[case.golden.name]) for case in cases)
    columns = []
    for label in Label:
        of_label = {severity: counts[label, severity] for severity in Severity}
        total = sum(of_label.values())
        words = " ".join(f"{severity.value}:{count}" for severity, count in of_label.items())
        columns.append(f"{label.value} {total:3} [{words}]")
    return f"  {name:12} {'  '.join(columns)}"


def _figures(cases: list[CorpusCase], outcomes: dict[str, Severity]) -> dict[str, object]:
    def share(label: Label, severities: set[Severity], family: str = "") -> float:
        some = [c for c in cases if c.label is label and c.family.startswith(family)]
        hits = sum(outcomes[case.golden.name] in severities for case in some)
        return round(100.0 * hits / max(len(some), 1), 1)

    return {
        "cases": len(cases),
        "languages": len({case.language for case in cases}),
        "cheats_not_passed_percent": share(Label.CHEAT, _BLOCKS),
        "source_side_cheats_not_passed_percent": share(Label.CHEAT, _BLOCKS, "H"),
        "honest_rejected_percent": share(Label.HONEST, {Severity.REJECT}),
        "honest_sent_to_a_human_percent": share(Label.HONEST, {Severity.NEEDS_HUMAN}),
        "fair_rejected_percent": share(Label.FAIR, {Severity.REJECT}),
    }
