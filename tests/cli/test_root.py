"""The command line as a whole: lazy, one line an error, known exit codes."""

import pkgutil
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import bot.cli
from bot.cli import COMMANDS

HEAVY = ("aiohttp", "alembic", "anthropic", "asyncio", "dbos", "pydantic", "rich", "sqlalchemy")


def selfheal(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def loaded_by(code: str) -> set[str]:
    """The heavy packages that a piece of code imports, in an interpreter of its own."""
    report = f"import sys\n{code}\nsys.stderr.write(' '.join({HEAVY} & sys.modules.keys()))"
    report = report.replace(str(HEAVY), repr(set(HEAVY)))
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stderr.split())


def test_help_lists_every_command_and_imports_none() -> None:
    done = selfheal("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if f"\n  {name} " in done.stdout] == list(COMMANDS)
    assert loaded_by("from bot.cli import run\nrun(['--help'])") == set()


@pytest.mark.parametrize(
    "arguments", [["log", "/dev/null"], ["log", "--help"], ["guard", "--help"]]
)
def test_the_small_commands_start_without_heavy_packages(arguments: list[str]) -> None:
    assert loaded_by(f"from bot.cli import run\nrun({arguments!r})") == set()


def test_every_module_of_the_shelf_is_a_command_and_says_what_it_does() -> None:
    files = {found.name for found in pkgutil.iter_modules(bot.cli.__path__)}
    assert files == COMMANDS.keys()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "selfheal: Missing command. (see --help)"),
        (["heal"], "selfheal: No such command 'heal'. (see --help)"),
        (["--nope"], "selfheal: No such option: --nope (see --help)"),
        (["log", "--nope"], "selfheal log: No such option: --nope (see --help)"),
        (
            ["log", "--format", "xml"],
            (
                "selfheal log: Invalid value for '--format': 'xml' is not one of jsonl, text,"
                " github, sarif (see --help)"
            ),
        ),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments: list[str], line: str) -> None:
    done = selfheal(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


def test_a_command_whose_extra_is_missing_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['aiohttp'] = None\n"
        "import bot.cli.serve\n"
        "def command() -> None:\n"
        "    'Needs more.'\n"
        "    raise ModuleNotFoundError('no', name='aiohttp')\n"
        "bot.cli.serve.command = command\n"
        "raise SystemExit(bot.cli.run(['serve']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    assert done.stderr == "selfheal serve: aiohttp is not installed: pip install 'selfheal[bot]'\n"


@pytest.mark.parametrize(
    ("raised", "code", "line"),
    [
        ("KeyboardInterrupt()", 130, ""),
        ("UserError('no such\\nscenario')", 2, "selfheal demo: no such scenario\n"),
        ("ConfigError('port: not a number')", 2, "selfheal demo: port: not a number\n"),
        ("typer.Exit(3)", 3, ""),
    ],
)
def test_what_a_command_raises_becomes_its_exit_code(raised: str, code: int, line: str) -> None:
    script = (
        "import types, sys, typer\n"
        "import bot.cli\n"
        "from bot.core.errors import ConfigError, UserError\n"
        "def command() -> None:\n"
        "    'Raises.'\n"
        f"    raise {raised}\n"
        "module = types.ModuleType('bot.cli.demo')\n"
        "module.command = command\n"
        "sys.modules['bot.cli.demo'] = module\n"
        "raise SystemExit(bot.cli.run(['demo']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (code, line)


BLOCK = """
import sys
import tomllib
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"blocked {{name}}", name=name)
sys.meta_path.insert(0, Block())
from bot.cli import run
raise SystemExit(run({arguments!r}))
"""
MODULES = {"pyjwt": "jwt", "pyyaml": "yaml", "pydantic-settings": "pydantic_settings"}


def extras() -> set[str]:
    """Import names of what only the extras install."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    wanted = [
        each for name in ("bot", "postgres") for each in project["optional-dependencies"][name]
    ]
    names = [re.split(r"[\[<>=~! ]", each)[0].lower() for each in wanted]
    return {MODULES.get(name, name.replace("-", "_")) for name in names}


@pytest.mark.parametrize(
    "arguments", [["log", "/dev/null"], ["log", "--", "true"], ["guard", "--help"]]
)
def test_the_base_install_alone_serves_log_and_guard(arguments: list[str], tmp_path: Path) -> None:
    script = BLOCK.format(blocked=extras(), arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
