"""ruff: the fixes it calls safe, then its formatter; only where the base branch configures it."""

import shlex
from collections.abc import Sequence

from bot.core.failure import Failure, FailureType

NAME = "ruff"
ALLOWED = ("*.py", "*.pyi")
CONFIGURED_BY = ("ruff.toml", ".ruff.toml", "pyproject.toml")


def matches(failure: Failure) -> bool:
    """Whether ruff itself reported it, in a file."""
    of_kind = failure.type in {FailureType.LINT, FailureType.FORMAT}
    return of_kind and failure.tool in {"ruff", "ruff format"} and failure.file is not None


def configured(path: str, content: str) -> bool:
    """Whether the file configures ruff."""
    return path != "pyproject.toml" or "[tool.ruff" in content


def command(failures: Sequence[Failure]) -> str:
    """Fix, then format, the failing files alone."""
    files = {failure.file for failure in failures if failure.file}
    named = " ".join(shlex.quote(f"./{path}") for path in sorted(files))
    formats = any(failure.type is FailureType.FORMAT for failure in failures)
    fix = f"ruff check --no-cache --fix --exit-zero {named}"
    return f"{fix} && ruff format --no-cache {named}" if formats else fix
