"""A test that fails now and then: one plain requeue, no commit."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre

NAME = "flaky"
TITLE = "a race on the runner; requeued once, no commit"
ENDED = "healed"
MERGED = True
COMMITS = 0
VERDICTS = ()

# The test fails on the second run of the workflow and on no other: a race that always comes when
# it is shown. The first run is the pull request's, the second the merge group's.
CACHE = text(
    '''
    """A cache of prices."""


    class Cache:
        """Prices by article."""

        def __init__(self):
            self._prices = {}

        def put(self, name, cents):
            """Remember a price."""
            self._prices[name] = cents

        def get(self, name):
            """The price; None when it is not known."""
            return self._prices.get(name)
    '''
)
CACHE_TEST = text(
    """
    import os

    import pytest

    from rocket.cache import Cache


    def test_a_price_is_remembered():
        cache = Cache()
        cache.put("bolt", 12)
        assert cache.get("bolt") == 12


    @pytest.mark.queue
    def test_the_cache_is_warm_in_time():
        assert os.environ.get("GITHUB_RUN_NUMBER") != "2", "timed out waiting for the cache"
    """
)


async def play(theatre: Theatre) -> LabPull:
    """A cache, with a test that depends on the weather."""
    repo = await theatre.repo("flaky")
    pull = await repo.open_pr(
        author="grace",
        branch="feature/cache",
        title="Add a cache",
        files={"rocket/cache.py": CACHE, "tests/test_cache.py": CACHE_TEST},
        message="Add a cache",
    )
    await theatre.queue(pull, by="grace")
    return pull
