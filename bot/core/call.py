"""One slash command, as somebody wrote it."""

from dataclasses import dataclass

from bot.core.ids import PrNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command line in a comment.

    Attributes:
        key: id of the delivery that brought it: repeating it must change nothing.
        name: the word after `/selfheal`; "" for a bare one. text: the rest of the line.
    """

    key: str
    repo: str
    installation: int
    pr: PrNumber
    comment_id: int
    actor: str
    name: str
    text: str = ""
