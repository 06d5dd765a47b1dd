"""The parts of README.md that are drawn from code. `python -m tests.readme` writes them anew."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo

from bot import cli, commands, formats, recipes
from bot.core.app_permissions import PERMISSIONS
from bot.core.failure_output import describe
from bot.core.framing import unframe
from bot.core.lifecycle import MOVES
from bot.formats import reports
from bot.lab import scenarios
from bot.settings import Settings
from guards import rules

README = Path(__file__).parents[1] / "README.md"
GOLDEN = Path(__file__).parent / "golden/formats"
_WHY = {
    "actions": "logs of failed jobs",
    "checks": "our own check run, with buttons and annotations",
    "contents": "push the fix, put the pull request into the queue",
    "issues": "hear comments (slash commands)",
    "merge_queues": "hear which group of the queue tests what",
    "metadata": "who may command, which rules a branch has",
    "pull_requests": "labels, the comment, auto-merge",
    "statuses": "checks of other CI systems",
}
_NAMES = {"statuses": "Commit statuses"}  # where GitHub's page says it in other words


def diagram() -> str:
    """Every legal move of a case."""
    arrows = [f"    {old} --> {new}" for old, moves in MOVES.items() for new in sorted(moves)]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "```"])


def permissions() -> str:
    """What the App must be granted, and why."""
    rows = [
        f"| {_NAMES.get(name, name.replace('_', ' ').capitalize())} | {level} | {_WHY[name]} |"
        for name, level in PERMISSIONS.items()
    ]
    return "\n".join(["| permission | access | for |", "|---|---|---|", *rows])


def settings() -> str:
    """Every setting with its default."""
    rows = [_setting(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def _setting(name: str, field: FieldInfo) -> str:
    names = [f"SELFHEAL_{name.upper()}"]
    if isinstance(field.validation_alias, AliasChoices):
        names = [str(choice) for choice in field.validation_alias.choices]
    shown = " or ".join(f"`{each}`" for each in names)
    return f"| {shown} | {_default(field.default)} | {field.description} |"


def _default(value: Any) -> str:
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return "" if plain in (None, "") else f"`{plain}`"


def slash_commands() -> str:
    """What may be written in a comment."""
    return commands.usage()


def guards_list() -> str:
    """Every guard with why it exists."""
    rows = [
        f"| `{rule.NAME}` | {rule.SEVERITY.value.replace('_', ' ')} | {_first_line(rule)} |"
        for rule in rules.ALL
    ]
    return "\n".join(["| guard | its finding | why |", "|---|---|---|", *rows])


def scenario_list() -> str:
    """Every scenario of the demo."""
    rows = [f"| `{each.NAME}` | {each.TITLE} | {_ends(each)} |" for each in scenarios.ALL]
    return "\n".join(["| scenario | what happens | must end |", "|---|---|---|", *rows])


def _ends(scenario: scenarios.Scenario) -> str:
    return scenario.ENDED.replace("_", " ") + (", merged" if scenario.MERGED else "")


def command_line() -> str:
    """Every subcommand."""
    rows = [f"| `selfheal {name}` | {text} |" for name, text in cli.COMMANDS.items()]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def shelves() -> str:
    """What is on the shelves of formats and recipes."""
    names = {formats.load(name).NAME for name in formats.NAMES}
    names |= {each.NAME for each in reports.JSON} | {each.NAME for each in reports.XML}
    known = ", ".join(f"`{name}`" for name in sorted(names, key=str.lower))
    free = ", ".join(f"`{each.NAME}`" for each in recipes.ALL)
    return f"Log and report formats ({len(names)}): {known}. Recipes: {free}."


# One golden log a family: its first failure, as the tool printed it and as we tell it.
FAMILIES = {
    "Tests in Python": "pytest_log/long",
    "Types in Python": "mypy/plain",
    "Linters of Python": "ruff_check/concise",
    "Tests in JavaScript": "jest/default-30",
    "TypeScript": "tsc/plain",
    "Linters of JavaScript": "eslint/stylish",
    "Package managers": "npm/not_found_6",
    "Tests in Go": "go_test/plain",
    "Rust": "rustc/human",
    "C and C++": "gcc_clang/gcc_header_once",
    "Tests in C++": "gtest/*",
    "Java": "javac/errors",
    "Maven and Gradle": "surefire/summary",
    ".NET": "dotnet/build",
    "Ruby": "rspec/progress",
    "PHP": "phpunit/phpunit11",
    "Swift": "swift_test/xctest",
    "Haskell, Fortran and others": "ghc/*",
    "Shell, YAML, Docker and others": "shellcheck/*",
    "Containers": "docker_build/failed_run",
    "Git": "merge_conflict/merge",
    "Infrastructure": "runner/lost",
    "Reports": "junit/pytest",
}
MAX_SHOWN = 110


def failures() -> str:
    """One example a family."""
    return "\n".join(
        ["```text", *(line for case in FAMILIES.items() for line in _example(*case)), "```"]
    )


def _example(family: str, case: str) -> Iterator[str]:
    log = next(
        each
        for each in sorted(GOLDEN.glob(f"{case}.log"))
        if each.with_suffix(".jsonl").stat().st_size
    )
    failure = formats.find_failures(log.read_bytes(), for_people=True)[0]
    start = failure.log.start if failure.log else 1
    (printed, *_) = unframe(log.read_bytes().splitlines()[start - 1])
    yield f"# {family}: {printed.strip()[:MAX_SHOWN]}"
    yield from describe(failure)


def _first_line(module: object) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


BLOCKS: Mapping[str, Callable[[], str]] = {
    "states": diagram,
    "permissions": permissions,
    "settings": settings,
    "slash-commands": slash_commands,
    "guards": guards_list,
    "scenarios": scenario_list,
    "command-line": command_line,
    "shelves": shelves,
    "failures": failures,
}


def rendered(text: str) -> str:
    """The text with every marked block drawn anew."""
    for name, draw in BLOCKS.items():
        before, opened, rest = text.partition(f"<!-- {name} -->\n")
        _, closed, after = rest.partition(f"<!-- /{name} -->\n")
        if not (opened and closed):
            msg = f"README.md must hold the block {name}"
            raise ValueError(msg)
        text = f"{before}{opened}{draw()}\n{closed}{after}"
    return text


if __name__ == "__main__":
    README.write_text(rendered(README.read_text()))
