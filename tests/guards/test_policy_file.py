"""A policy is read strictly."""

import pytest

from guards.errors import BadPolicyError
from guards.policy import PROTECTED, Policy
from guards.policy_file import policy_from_toml


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
    """

    assert policy_from_toml(text, "f") == Policy(
        protected=(*PROTECTED, "deploy/**"),
        max_changed_lines=10,
        coverage_drop=1.5,
        require=frozenset({"tests"}),
        disabled=frozenset({"size"}),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[guards", "f: not readable as TOML"),
        ("guards = 1", "f: guards must be a table"),
        ("[limits]\nprotect = 1\n[guards]\nprotect = 1", "f:4: unknown key 'protect'.*'protected'"),
        ("[guards]\nzzz = 1", "f:2: unknown key 'zzz' in .guards.; known keys: protected"),
        ("[guards]\nmax_changed_lines = -1", "f:2: max_changed_lines must be a whole number"),
        ("[guards]\nmax_changed_lines = true", "must be a whole number"),
        ('[guards]\ncoverage_drop = "1"', "f:2: coverage_drop must be percentage points"),
        ("[guards]\ncoverage_drop = nan", "must be percentage points"),
        ("[guards]\ncoverage_drop = 101", "must be percentage points"),
        ("[guards]\nprotected = 'a'", "must be a list of globs, not 'a'"),
        ("[guards]\nprotected = ['']", "must be a list of globs"),
        ("[guards]\nrequire = ['contents']", "must be a list of coverage, tests"),
        ("[guards]\ndisabled = ['nothing']", "must be a list of changed_expectations"),
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
