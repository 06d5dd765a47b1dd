"""A policy is read strictly."""

from dataclasses import replace
from datetime import date

import pytest

from guards.errors import BadPolicyError
from guards.policy import PROTECTED, Policy, tightened
from guards.policy_file import Author, policy_from_toml
from guards.verdict import Severity

EXEMPTION = f"""
[[guards.exemptions]]
fingerprint = "{"a1" * 32}"
guard = "size"
reason = "the generated client"
owner = "@ada"
until = 2027-01-31
"""


def test_a_file_without_guards_is_the_default() -> None:
    assert policy_from_toml('mode = "push"\n', "f") == Policy()


def test_every_key_is_taken_over_and_protection_only_grows() -> None:
    text = """
    [guards]
    protected = ["deploy/**"]
    max_changed_lines = 10
    coverage_drop = 1.5
    require = ["tests"]
    disabled = ["size"]
    plugins = ["house_rules"]
    [guards.severity]
    suppressions = "reject"
    deleted_tests = "warn"
    house_rules = "needs_human"
    """

    assert policy_from_toml(text, "f", Author.OPERATOR) == Policy(
        protected=(*PROTECTED, "deploy/**"),
        max_changed_lines=10,
        coverage_drop=1.5,
        require=frozenset({"tests"}),
        disabled=frozenset({"size"}),
        plugins=("house_rules",),
        severity={
            "suppressions": Severity.REJECT,
            "deleted_tests": Severity.WARN,
            "house_rules": Severity.NEEDS_HUMAN,
        },
    )


def test_an_exemption_has_an_owner_and_an_end() -> None:
    (exemption,) = policy_from_toml(EXEMPTION, "f").exemptions

    assert (exemption.owner, exemption.until) == ("@ada", date(2027, 1, 31))


def test_a_repository_only_tightens_what_the_operator_allows() -> None:
    operator = Policy(
        max_changed_lines=100, coverage_drop=0.5, severity={"size": Severity.WARN}, plugins=("a",)
    )
    lax = Policy(max_changed_lines=999, coverage_drop=50.0, plugins=("b",))
    strict = Policy(
        max_changed_lines=5,
        protected=("x",),
        severity={"size": Severity.REJECT},
        require=frozenset({"tests"}),
    )

    assert tightened(operator, lax) == replace(operator, plugins=("a", "b"))
    assert tightened(operator, strict) == replace(
        operator,
        max_changed_lines=5,
        coverage_drop=0.0,
        protected=(*PROTECTED, "x"),
        severity={"size": Severity.REJECT},
        require=frozenset({"tests"}),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[guards", "f: not readable as TOML"),
        ("guards = 1", "f: guards must be a table"),
        ("[limits]\nprotect = 1\n[guards]\nprotect = 1", "f:4: unknown key 'protect'.*'protected'"),
        ("[guards]\nzzz = 1", "f:2: unknown key 'zzz' in .guards.; known: protected"),
        ("[guards]\nmax_changed_lines = -1", "f:2: max_changed_lines must be a whole number"),
        ("[guards]\nmax_changed_lines = true", "must be a whole number"),
        ('[guards]\ncoverage_drop = "1"', "f:2: coverage_drop must be percentage points"),
        ("[guards]\ncoverage_drop = nan", "must be percentage points"),
        ("[guards]\ncoverage_drop = 101", "must be percentage points"),
        ("[guards]\nprotected = 'a'", "must be a list of globs, not 'a'"),
        ("[guards]\nprotected = ['']", "must be a list of globs"),
        ("[guards]\nrequire = ['contents']", "must be a list of coverage, cross_check"),
        ("[guards]\ndisabled = ['sise']", "f:2: disabled: no guard 'sise'; did you mean 'size'"),
        ("[guards]\ndisabled = ['size']", "f:2: disabled switches.*only the operator.*--policy"),
        (
            "[guards.severity]\ndeleted_tests = 'warn'",
            "f:2: severity: deleted_tests = 'warn' is less than its own 'reject'; only the operator",
        ),
        ("[guards]\nseverity.links = 'needs_human'", "less than its own 'reject'"),
        ("[guards.severity]\nsise = 'warn'", "f:1: severity: no guard 'sise'"),
        ("[guards.severity]\nsize = 'pass'", "severity must be a table of guards"),
        ("[guards]\nplugins = ['size']", "f:2: 'size' is a guard of selfheal's own"),
        ("[guards]\nplugins = ['a b']", "f:2: plugins must be a list of names"),
        (EXEMPTION.replace("owner", "by"), "f:6: unknown key 'by' in exemption 1; known"),
        (EXEMPTION.replace("owner", "#"), "f:2: exemption 1 has no owner"),
        (EXEMPTION.replace('"@ada"', '" "'), "f:6: exemption 1: owner must be who answers"),
        (EXEMPTION.replace("-31", "-31T00:00:00"), "f:7: exemption 1: until must be the last day"),
        (EXEMPTION.replace("a1", "A1"), "f:3: exemption 1: fingerprint must be the 64"),
        ("guards.maximum = 1", "f:1: unknown key 'maximum'"),
        ("#" * 300_000, "f: larger than"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(BadPolicyError, match=complaint):
        policy_from_toml(text, "f")


def test_a_key_of_countless_parts_is_refused_before_it_takes_all_memory() -> None:
    with pytest.raises(BadPolicyError, match="too deep"):
        policy_from_toml("a." * 100_000 + "a = 1", "f")
