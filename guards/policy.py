"""The limits a repository sets for its guards."""

from dataclasses import dataclass

# Paths that need a person whatever the repository says: product security, CI, what guards read.
PROTECTED = (
    "security/**",
    ".github/**",
    ".gitattributes",
    ".selfheal.toml",
    "CODEOWNERS",
    "package.json:dependencies",
    "package.json:devDependencies",
    "pyproject.toml:project.dependencies",
    "pyproject.toml:project.optional-dependencies",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Limits; the defaults are strict.

    Attributes:
        max_changed_lines: added plus removed lines; above it a person must look.
        protected: globs (`**` any depth), optionally with `:dotted.key` for a part of a JSON or
            TOML document; a change there needs a person.
        coverage_drop: how many percentage points of a file's coverage may be lost.
        require: evidence without which a verdict is never better than needs_human
            ("tests", "coverage").
        disabled: guards that are switched off by name.
    """

    max_changed_lines: int = 300
    protected: tuple[str, ...] = PROTECTED
    coverage_drop: float = 0.0
    require: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
