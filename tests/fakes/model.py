"""A model that answers from a list, for tests that are not about the wire."""

from collections.abc import Callable, Sequence

from bot.core.transcript import Conversation, Reply

Next = Reply | Exception | Callable[[Conversation, int], Reply]


class ListedModel:
    """`Model` that takes its turns, and failures, from a list."""

    def __init__(self, turns: Sequence[Next], *, prompt_tokens: int = 1_000) -> None:
        self._turns = list(turns)
        self.prompt_tokens = prompt_tokens
        self.asked: list[tuple[Conversation, int, float]] = []

    async def count(self, conversation: Conversation) -> int:
        """Always the same."""
        del conversation
        return self.prompt_tokens

    async def reply(self, conversation: Conversation, max_tokens: int, timeout_s: float) -> Reply:
        """The next of the list."""
        self.asked.append((conversation, max_tokens, timeout_s))
        turn = self._turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn(conversation, max_tokens) if callable(turn) else turn
