"""Which of a repository's configured checks stands for a CI job, and how to run its failing part."""

import re
import shlex
from collections.abc import Sequence
from fnmatch import fnmatchcase

from bot.core.failure import Failure
from bot.core.repo_config import CheckConfig, RepoConfig

_PLACEHOLDER = re.compile(r"\{(?:tests|files)\}")
MAX_NAMED = 50  # tests or files on one command line; more and the whole check is as quick


def config_for(job: str, config: RepoConfig) -> CheckConfig | None:
    """The [checks.NAME] that reproduces a CI job; None when none says so."""
    for check in config.checks:
        if job == check.name or any(fnmatchcase(job, pattern) for pattern in check.matches):
            return check
    return None


def narrow(check: CheckConfig, failures: Sequence[Failure], *, by_file: bool = False) -> str | None:
    """The command for the failing part alone; None when it cannot be named.

    With `by_file` whole test files are named: a tree that lacks one of the tests can run it too.
    """
    if check.only is None:
        return None
    tests = _quoted([failure.file if by_file else failure.test for failure in failures])
    files = _quoted([failure.file for failure in failures])
    named = {"{tests}": tests, "{files}": files}
    if any(not named[found] for found in _PLACEHOLDER.findall(check.only)):
        return None
    # In one pass: a name that itself reads as a placeholder must not be filled in.
    return _PLACEHOLDER.sub(lambda match: named[match[0]], check.only)


def _quoted(names: Sequence[str | None]) -> str:
    """Distinct names, each one safe shell word; never one that reads as an option."""
    kept = dict.fromkeys(name for name in names if name and not name.startswith("-"))
    if len(kept) > MAX_NAMED:
        return ""
    return " ".join(shlex.quote(name) for name in kept)


def same_part(before: Sequence[Failure], after: Sequence[Failure]) -> bool:
    """Whether a second run shows a failure of the first one: the same test, or the same file.

    A run whose failures cannot be told apart (nothing but a tail of the log) counts as the same.
    """
    places = {failure.test or failure.file for failure in before} - {None}
    seen = {failure.test or failure.file for failure in after} - {None}
    return not places or not seen or bool(places & seen)
