"""The shelf of subcommands: one module each, whose function `command` is a typer command.

`COMMANDS` names them. A module is imported when its command is called, not before: help and the
small commands start at once, and the base install serves those that need no more.
"""

import importlib
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from bot.core.errors import ConfigError, UserError

FINE, NO, WRONG_USE, HUMAN, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS = {
    "demo": "Heal failing merge-queue entries on a local GitHub, and show how.",
    "log": "Turn the output of a command, or raw CI logs, into structured failures.",
    "guard": "Judge a change by the guards: pass, reject, or ask a human.",
    "serve": "Run the whole service in one process.",
    "web": "Run the half that answers HTTP.",
    "worker": "Run the half that heals.",
    "doctor": "Check settings, GitHub App, sandbox, database; say the remedies.",
    "sandbox": "Run a command exactly as the agent's commands run.",
}
_EXTRAS = {"psycopg": "postgres"}  # what is missing → the extra that brings it; else "bot"


class Later(TyperCommand):
    """A subcommand known by name and help; its module is imported when it is called."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: Any = None,
        **extra: Any,
    ) -> Any:
        """The context of the real command; its `obj` holds the arguments as they were typed."""
        real = load(str(self.name))
        return real.make_context(info_name, args, parent, obj=tuple(args), **extra)


class Root(TyperGroup):
    """`selfheal` itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Later | None:
        """The command of that name, not imported yet."""
        if (help_ := COMMANDS.get(cmd_name)) is None:
            return None
        return Later(name=cmd_name, help=help_, rich_markup_mode=None)


def load(name: str) -> Any:
    """Import a subcommand.

    Args:
        name: one of `COMMANDS`; the module may give typer's context settings as `SETTINGS`.
    """
    module: ModuleType = importlib.import_module(f"bot.cli.{name}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    settings = getattr(module, "SETTINGS", None)
    app.command(name=name, help=module.command.__doc__, context_settings=settings)(module.command)
    return _light(typer.main.get_command(app))


def _light(command: Any) -> Any:
    """The same command, without pydantic for words, paths and choices.

    typer turns every value into its type by pydantic, whose import takes longer than all of
    `selfheal guard`. There is no public switch; without the private one it is only slower.
    """
    try:
        from typer._coercion import RuntimeParam
    except ImportError:
        return command

    class Plain(RuntimeParam):
        def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
            return _plain(value, self.annotation, param, ctx)

    for param in command.get_params(typer.Context(command)):  # with --help
        described = getattr(param, "type_descriptor", None)
        if described is not None and _is_plain(described.annotation, described.parameter_info):
            param._runtime_param = Plain(  # noqa: SLF001 - see above
                annotation=described.annotation, parameter_info=described.parameter_info
            )
    return command


def _is_plain(annotation: Any, info: Any) -> bool:
    """Whether it asks for no more than a word, a number, a path that need not exist, or a choice."""
    asks_more = ("parser", "exists", "resolve_path", "writable", "min", "max")
    if any(getattr(info, name, None) for name in asks_more):
        return False
    is_choice = isinstance(annotation, type) and issubclass(annotation, Enum)
    is_flag = annotation is bool and not getattr(info, "envvar", None)
    return is_choice or is_flag or annotation in (str, float, Path, list[str], list[Path])


def _plain(value: Any, annotation: Any, param: Any, ctx: Any) -> Any:
    """A typed value of a parameter of which `_is_plain` holds."""
    if annotation in (list[str], list[Path]):
        (each_type,) = get_args(annotation)
        return [each_type(each) for each in value]
    try:
        return value if isinstance(value, annotation) else annotation(value)
    except ValueError as exc:
        msg = f"{value!r} is not a number"
        if issubclass(annotation, Enum):
            known = ", ".join(str(each.value) for each in annotation)
            msg = f"{value!r} is not one of {known}"
        raise typer.BadParameter(msg, ctx=ctx, param=param) from exc


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; every error is one line on stderr.

    Args:
        arguments: without the program's name; None = those of this process.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    root = Root(
        name="selfheal",
        help="Heal failing merge-queue entries, and prove that the fix is honest.",
        rich_markup_mode=None,
        epilog="Exit codes: 0 fine, 1 no, 2 wrong use, 3 a human must decide, 130 interrupted.",
    )
    try:
        code = _light(root).main(args=given, prog_name="selfheal", standalone_mode=False)
    except typer.TyperException as exc:
        return _say(given, exc.format_message(), hint=" (see --help)")
    except (UserError, ConfigError) as exc:
        return _say(given, str(exc))
    except ModuleNotFoundError as exc:
        return _say(given, _remedy(exc))
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code if isinstance(code, int) else FINE


def _say(arguments: Sequence[str], message: str, *, hint: str = "") -> int:
    name = next((word for word in arguments[:1] if word in COMMANDS), "")
    # A name in an archive may hold what moves a terminal's cursor.
    text = "".join(each if each.isprintable() else "?" for each in " ".join(message.split()))
    with suppress(OSError, AttributeError):  # stderr may be full, or closed: the code says it too
        sys.stderr.write(f"{f'selfheal {name}'.strip()}: {text}{hint}\n")
    return WRONG_USE


def _remedy(missing: ModuleNotFoundError) -> str:
    """What to install; a module of ours that is missing is a bug and stays one."""
    package = (missing.name or "").partition(".")[0]
    if package in ("", "bot", "guards"):
        raise missing
    extra = _EXTRAS.get(package, "bot")
    return f"{package} is not installed: pip install 'selfheal[{extra}]'"
