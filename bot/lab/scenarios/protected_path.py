"""The right fix lies on a protected path: it ends at a person, and `approve` lets it through."""

from bot.lab.repos import LabPull
from bot.lab.sample import files, text
from bot.lab.stage import Theatre, check, done, edit, look

NAME = "protected-path"
TITLE = "the fix touches a protected path; a person approves it"
ENDED = "healed"
MERGED = True
COMMITS = 1
VERDICTS = ("needs_human",)

REPO = "acme/protected-path"
LIMITS = text(
    '''
    """Limits that protect the shop."""

    MAX_ARTICLES = 10
    '''
)
ORDER = text(
    '''
    """Orders."""

    from security.limits import MAX_ARTICLES


    def accepted(articles):
        """Whether an order is small enough."""
        return len(articles) <= MAX_ARTICLES
    '''
)
ORDER_TEST = text(
    """
    import pytest

    from rocket.order import accepted


    def test_small_orders():
        assert accepted(["bolt"])


    @pytest.mark.queue
    def test_twelve_articles_are_a_dozen():
        assert accepted(["bolt"] * 12)
    """
)
PATH = "security/limits.py"


async def play(theatre: Theatre) -> LabPull:
    """Orders of a dozen, where security allows ten; somebody with the right approves."""
    pull = await asked(theatre)
    await theatre.lab.person("grace").comment(pull, "Fine by me.\n\n/selfheal approve")
    return pull


async def asked(theatre: Theatre) -> LabPull:
    """The pull request when its fix waits for a person."""
    base = files() | {"security/__init__.py": "", PATH: LIMITS}
    repo = await theatre.repo("protected-path", base)
    theatre.cast(
        REPO,
        [
            [look(PATH), look("tests/test_order.py")],
            [edit(PATH, "MAX_ARTICLES = 10", "MAX_ARTICLES = 12")],
            [check("unit"), check("unit", narrow=False)],
            [done("allow a dozen articles in an order", "the limit is ten", [PATH])],
        ],
    )
    pull = await repo.open_pr(
        author="linus",
        branch="feature/orders",
        title="Add orders",
        files={"rocket/order.py": ORDER, "tests/test_order.py": ORDER_TEST},
        message="Add orders",
    )
    await theatre.queue(pull, by="linus")
    await theatre.until(lambda: "selfheal:needs-human" in pull.labels, "the question to a person")
    return pull
