"""The shelf of REST endpoints: one file a part of the API; `ALL` is what the lab serves."""

from bot.lab.rest import actions, apps, checks, commits, conversation, pulls
from bot.lab.rest.call import Route

ALL: tuple[Route, ...] = (
    *apps.ROUTES,
    *commits.ROUTES,
    *checks.ROUTES,
    *actions.ROUTES,
    *pulls.ROUTES,
    *conversation.ROUTES,
)
