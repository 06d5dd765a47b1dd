"""Nobody can tell what is meant: three attempts, then one escalation with all that is known."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre, check, done, edit, failed, look

NAME = "gives-up"
TITLE = "three attempts, then a person gets everything that is known"
ENDED = "gave_up"
MERGED = False
COMMITS = 0
VERDICTS = ("pass", "reject")

REPO = "acme/gives-up"
RANK = text(
    '''
    """Ranks of customers."""


    def rank(orders):
        """A customer's rank by the number of orders."""
        return "gold" if orders > 10 else "new"
    '''
)
RANK_TEST = text(
    """
    import pytest

    from rocket.rank import rank


    def test_many_orders():
        assert rank(50) == "gold"


    @pytest.mark.queue
    def test_the_border():
        assert rank(10) == "gold"
        assert rank(10) == "new"
    """
)
PATH = "rocket/rank.py"
TESTS = "tests/test_rank.py"


async def play(theatre: Theatre) -> LabPull:
    """A test that contradicts itself."""
    repo = await theatre.repo("gives-up")
    skip = '@pytest.mark.queue\n@pytest.mark.skip(reason="unclear")\n'
    theatre.cast(
        REPO,
        [
            [look(PATH)],
            [edit(PATH, "orders > 10", "orders >= 10")],
            [check("unit")],
            [done("count the tenth order", "off by one", [PATH])],
        ],
        [
            [edit(TESTS, "@pytest.mark.queue\n", skip)],
            [check("unit")],
            [done("skip a test that contradicts itself", "contradiction", [TESTS])],
        ],
        [
            [look(TESTS)],
            [failed("test_the_border asserts both gold and new for ten orders: which is meant?")],
        ],
    )
    pull = await repo.open_pr(
        author="linus",
        branch="feature/ranks",
        title="Add ranks of customers",
        files={PATH: RANK, TESTS: RANK_TEST},
        message="Add ranks",
    )
    await theatre.queue(pull, by="linus")
    return pull
