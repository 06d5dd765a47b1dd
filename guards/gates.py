"""Commands that decide whether a change is fine: tests, linters, builds; and what became of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from guards.commands import Command, commands

_TOOLS = {
    "test": (
        "pytest py.test unittest tox nox nosetests nosetests3 trial stestr jest vitest mocha ava karma cypress"
        " playwright tap tape wtr gotestsum ginkgo rspec minitest m cucumber phpunit pest paratest codecept ctest bats prove busted"
        " behave robot manage.py lein sbt rebar3 surefire kotest nextest testem jasmine c8 nyc green ward"
    ),
    "lint": (
        "ruff flake8 pylint black isort mypy pyright basedpyright pytype bandit eslint prettier biome tslint"
        " stylelint tsc vue-tsc golangci-lint staticcheck gofmt rubocop brakeman phpstan psalm phpcs php-cs-fixer pint shellcheck"
        " hadolint yamllint actionlint zizmor pre-commit ktlint detekt checkstyle swiftlint swiftformat clang-tidy clang-format cppcheck"
        " semgrep trivy snyk gitleaks pip-audit safety standard xo oxlint credo dialyzer vulture sqlfluff"
        " commitlint lint-staged knip depcheck attw publint markdownlint interrogate lint-imports codespell deptry ty grype govulncheck"
    ),
    "build": "webpack rollup esbuild vite cmake ninja meson msbuild xcodebuild",
}
_TOOL_KIND = {name: kind for kind, names in _TOOLS.items() for name in names.split()}
_WITH_SUBCOMMAND = {
    "go": {"test": "test", "vet": "lint", "build": "build"},
    "cargo": {
        **dict.fromkeys(("test", "t", "nextest", "llvm-cov", "tarpaulin", "miri"), "test"),
        **dict.fromkeys(("clippy", "fmt", "deny", "audit", "semver-checks"), "lint"),
        **dict.fromkeys(("build", "check", "b"), "build"),
    },
    "dotnet": {"test": "test", "vstest": "test", "format": "lint", "build": "build"},
    "swift": {"test": "test", "build": "build"},
    "flutter": {"test": "test", "analyze": "lint"},
    "dart": {"test": "test", "analyze": "lint"},
    "mix": {"test": "test", "credo": "lint", "dialyzer": "lint", "format": "lint", "compile": "build"},
    "bazel": {"test": "test", "build": "build"},
    "deno": {"test": "test", "lint": "lint", "check": "lint", "fmt": "lint"},
    "bun": {"test": "test"},
    "node": {"--test": "test"},
    "ng": {"test": "test", "lint": "lint", "e2e": "test", "build": "build"},
    "rails": {"test": "test", "test:all": "test", "spec": "test"},
    "artisan": {"test": "test"},
    "hatch": {"test": "test", "build": "build"},
    "stack": {"test": "test", "build": "build"},
    "cabal": {"test": "test", "build": "build"},
    "zig": {"test": "test"},
    "terraform": {"validate": "lint", "fmt": "lint", "test": "test"},
    "helm": {"lint": "lint"},
    "meson": {"test": "test"},
    "react-scripts": {"test": "test", "build": "build"},
    "vue-cli-service": {"test:unit": "test", "lint": "lint"},
    "twine": {"check": "lint"},
}  # fmt: skip
_GOALS = {
    "mvn": (r"test|verify|integration-test|install|package|deploy|surefire:test|failsafe:\S+", r"checkstyle:\S+|spotbugs:\S+|spotless:check"),
    "gradle": (r"(?:\S*:)?(?:test|check|build|\w+Test)", r"(?:\S*:)?(?:lint\w*|ktlint\w*|detekt|checkstyle\w*|spotless\w*)"),
    "make": (r"test[\w:.-]*|check[\w:.-]*|spec|coverage|all|ci|unit[\w-]*|verify|integration[\w-]*|e2e[\w-]*", r"lint[\w:.-]*|typecheck|type-check|mypy|fmt-check|format-check|style|vet|static[\w-]*"),
    "npm": (r"t|tst|test[\w:.-]*|unit[\w:.-]*|e2e[\w:.-]*|integration[\w:.-]*|coverage|ci|check[\w:.-]*|verify|validate", r"lint[\w:.-]*|type-?check[\w:.-]*|types|tsc|format:check|prettier[\w:.-]*|eslint[\w:.-]*|audit"),
}  # fmt: skip
_SAME = {
    "./mvnw": "mvn", "mvnw": "mvn", "maven": "mvn", "mvnw.cmd": "mvn", "mvnd": "mvn", "gradlew": "gradle", "./gradlew": "gradle",
    "gradlew.bat": "gradle", "gmake": "make", "just": "make", "task": "make", "rake": "make", "invoke": "make", "inv": "make",
    "yarn": "npm", "pnpm": "npm", "bun": "npm", "composer": "npm", "nx": "npm", "turbo": "npm", "lerna": "npm", "mage": "make",
}  # fmt: skip
_RUNNERS = frozenset(
    "npx bunx sudo env time nice command exec xvfb-run uvx pipx poetry uv pipenv pdm rye hatch bundle run exec dlx x -- -m"
    " python python3 py php coverage cross-env dotenv stdbuf unbuffer wine call doppler ddev sail retry run-script yarn pnpm npm"
    " conda mamba micromamba pixi nix-shell direnv vendor/bin composer nyc c8".split()
)
_NEVER = frozenset(
    "pip pip3 pipx apt apt-get brew choco yum dnf apk echo printf cd mkdir rm cp mv ls cat grep egrep sed awk git curl wget gem export"
    " set source . conda mamba which command touch chmod tar unzip test [ [[ exit return mkdir ln find docker podman helm kubectl gh aws".split()
)
_INSTALLS = frozenset(
    "install add i ci sync lock update upgrade remove uninstall init publish pack login cache restore".split()
)
_DESELECTS = re.compile(
    r"-(?:k|m|x|t|g|run|short|skip|list|e|fn|Dtest|co|only)(?:=.*)?|-p(?:=?no:.*)?|no:.*|--(?:ignore(?:-glob)?|deselect|collect-only|co|lf|last-failed|ff|maxfail|noconftest"
    r"|exitfirst|pass-?with-?no-?tests|testPathIgnorePatterns|testPathPatterns?|testNamePattern|grep|fgrep|invert|exclude[\w-]*|skip[\w-]*|no-run|lib|bins?|doc|only[\w-]*"
    r"|changed(?:Since)?|onlyChanged|related|findRelatedTests|fail-never|continue|filter|no-verify|tag|group|testsuite|suite|list-?tests?|listTests|dry-?run|exit-zero|no-error[\w-]*|no-fail\w*|tests?"
    r"|setup-plan|setup-only|no-test\w*|no-build-fail|force-exclude|no-tests=\w+|allow-no-tests|warn-only|soft-fail|exit-code|bail|stepwise|no-strict[\w-]*|ignore-missing-imports|ignore-errors|follow-imports|disable-warnings|quiet-level|no-coverage|no-cov|shard|example-pattern|name-pattern)(?:[=:].*)?"
    r"|-D(?:skip|maven\.test|test|it\.test|failIf|surefire\.|checkstyle\.skip|spotbugs\.skip|jacoco\.skip|enforcer\.skip)\w*.*|-P(?:skip|no|!)\w*.*",
    re.IGNORECASE,
)
_STRICT = re.compile(
    r"--(?:cov(?:=.*)?|cov-fail-under.*|fail-under.*|coverage|race|all-targets|all-features|workspace|all|check|diff|ci|strict[\w-]*|fail-on[\w-]*(?:=.*)?|error-on[\w-]*|max-warnings.*|warnings-as-errors|forbid-only"
    r"|branch|doctest-modules|doctests|all-files|exit-code|noEmit|no-fix|show-source|randomize|check-untyped-defs|disallow[\w-]*|deny[\w-]*|locked|frozen-lockfile|immutable|write-changes)|-race|-Werror|-D|-W(?:=?error.*)?|warnings|error"
)  # fmt: skip
_SOFT_STRICT = re.compile(
    r"--(?:ci|all|check|diff|show-source|branch|locked|frozen-lockfile|immutable|coverage|cov.*|randomize|write-changes)|-W|error|warnings"
)
_TAKES_VALUE = re.compile(
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
_GATE_ACTION = re.compile(
    r"codeql|golangci|pre-commit|super-linter|megalinter|dependency-review|trivy|snyk|gitleaks|trufflehog|semgrep|ruff-action|pytest|\blint|eslint"
    r"|actionlint|audit|black|mypy|clippy|rustfmt|cargo-deny|scorecard|sonar|shellcheck|hadolint|checkstyle|ktlint|detekt|phpstan|rubocop|typos|markdownlint|cypress-io|zizmor|vulncheck|sast|secret-detection",
    re.IGNORECASE,
)
_QUICK = re.compile(
    r"[:_-](?:fast|quick|smoke|unit|only|lite|minimal|basic|ci|safe|short|some|partial|skip\w*|noop|dummy)\b"
)


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
    for gate in open_before:
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
    still = {gate.identity for gate in after if not gate.mask}
    kinds = Counter(gate.kind for gate in effective)
    wrapped = any(gate.kind == "test" for gate in effective)
    for gate in rest:
        if kinds[gate.kind] > 0:  # another tool does it now
            kinds[gate.kind] -= 1
        elif wrapped and gate.kind != "test":  # `make check`, `tox`: whatever they run
            yield Loss(old=gate, what="removed", sure=False)
        else:
            yield Loss(old=gate, what="removed", sure=gate.identity not in still)


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
    if old.tool in {"npm", "make", "gradle", "mvn"}:
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
        elif not word.startswith((">", "<", "$", "2>", "/dev/")) and word not in {">", "<"}:
            found.append(word)
    return found


def _gates_of(command: Command, depth: int) -> Iterable[Gate]:
    words = list(command.words)
    if (
        words[:1]
        and words[0].rpartition("/")[2] in {"bash", "sh", "zsh", "cmd", "pwsh"}
        and depth < 2
    ):
        for flag in ("-c", "-lc", "-ec", "-Command", "/c", "-ce"):
            if flag in words[1:-1]:
                inner = commands(" ".join(words[words.index(flag) + 1 :]))
                return [
                    replace(gate, mask=command.mask or gate.mask)
                    for one in inner
                    for gate in _gates_of(one, depth + 1)
                ]
    found = _gate(words)
    if found is None:
        return []
    kind, tool, arguments = found
    return [
        Gate(kind=kind, tool=tool, arguments=tuple(arguments), mask=command.mask, text=command.text)
    ]


def _gate(words: list[str]) -> tuple[str, str, list[str]] | None:
    """Kind, tool and arguments of a simple command."""
    if words[0] in {"docker", "docker-compose", "podman"} and {"run", "exec"} & set(words[1:4]):
        return next(
            (found for at in range(2, min(len(words), 14)) if (found := _gate(words[at:]))), None
        )
    for at in range(min(len(words), 8)):
        found = _tool_at(words[at:])
        if found is not None:
            return found
        word = words[at].lstrip("@")
        if word in _NEVER or words[at + 1 : at + 2] in ([each] for each in _INSTALLS):
            return None
        plain = word.rpartition("/")[2] in _RUNNERS or word.startswith("-") or "=" in word
        if not plain and not re.fullmatch(
            r"(?:python|php)[\d.]*|timeout|\d+[smh]?|--|artisan", word
        ):
            return None
    return None


def _tool_at(words: list[str]) -> tuple[str, str, list[str]] | None:
    name = words[0].lstrip("@-").removesuffix(".exe")
    name = name if name in _SAME else name.rpartition("/")[2]
    rest = words[1:]
    subcommand = next(
        (word for word in rest if not word.startswith(("-", "+")) or word == "--test"), ""
    )
    if subcommand in _INSTALLS and name not in {"mvn", "mvnw", "./mvnw"}:
        return None
    known = _WITH_SUBCOMMAND.get(name, {}).get(subcommand)
    if known:
        tail = list(rest)
        tail.remove(subcommand)
        return known, f"{name} {subcommand}", tail
    kind = _TOOL_KIND.get(name.removesuffix(".py") if name != "manage.py" else name)
    if kind and (name != "manage.py" or subcommand == "test") and (name != "m" or not rest):
        return kind, name.replace("py.test", "pytest"), rest
    return _goal_tool(_SAME.get(name, name), rest)


def _goal_tool(name: str, rest: list[str]) -> tuple[str, str, list[str]] | None:
    """A tool whose goals say what it does."""
    goals = _GOALS.get(name)
    if goals is None:
        return None
    plain = [word for word in rest if word not in {"run", "run-script"}]
    for kind, pattern in zip(("test", "lint"), goals, strict=True):
        if any(re.fullmatch(pattern, word) for word in plain[:8]):
            return kind, name, plain
    if name == "make" and not any(not word.startswith("-") and "=" not in word for word in plain):
        return "build", name, plain
    if {"build", "compile", "assemble"} & set(plain[:6]):
        return "build", name, plain
    return None
