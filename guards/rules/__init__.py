"""The shelf of guards: one file a way in which a fix can cheat."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from guards.change import Change
from guards.evidence import Evidence, Need
from guards.policy import Policy
from guards.rules import (
    always_equal,
    answer_tables,
    call_counters,
    changed_expectations,
    ci_masks,
    ci_permissions,
    collected_tests,
    commented_out,
    commit_message,
    coverage,
    coverage_settings,
    cross_check,
    dangerous_calls,
    deleted_tests,
    dependencies,
    environment_detection,
    generated_files,
    hard_coded_answers,
    hidden_diff,
    ignored_inputs,
    install_scripts,
    introspection,
    left_early,
    leftovers,
    lenient_equality,
    licence_headers,
    links,
    lint_settings,
    loosened_limits,
    mocked_subject,
    mutants,
    narrowed_checks,
    outcomes,
    persistence,
    protected,
    quarantine,
    reads_answer,
    recognised_inputs,
    removed_assertions,
    removed_checks,
    removed_features,
    removed_rows,
    renamed_away,
    reverted_work,
    runner_tampering,
    scope,
    scripts,
    secrets,
    shadowing,
    size,
    skips,
    snapshots,
    stubs,
    suppressions,
    swallowed_errors,
    test_retries,
    test_selection,
    test_settings,
    test_support,
    type_escapes,
    unreadable_code,
    weakened_assertions,
    weakened_security,
)
from guards.verdict import Finding, Severity


class Guard(Protocol):
    """The shape of a module on this shelf.

    A guard is pure and lazy, and fires on what the change adds, never on what was there before.
    """

    @property
    def NAME(self) -> str:
        """What findings, policies and people call it; never changes."""
        ...

    @property
    def SEVERITY(self) -> Severity:
        """How much its ordinary finding weighs."""
        ...

    @property
    def NEEDS(self) -> frozenset[Need]:
        """What it cannot do without; it is not run, and listed, when one is missing."""
        ...

    def check(self, change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
        """What is wrong, in any order."""
        ...


ALL: Sequence[Guard] = (
    cross_check,
    outcomes,
    deleted_tests,
    left_early,
    renamed_away,
    collected_tests,
    skips,
    test_settings,
    test_retries,
    test_selection,
    removed_assertions,
    removed_rows,
    weakened_assertions,
    changed_expectations,
    mocked_subject,
    test_support,
    loosened_limits,
    environment_detection,
    always_equal,
    lenient_equality,
    call_counters,
    hard_coded_answers,
    answer_tables,
    recognised_inputs,
    ignored_inputs,
    introspection,
    reads_answer,
    runner_tampering,
    coverage,
    mutants,
    coverage_settings,
    protected,
    snapshots,
    generated_files,
    licence_headers,
    hidden_diff,
    unreadable_code,
    lint_settings,
    quarantine,
    links,
    persistence,
    secrets,
    weakened_security,
    suppressions,
    swallowed_errors,
    removed_checks,
    narrowed_checks,
    stubs,
    type_escapes,
    removed_features,
    dangerous_calls,
    reverted_work,
    commented_out,
    ci_masks,
    scripts,
    ci_permissions,
    commit_message,
    dependencies,
    install_scripts,
    shadowing,
    size,
    scope,
    leftovers,
)
