"""The limits that an operator and a repository set for the guards."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from guards.exemptions import Exemption
from guards.verdict import Severity

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
        severity: by guard. At or above the weight of the guard's ordinary finding, its findings
            weigh at least this; below it, they weigh at most this.
        plugins: third-party guards to load, by the name of their entry point.
        exemptions: findings that do not count, by their content.
    """

    max_changed_lines: int = 300
    protected: tuple[str, ...] = PROTECTED
    coverage_drop: float = 0.0
    require: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    plugins: tuple[str, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


def tightened(operator: Policy, repository: Policy) -> Policy:
    """The operator's policy with everything in which the repository is stricter.

    The repository names its plug-ins and exemptions itself: both stand on its base branch, where
    no fix can reach them.
    """
    stricter = {
        name: severity
        for name, severity in repository.severity.items()
        if name not in operator.severity or severity.rank > operator.severity[name].rank
    }
    return replace(
        operator,
        max_changed_lines=min(operator.max_changed_lines, repository.max_changed_lines),
        protected=tuple(dict.fromkeys((*PROTECTED, *operator.protected, *repository.protected))),
        coverage_drop=min(operator.coverage_drop, repository.coverage_drop),
        require=operator.require | repository.require,
        severity={**operator.severity, **stricter},
        plugins=tuple(dict.fromkeys((*operator.plugins, *repository.plugins))),
        exemptions=(*operator.exemptions, *repository.exemptions),
    )
