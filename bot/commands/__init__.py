"""The shelf of slash commands: one module each, all of the shape `Command`."""

from collections.abc import Sequence
from typing import Protocol

from bot.commands import approve, retry, status, stop
from bot.core.call import Call
from bot.core.errors import UserError
from bot.core.markdown import code
from bot.ports import Ports

_MAY = frozenset({"admin", "write"})


class Command(Protocol):
    """The shape of a module on this shelf."""

    @property
    def NAME(self) -> str:
        """The word after `/selfheal`."""
        ...

    @property
    def USAGE(self) -> str:
        """One line for `/selfheal help`."""
        ...

    async def run(self, call: Call, ports: Ports) -> str:
        """Do it and return the answer, in Markdown; raise UserError to refuse."""
        ...


ALL: Sequence[Command] = [retry, stop, status, approve]
BY_NAME = {command.NAME: command for command in ALL}


def may(permission: str) -> bool:
    """Whether a permission on the repository is enough to command us."""
    return permission in _MAY


async def answer(call: Call, ports: Ports) -> str:
    """Run a command; refusals become text, bugs stay exceptions."""
    if call.name in {"", "help"}:
        return usage()
    if (command := BY_NAME.get(call.name)) is None:
        return f"There is no command {code(call.name)}.\n\n{usage()}"
    try:
        return await command.run(call, ports)
    except UserError as exc:
        return str(exc)


def usage() -> str:
    """All commands, one a line."""
    lines = [
        f"- `/selfheal {command.USAGE.partition(' — ')[0]}`: {command.USAGE.partition(' — ')[2]}"
        for command in ALL
    ]
    return "\n".join([*lines, "- `/selfheal help`: this list."])
