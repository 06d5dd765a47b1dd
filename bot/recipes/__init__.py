"""The shelf of recipes: deterministic fixers, one file each. No model, no cost."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from bot.core.failure import Failure
from bot.recipes import ruff


class Recipe(Protocol):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """Its id in attempts and commits."""
        ...

    @property
    def ALLOWED(self) -> Sequence[str]:
        """Globs of the paths its diff may touch; more and the diff is thrown away."""
        ...

    @property
    def CONFIGURED_BY(self) -> Sequence[str]:
        """Files of the base branch that may configure the tool; one of them must."""
        ...

    def matches(self, failure: Failure) -> bool:
        """Whether it may heal this failure."""
        ...

    def configured(self, path: str, content: str) -> bool:
        """Whether a file of the base branch configures the tool."""
        ...

    def command(self, failures: Sequence[Failure]) -> str:
        """What to run in the box, for `sh -c`."""
        ...


ALL: Sequence[Recipe] = [ruff]


def allowed(recipe: Recipe, path: str) -> bool:
    """Whether a recipe may touch a path."""
    return any(fnmatchcase(path, glob) for glob in recipe.ALLOWED)
