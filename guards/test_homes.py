"""Where runners look for tests by default, beyond what the role of a file says."""

import re
from dataclasses import dataclass

_NAMES = (
    # Files of a language, and the names its runners collect.
    (re.compile(r"\.go$"), re.compile(r"_test\.go$")),
    (
        re.compile(r"\.[cm]?[jt]sx?$"),
        re.compile(r"[._-](?:test|tests|spec|specs|cy|e2e)\.[cm]?[jt]sx?$|(?:^|/)__tests__/"),
    ),
    (re.compile(r"\.php$"), re.compile(r"Test\.php$|Cest\.php$|Spec\.php$")),
    (re.compile(r"\.rb$"), re.compile(r"_spec\.rb$|_test\.rb$|(?:^|/)test_[^/]*\.rb$")),
    (re.compile(r"\.py$"), re.compile(r"(?:^|/)test_[^/]*\.py$|_tests?\.py$|(?:^|/)tests?\.py$")),
    (
        re.compile(r"\.(?:java|groovy)$"),
        re.compile(r"(?:^|/)(?:Test|IT)\w*\.\w+$|(?:Tests?|TestCase|IT|ITCase|Spec|Specs)\.\w+$"),
    ),
)
_JVM = re.compile(r"\.(?:java|kt|groovy|scala)$")
_JVM_ROOT = re.compile(r"(?:^|/)(?:src/\w{0,40}[tT]est\w{0,40}|tests?|androidTest|\w{0,40}Test)/")
_ABANDONED = re.compile(
    r"(?:^|/)(?:[\w.-]{0,40}[_.-])?(?:old|attic|disabled|archived?|backups?|bak|quarantined?|skip|skipped|broken"
    r"|unused|ignored?|parked|graveyard|trash|scratch|tmp|wip|todo|off)(?:[_.-][\w.-]{0,40})?/",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"(?:^|/)(?:legacy|deprecated|examples?|samples?|docs?|manual)/", re.IGNORECASE
)
_SYSTEM = re.compile(
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
