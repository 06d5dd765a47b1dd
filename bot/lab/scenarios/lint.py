"""Lint debt that only the queue looks at: healed by a recipe, no model, no cost."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre

NAME = "lint"
TITLE = "an unused import; a recipe mends it, no model"
ENDED = "healed"
MERGED = True
COMMITS = 1
VERDICTS = ("pass",)

SHIPPING = text(
    '''
    """What shipping costs, in cents."""

    import os
    from rocket.cart import total

    FREE_FROM = 5000


    def shipping(prices):
        """Free from 50.00, else 4.90."""
        return 0 if total(prices) >= FREE_FROM else 490
    '''
)
SHIPPING_TEST = text(
    """
    from rocket.shipping import shipping


    def test_small_carts_pay():
        assert shipping([1000]) == 490


    def test_large_carts_do_not():
        assert shipping([5000]) == 0
    """
)


async def play(theatre: Theatre) -> LabPull:
    """Shipping costs, with an import that nobody needs."""
    repo = await theatre.repo("lint")
    pull = await repo.open_pr(
        author="grace",
        branch="feature/shipping",
        title="Add shipping costs",
        files={"rocket/shipping.py": SHIPPING, "tests/test_shipping.py": SHIPPING_TEST},
        message="Add shipping costs",
    )
    await theatre.queue(pull, by="grace")
    return pull
