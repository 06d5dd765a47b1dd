"""`/selfheal status`: how it stands."""

from bot.core import links, wording
from bot.core.call import Call
from bot.core.errors import UserError
from bot.ports import Ports

NAME = "status"
USAGE = "status — how the heal of this pull request stands."


async def run(call: Call, ports: Ports) -> str:
    """One line and a link."""
    case = await ports.store.newest_case(call.repo, call.pr)
    if case is None:
        msg = "This pull request has not been thrown out of the queue while I was watching."
        raise UserError(msg)
    url = links.case_url(ports.operator.public_url, case.id)
    return wording.status(case) + (f" [The whole case]({url})." if url else "")
