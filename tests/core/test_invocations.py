"""A failure is shown again by the tool's narrowest command, started as the log started it."""

import pytest

from bot.core.framing import Line
from bot.core.invocations import Invocations


def ran(*texts: str) -> Invocations:
    return Invocations([Line(number, text) for number, text in enumerate(texts, 1)])


@pytest.mark.parametrize(
    ("line", "tool", "proposed", "expected"),
    [
        ("##[group]Run pytest -q", "pytest", "pytest a.py::b", "pytest a.py::b"),
        ("##[group]Run poetry run pytest -q", "pytest", "pytest a.py::b", "poetry run pytest a.py::b"),
        ("+ python3 -m pytest tests", "pytest", "pytest a.py::b", "python3 -m pytest a.py::b"),
        ("$ .venv/bin/python -m pytest", "pytest", "pytest a.py", ".venv/bin/python -m pytest a.py"),
        ("$ CI=1 uv run ruff check .", "ruff", "ruff check a.py", "CI=1 uv run ruff check a.py"),
        ("> jest --ci", "jest", "npx jest a.js -t 'x y'", "npx jest a.js -t 'x y'"),
        ("$ yarn jest --ci", "jest", "npx jest a.js", "yarn jest a.js"),
        ("packages/web test$ pnpm exec vitest", "vitest", "npx vitest a.ts", "pnpm exec vitest a.ts"),
        ("[command]/usr/bin/go test ./...", "go-test", "go test ./a -run X", "go test ./a -run X"),
        ("##[group]Run bash ci.sh pytest", "pytest", "pytest a.py", "pytest a.py"),
        ("+ pytest 'unbalanced", "pytest", "pytest a.py", "pytest a.py"),
        ("$ make lint", "make", None, "make lint"),
        ("$ make lint", "eslint", None, None),
    ],
)  # fmt: skip
def test_a_command_is_wrapped_as_the_log_wrapped_it(
    line: str, tool: str, proposed: str | None, expected: str | None
) -> None:
    assert ran(line).command(9, tool, proposed) == expected


def test_the_last_run_of_the_tool_before_the_failure_counts() -> None:
    log = ran("$ uv run pytest a", "noise", "$ tox -e py", "$ poetry run pytest b")
    assert log.command(3, "pytest", "pytest x.py") == "uv run pytest x.py"
    assert log.command(9, "pytest", "pytest x.py") == "poetry run pytest x.py"


def test_the_folder_of_a_step_is_known_when_its_script_says_so() -> None:
    assert ran("##[group]Run cd web && npx eslint .").folder(5, "eslint") == "web"
    script = ran(
        "##[group]Run set -e", "##[script]set -e", "##[script]cd ./api", "##[script]mypy ."
    )
    assert script.folder(9, "mypy") == "api"
    script = ran("##[script]cd api/", "##[script]mypy .", "shell: bash", "##[script]mypy .")
    assert script.folder(3, "mypy") == "api"
    assert script.folder(9, "mypy") == ""
    for elsewhere in ("/tmp", "..", "~/x", "$HOME"):
        assert ran(f"$ cd {elsewhere} && mypy .").folder(9, "mypy") == ""


def test_a_header_of_npm_is_no_command() -> None:
    assert ran("> shop@1.0.0 jest").command(9, "jest", "npx jest a.js") == "npx jest a.js"
