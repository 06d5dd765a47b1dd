"""Where runners look for tests by default, beyond what the role of a file says."""

import re
from dataclasses import dataclass

from guards.pattern import expression

_NAMES = (
    # Files of a language, and the names its runners collect.
    (expression(r"\.go$"), expression(r"_test\.go$")),
    (
        expression(r"\.[cm]?[jt]sx?$"),
        expression(r"[._-](?:test|tests|spec|specs|cy|e2e)\.[cm]?[jt]sx?$|(?:^|/)__tests__/"),
    ),
    (expression(r"\.php$"), expression(r"Test\.php$|Cest\.php$|Spec\.php$")),
    (expression(r"\.rb$"), expression(r"_spec\.rb$|_test\.rb$|(?:^|/)test_[^/]*\.rb$")),
    (expression(r"\.py$"), expression(r"(?:^|/)test_[^/]*\.py$|_tests?\.py$|(?:^|/)tests?\.py$")),
    (
        expression(r"\.(?:java|groovy)$"),
        expression(r"(?:^|/)(?:Test|IT)\w*\.\w+$|(?:Tests?|TestCase|IT|ITCase|Spec|Specs)\.\w+$"),
    ),
)
_JVM = expression(r"\.(?:java|kt|groovy|scala)$")
_JVM_ROOT = expression(r"(?:^|/)(?:src/\w{0,40}[tT]est\w{0,40}|tests?|androidTest|\w{0,40}Test)/")
_ABANDONED = expression(
    r"(?:^|/)(?:[\w.-]{0,40}[_.-])?(?:old|attic|disabled|archived?|backups?|bak|quarantined?|skip|skipped|broken"
    r"|unused|ignored?|parked|graveyard|trash|scratch|tmp|wip|todo|off)(?:[_.-][\w.-]{0,40})?/",
    re.IGNORECASE,
)
_PERHAPS = expression(
    r"(?:^|/)(?:legacy|deprecated|examples?|samples?|docs?|manual)/", re.IGNORECASE
)
_SYSTEM = expression(
    r"_(?:windows|linux|darwin|freebsd|openbsd|netbsd|plan9|solaris|aix|android|ios|js|wasip1|wasm|arm|arm64|386|amd64"
    r"|s390x|ppc64|ppc64le|riscv64|mips|mips64)_test\.go$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncollected:
    """Why a runner no longer finds a file; `how` goes on after the name of a test."""

    how: str
    doubtful: bool = False


def why_uncollected(old: str | None, new: str) -> Uncollected | None:
    """Why the tests of a file that moved are no longer collected; None = they seem to be."""
    if old is None or old == new:
        return None
    nowhere = f"moved to {new}, where no test runner collects it"
    if (
        _lost_its_name(old, new)
        or (_JVM.search(new) and _left(_JVM_ROOT, new, old))
        or _left(_ABANDONED, old, new)
    ):
        return Uncollected(how=nowhere)
    if _left(_SYSTEM, old, new):
        return Uncollected(how=f"moved to {new}, which is built on one system alone", doubtful=True)
    if _left(_PERHAPS, old, new):
        return Uncollected(how=f"moved to {new}, where a runner may not look", doubtful=True)
    return None


def _lost_its_name(old: str, new: str) -> bool:
    """Whether a file had a name that runners look for, and has none any more."""
    return any(
        suffix.search(old) and suffix.search(new) and names.search(old) and not names.search(new)
        for suffix, names in _NAMES
    )


def _left(pattern: re.Pattern[str], without: str, path: str) -> bool:
    """Whether only the second of two paths fits a pattern."""
    return pattern.search(path) is not None and pattern.search(without) is None
