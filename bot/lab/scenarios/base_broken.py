"""Somebody broke main past the queue: not this pull request to fix, and it says so."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre

NAME = "base-broken"
TITLE = "main itself is broken; nothing is done to the pull request"
ENDED = "explained"
MERGED = False
COMMITS = 0
VERDICTS = ()

BROKEN_TEST = text(
    """
    import pytest

    from rocket.cart import total


    @pytest.mark.queue
    def test_prices_are_whole():
        assert total([100, 250]) == 351
    """
)
COLOURS = text(
    '''
    """Colours of articles."""


    def named(name):
        """A colour's name, tidied up."""
        return name.strip().lower()
    '''
)
COLOURS_TEST = text(
    """
    from rocket.colours import named


    def test_named():
        assert named(" Red ") == "red"
    """
)


async def play(theatre: Theatre) -> LabPull:
    """An honest pull request behind a broken main."""
    repo = await theatre.repo("base-broken")
    await repo.commit_to_main({"tests/test_prices.py": BROKEN_TEST}, "Hotfix past the queue")
    pull = await repo.open_pr(
        author="ada",
        branch="feature/colours",
        title="Add colours",
        files={"rocket/colours.py": COLOURS, "tests/test_colours.py": COLOURS_TEST},
        message="Add colours",
    )
    await theatre.queue(pull)
    return pull
