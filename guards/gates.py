"""Commands that decide whether a change is fine: tests, linters, builds; and what became of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from guards.commands import Command, commands
from guards.known_commands import known_command
from guards.pattern import expression

_DESELECTS = expression(
    r"-(?:k|m|x|t|g|run|short|skip|list|e|fn|Dtest|co|only)(?:=.*)?|-p(?:=?no:.*)?|no:.*|--(?:ignore(?:-glob)?|deselect|collect-only|co|lf|last-failed|ff|maxfail|noconftest"
    r"|exitfirst|pass-?with-?no-?tests|testPathIgnorePatterns|testPathPatterns?|testNamePattern|grep|fgrep|invert|exclude[\w-]*|skip[\w-]*|no-run|lib|bins?|doc|only[\w-]*"
    r"|changed(?:Since)?|onlyChanged|related|findRelatedTests|fail-never|continue|filter|no-verify|tag|group|testsuite|suite|list-?tests?|listTests|dry-?run|exit-zero|no-error[\w-]*|no-fail\w*|tests?"
    r"|setup-plan|setup-only|no-test\w*|no-build-fail|force-exclude|no-tests=\w+|allow-no-tests|warn-only|soft-fail|exit-code|bail|stepwise|no-strict[\w-]*|ignore-missing-imports|ignore-errors|follow-imports|disable-warnings|quiet-level|no-coverage|no-cov|shard|example-pattern|name-pattern)(?:[=:].*)?"
    r"|-D(?:skip|maven\.test|test|it\.test|failIf|surefire\.|checkstyle\.skip|spotbugs\.skip|jacoco\.skip|enforcer\.skip)\w*.*|-P(?:skip|no|!)\w*.*",
    re.IGNORECASE,
)
_STRICT = expression(
    r"--(?:cov(?:=.*)?|cov-fail-under.*|fail-under.*|coverage|race|all-targets|all-features|workspace|all|check|diff|ci|strict[\w-]*|fail-on[\w-]*(?:=.*)?|error-on[\w-]*|max-warnings.*|warnings-as-errors|forbid-only"
    r"|branch|doctest-modules|doctests|all-files|exit-code|noEmit|no-fix|show-source|randomize|check-untyped-defs|disallow[\w-]*|deny[\w-]*|locked|frozen-lockfile|immutable|write-changes)|-race|-Werror|-D|-W(?:=?error.*)?|warnings|error"
)  # fmt: skip
_SOFT_STRICT = expression(
    r"--(?:ci|all|check|diff|show-source|branch|locked|frozen-lockfile|immutable|coverage|cov.*|randomize|write-changes)|-W|error|warnings"
)
_TAKES_VALUE = expression(
    r"-[knmtgcojpeO]|--(?:cov[\w-]*|junit-?xml|junitxml|config|reporters?|output[\w-]*|format|rootdir|timeout|durations|dist|numprocesses|project|log-[\w-]+|tb|color|file|directory|workdir|python|prefix|cwd|filter|dir)"
)  # fmt: skip
_EVERYWHERE = frozenset(
    {
        ".",
        "./...",
        "...",
        "./",
        "**",
        "//...",
        "all",
        "tests",
        "tests/",
        "test",
        "test/",
        "src",
        "src/",
    }
)
_GATE_ACTION = expression(
    r"codeql|golangci|pre-commit|super-linter|megalinter|dependency-review|trivy|snyk|gitleaks|trufflehog|semgrep|ruff-action|pytest|\blint|eslint"
    r"|actionlint|audit|black|mypy|clippy|rustfmt|cargo-deny|scorecard|sonar|shellcheck|hadolint|checkstyle|ktlint|detekt|phpstan|rubocop|typos|markdownlint|cypress-io|zizmor|vulncheck|sast|secret-detection",
    re.IGNORECASE,
)
_QUICK = expression(
    r"[:_-](?:fast|quick|smoke|unit|only|lite|minimal|basic|ci|safe|short|some|partial|skip\w*|noop|dummy)\b"
)

_RUN_TASKS = frozenset({"npm", "make", "gradle", "mvn"})
_MAX_DEPTH = 2  # of shells in shells


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A command that tests, lints or builds.

    Attributes:
        kind: "test", "lint" or "build".
        tool: the program, with its subcommand.
        arguments: after it.
        mask: why its failure is not seen; "" when it is.
        line: 1-based. place: the step, job, script or target that holds it.
    """

    kind: str
    tool: str
    arguments: tuple[str, ...] = ()
    mask: str = ""
    line: int = 1
    place: str = ""
    text: str = ""

    @property
    def identity(self) -> tuple[str, tuple[str, ...]]:
        """What it runs."""
        return self.tool, self.arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What became of a gate: `what` says it; `new` is the one that took its place, if any."""

    old: Gate
    what: str
    new: Gate | None = None
    sure: bool = True


def gates_in(text: str, *, line: int = 1, place: str = "", pipefail: bool = False) -> list[Gate]:
    """The gates that a script runs."""
    return [
        replace(gate, line=line + command.offset, place=place)
        for command in commands(text, pipefail=pipefail)
        for gate in _gates_of(command, 0)
    ]


def action_gate(name: str, line: int, place: str) -> Gate | None:
    """The gate that a ready-made step (`uses: owner/name@version`) is; None for any other."""
    base = name.partition("@")[0]
    if not _GATE_ACTION.search(base):
        return None
    return Gate(kind="lint", tool=base.lower(), line=line, place=place, text=name)


def lost(before: Sequence[Gate], after: Sequence[Gate]) -> Iterator[Loss]:
    """The gates that no longer stop a failure, each with what became of it."""
    open_before = [gate for gate in before if not gate.mask]
    effective = [gate for gate in after if not gate.mask]
    masked = [gate for gate in after if gate.mask]
    _drop_equal(open_before, effective)
    # What somebody masked, moved or narrowed stays near: same place first, then same tool.
    rest: list[Gate] = []
    places = {(gate.tool, gate.place) for gate in after}
    for gate in sorted(open_before, key=lambda gate: (gate.tool, gate.place) not in places):
        hidden = _nearest(gate, masked)
        if hidden is not None and hidden.arguments == gate.arguments:
            masked.remove(hidden)
            yield Loss(old=gate, new=hidden, what=hidden.mask)
            continue
        other = _nearest(gate, effective)
        if other is None and hidden is not None:
            masked.remove(hidden)
            yield Loss(old=gate, new=hidden, what=hidden.mask)
            continue
        if other is None:
            rest.append(gate)
            continue
        effective.remove(other)
        why, sure = _narrower(gate, other)
        if why:
            yield Loss(old=gate, new=other, what=why, sure=sure)
    yield from _gone(rest, effective, after)


def _gone(rest: Sequence[Gate], effective: list[Gate], after: Sequence[Gate]) -> Iterator[Loss]:
    still = [gate for gate in after if not gate.mask]
    kinds = Counter(gate.kind for gate in effective)
    wrapped = any(gate.kind == "test" for gate in effective)
    for gate in rest:
        if kinds[gate.kind] > 0:  # another tool does it now
            kinds[gate.kind] -= 1
        elif wrapped and gate.kind != "test":  # `make check`, `tox`: whatever they run
            yield Loss(old=gate, what="removed", sure=False)
        else:
            yield Loss(
                old=gate, what="removed", sure=not any(_covers(other, gate) for other in still)
            )


def _covers(other: Gate, gone: Gate) -> bool:
    """Whether another command that runs still asks for all that the one that went asked for."""
    if other.identity == gone.identity:
        return True
    same = (other.tool, other.kind) == (gone.tool, gone.kind)
    return same and other.tool not in _RUN_TASKS and not _narrower(gone, other)[0]


def _drop_equal(before: list[Gate], after: list[Gate]) -> None:
    for gate in list(before):
        same = next((other for other in after if other.identity == gate.identity), None)
        if same is not None:
            before.remove(gate)
            after.remove(same)


def _nearest(gate: Gate, others: Sequence[Gate]) -> Gate | None:
    same = [other for other in others if (other.tool, other.kind) == (gate.tool, gate.kind)]
    near = [other for other in same if other.place == gate.place]
    exact = [other for other in same if other.arguments == gate.arguments]
    return next(iter((*exact, *near, *same)), None)


def _narrower(old: Gate, new: Gate) -> tuple[str, bool]:
    """Why the new command checks less; "" when it does not. Second: whether that is sure."""
    before, after = Counter(old.arguments), Counter(new.arguments)
    added = list((after - before).elements())
    dropped = list((before - after).elements())
    for word in added:
        if word.startswith("-") and _DESELECTS.fullmatch(word):
            return f"leaves out: {word}", True
    for word in dropped:
        if _STRICT.fullmatch(word):
            return f"without {word}", not _SOFT_STRICT.fullmatch(word)
    if old.tool in _RUN_TASKS:
        quick = [word for word in added if _QUICK.search(word)]
        return (f"runs {quick[0]} instead", True) if quick and dropped else ("", True)
    return _fewer_targets(_targets(old.arguments), _targets(new.arguments), old.kind)


def _fewer_targets(old: list[str], new: list[str], kind: str) -> tuple[str, bool]:
    wide = [target for target in old if target in _EVERYWHERE]
    if set(old) == set(new) or not new:
        return "", True
    if not old or wide:
        if any(target in _EVERYWHERE or (target + "/") in _EVERYWHERE for target in new):
            return "", True
        return f"only {' '.join(new)[:80]}", kind == "test"
    inside = all(
        any(target == one or target.startswith((one.rstrip("/") + "/", one + "::")) for one in old)
        for target in new
    )
    return (f"only {' '.join(new)[:80]}", True) if inside else ("", True)


def _targets(arguments: Sequence[str]) -> list[str]:
    """Positional arguments."""
    found: list[str] = []
    skip = False
    for word in arguments:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = "=" not in word and bool(_TAKES_VALUE.fullmatch(word))
        elif not word.startswith((">", "<", "$", "2>", "/dev/", "{posargs", "%*")) and word not in {
            ">",
            "<",
        }:
            found.append(word)
    return found


def _gates_of(command: Command, depth: int) -> Iterable[Gate]:
    words = list(command.words)
    if (
        words[:1]
        and words[0].rpartition("/")[2] in {"bash", "sh", "zsh", "cmd", "pwsh"}
        and depth < _MAX_DEPTH
    ):
        for flag in ("-c", "-lc", "-ec", "-Command", "/c", "-ce"):
            if flag in words[1:-1]:
                inner = commands(" ".join(words[words.index(flag) + 1 :]))
                return [
                    replace(gate, mask=command.mask or gate.mask)
                    for one in inner
                    for gate in _gates_of(one, depth + 1)
                ]
    found = known_command(words)
    if found is None:
        return []
    kind, tool, arguments = found
    return [
        Gate(kind=kind, tool=tool, arguments=tuple(arguments), mask=command.mask, text=command.text)
    ]
