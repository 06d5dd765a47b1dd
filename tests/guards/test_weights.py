"""A policy makes findings heavier, or, by the operator's word alone, lighter; that is said."""

import pytest

from guards.policy import Policy
from guards.rules import ALL
from guards.verdict import Finding, Lowered, Severity
from guards.weights import lowered, weighed

_WARN, _HUMAN, _REJECT = Severity.WARN, Severity.NEEDS_HUMAN, Severity.REJECT


@pytest.mark.parametrize(
    ("guard", "found", "wanted", "becomes"),
    [
        ("size", _HUMAN, _REJECT, _REJECT),
        ("size", _WARN, _HUMAN, _HUMAN),  # at its own weight: at least that
        ("size", _REJECT, _HUMAN, _REJECT),
        ("size", _HUMAN, _WARN, _WARN),  # below its own weight: at most that
        ("size", _REJECT, _WARN, _WARN),
        ("house_rules", _REJECT, _WARN, _REJECT),  # a stranger's is only made heavier
        ("house_rules", _WARN, _REJECT, _REJECT),
    ],
)
def test_a_severity_is_a_floor_or_a_ceiling(
    guard: str, found: Severity, wanted: Severity, becomes: Severity
) -> None:
    finding = Finding(guard=guard, severity=found, message="m", remedy="r")

    assert weighed(finding, Policy(severity={guard: wanted}), ALL).severity is becomes


def test_every_lowering_is_said_and_nothing_else() -> None:
    policy = Policy(
        max_changed_lines=900,
        coverage_drop=1.5,
        disabled=frozenset({"links"}),
        severity={"size": _WARN, "suppressions": _REJECT},
    )

    assert list(lowered(policy, ALL)) == [
        Lowered(setting="guard links", value="off", standard="on"),
        Lowered(setting="severity of size", value="warn", standard="needs_human"),
        Lowered(setting="max_changed_lines", value="900", standard="300"),
        Lowered(setting="coverage_drop", value="1.5", standard="0"),
    ]
    assert not list(lowered(Policy(max_changed_lines=1), ALL))
