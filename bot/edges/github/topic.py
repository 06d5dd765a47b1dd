"""What every part of the forge stands on."""

from bot.edges.github.client import Client


class Topic:
    """A part of `Forge`: the methods about one thing."""

    def __init__(self, client: Client) -> None:
        self._client = client
