"""A fix changes what the failure is about, and changes it in effect."""

import re
from collections.abc import Iterator

from guards.change import Change, FileChange, Status
from guards.code_lines import code_of
from guards.evidence import Evidence, Need, Snapshot
from guards.pattern import expression
from guards.policy import Policy
from guards.roles import Role, is_test_role
from guards.test_changes import is_failing
from guards.test_ids import parsed
from guards.test_matching import match_tests
from guards.verdict import Finding, Severity

NAME = "scope"
SEVERITY = Severity.WARN
NEEDS: frozenset[Need] = frozenset()

_MAX_CODE_BYTES = 300_000
_NAME = expression(r"\w{3,}")
_STEERS = expression(
    r"#!|# ?type:|noqa|pragma|eslint|@ts-|//go:|nolint|coding[:=]|# ?cython|rubocop|phpstan|pylint|<reference",
    re.I,
)
_PROGRAMS = frozenset({Role.SOURCE, Role.TEST, Role.TEST_SUPPORT})
_LAYOUT_COUNTS = expression(
    r"(?:\.(?:py|pyi|pyx|ya?ml|haml|pug|slim|coffee|sass|hs|nim|fs|elm|mk|md|mdx|rst|t|bats)|(?:^|/)(?:Makefile|GNUmakefile))$"
)


def check(change: Change, policy: Policy, evidence: Evidence) -> Iterator[Finding]:
    """Find changes without effect, far from what failed, or of tests alone."""
    if not change.files or not _something_failed(evidence):
        return
    if not any(_has_effect(file) for file in change.files):
        yield Finding(
            guard=NAME,
            severity=Severity.REJECT if _still_fails(evidence) else Severity.NEEDS_HUMAN,
            message="only comments, blanks or documentation change, and something had failed",
            remedy="change the code that is at fault, or say that no change is needed",
            file=change.files[0].path,
        )
        return
    if evidence.failing and not any(_is_near(file, evidence.failing) for file in change.files):
        yield _finding(
            f"nothing that failed is near the change: {', '.join(sorted(evidence.failing)[:3])[:160]}",
            "change what the failure is about",
            change.files[0],
        )
    yield from _only_tests(change, evidence)


def _only_tests(change: Change, evidence: Evidence) -> Iterator[Finding]:
    """Nothing but tests, where something failed; worse when it is the test that failed."""
    programs = [file for file in change.files if file.role is not Role.DOCS]
    if not programs or not all(is_test_role(file.role) for file in programs):
        return
    own = [file for file in programs if _failed_itself(file, change, evidence)]
    severity = Severity.NEEDS_HUMAN if own else SEVERITY
    what = "only tests change, and one of them had failed" if own else _ONLY_TESTS
    remedy = "fix the code, unless it is the test that is wrong"
    yield _finding(what, remedy, (own or programs)[0], severity)


_ONLY_TESTS = "only tests change, and something had failed"


def _failed_itself(file: FileChange, change: Change, evidence: Evidence) -> bool:
    """Whether a test of a file that is there already is among those that failed."""
    if file.status is Status.ADDED:
        return False
    names = {file.path, file.old_path or file.path}
    if names & evidence.failing or any(_is_of(test, file) for test in evidence.failing_tests):
        return True
    matching = match_tests(change) if change.from_trees else None
    tests = [old for old, _ in matching.pairs] + [*matching.lost] if matching else []
    return any(is_failing(test, evidence) for test in tests if test.file is file)


def _is_of(test: str, file: FileChange) -> bool:
    """Whether the id of a test names a file, or a class that is called like it."""
    identity = parsed(test)
    if identity.file:
        return f"/{file.path}".endswith(f"/{identity.file}") or identity.file.endswith(file.path)
    stem = file.path.rpartition("/")[2].partition(".")[0]
    return any(stem == part for name in identity.scope for part in re.split(r"[.\\:/$]", name))


def _something_failed(evidence: Evidence) -> bool:
    return bool(evidence.failing or _failed(evidence.before))


def _still_fails(evidence: Evidence) -> bool:
    """Whether a test that failed without the change fails with it, too."""
    return bool(_failed(evidence.before) & _failed(evidence.after))


def _failed(snapshot: Snapshot) -> frozenset[str]:
    outcomes = snapshot.outcomes or {}
    return frozenset(test for test, outcome in outcomes.items() if outcome.is_bad)


def _has_effect(file: FileChange) -> bool:
    """Whether a change of this file can change what any run does; in doubt it can."""
    if file.role is Role.DOCS:
        return False
    moved = file.status is not Status.MODIFIED or file.old_mode != file.new_mode
    if moved or file.binary or file.role not in _PROGRAMS:
        return True
    if file.before is None or file.after is None or len(file.after) > _MAX_CODE_BYTES:
        return True
    if any(_STEERS.search(line.text[:400]) for line in (*file.added, *file.removed)):
        return True
    return _code(file.before, file.path) != _code(file.after, file.path)


def _code(content: bytes, path: str) -> list[str]:
    """The lines of code, with strings as they stand and without comments and needless blanks."""
    lines = content.decode(errors="replace").split("\n")
    keep = _LAYOUT_COUNTS.search(path) is not None
    kept: list[str] = []
    for line in _without_comments(lines, path):
        text = line.rstrip() if keep else "".join(line.split())
        if text.strip():
            kept.append(text)
    return kept


def _without_comments(lines: list[str], path: str) -> Iterator[str]:
    return code_of(lines, path, strings=True)


def _is_near(file: FileChange, failing: frozenset[str]) -> bool:
    """Whether a file failed itself, or shares its folder or its name with one that did."""
    for path in {file.path, file.old_path or file.path}:
        if file.role in {Role.LOCK, Role.CONFIG, Role.GOVERNANCE}:
            return True  # these bear on everything
        for failed in failing:
            if path == failed or _folder(path) == _folder(failed) or _share_a_name(path, failed):
                return True
    return False


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _share_a_name(path: str, failed: str) -> bool:
    """`shop/cart.py` and `tests/test_cart.py`, `src/cart/index.ts` and `test/cart.test.ts`."""
    return bool(_names(path) & _names(failed))


def _names(path: str) -> set[str]:
    words = {word for name in _NAME.findall(path.rsplit(".", 1)[0]) for word in _split(name)}
    return words - {
        "test",
        "tests",
        "spec",
        "specs",
        "src",
        "lib",
        "main",
        "java",
        "com",
        "org",
        "pkg",
        "internal",
        "index",
        "unit",
        "init",
    }


def _split(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold()
    return [part for part in spaced.split("_") if len(part) > 2]  # noqa: PLR2004


def _finding(message: str, remedy: str, file: FileChange, severity: Severity = SEVERITY) -> Finding:
    return Finding(guard=NAME, severity=severity, message=message, remedy=remedy, file=file.path)
