"""Which command runs tests, which one a linter, which one a build."""

import re

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
    [
        "npx",
        "bunx",
        "sudo",
        "env",
        "time",
        "nice",
        "command",
        "exec",
        "xvfb-run",
        "uvx",
        "pipx",
        "poetry",
        "uv",
        "pipenv",
        "pdm",
        "rye",
        "hatch",
        "bundle",
        "run",
        "exec",
        "dlx",
        "x",
        "--",
        "-m",
        "python",
        "python3",
        "py",
        "php",
        "coverage",
        "cross-env",
        "dotenv",
        "stdbuf",
        "unbuffer",
        "wine",
        "call",
        "doppler",
        "ddev",
        "sail",
        "retry",
        "run-script",
        "yarn",
        "pnpm",
        "npm",
        "conda",
        "mamba",
        "micromamba",
        "pixi",
        "nix-shell",
        "direnv",
        "vendor/bin",
        "composer",
        "nyc",
        "c8",
    ]
)
_NEVER = frozenset(
    [
        "pip",
        "pip3",
        "pipx",
        "apt",
        "apt-get",
        "brew",
        "choco",
        "yum",
        "dnf",
        "apk",
        "echo",
        "printf",
        "cd",
        "mkdir",
        "rm",
        "cp",
        "mv",
        "ls",
        "cat",
        "grep",
        "egrep",
        "sed",
        "awk",
        "git",
        "curl",
        "wget",
        "gem",
        "export",
        "set",
        "source",
        ".",
        "conda",
        "mamba",
        "which",
        "command",
        "touch",
        "chmod",
        "tar",
        "unzip",
        "test",
        "[",
        "[[",
        "exit",
        "return",
        "mkdir",
        "ln",
        "find",
        "docker",
        "podman",
        "helm",
        "kubectl",
        "gh",
        "aws",
    ]
)
_INSTALLS = frozenset(
    [
        "install",
        "add",
        "i",
        "ci",
        "sync",
        "lock",
        "update",
        "upgrade",
        "remove",
        "uninstall",
        "init",
        "publish",
        "pack",
        "login",
        "cache",
        "restore",
    ]
)


def known_command(words: list[str]) -> tuple[str, str, list[str]] | None:
    """Kind, tool and arguments of a simple command."""
    if words[0] in {"docker", "docker-compose", "podman"} and {"run", "exec"} & set(words[1:4]):
        return next(
            (found for at in range(2, min(len(words), 14)) if (found := known_command(words[at:]))),
            None,
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
