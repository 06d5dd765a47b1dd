"""The strict bubblewrap sandbox: no secrets, no network, no git directory, limits on everything."""

from bot.edges.sandbox_bwrap.limits import Limits
from bot.edges.sandbox_bwrap.sandbox import BwrapSandbox

__all__ = ["BwrapSandbox", "Limits"]
