"""The bot's own bare mirrors, and all that git does for us: never in a tree others could write."""

from bot.edges.git.borrowed import LOCAL, borrow
from bot.edges.git.mirror import GitMirror

__all__ = ["LOCAL", "GitMirror", "borrow"]
