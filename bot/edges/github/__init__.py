"""GitHub: `Forge` and `Tokens` over REST, GraphQL and log downloads."""

from bot.edges.github.connect import GitHub, connect
from bot.edges.github.forge import GitHubForge
from bot.edges.github.tokens import App, AppTokens

__all__ = ["App", "AppTokens", "GitHub", "GitHubForge", "connect"]
