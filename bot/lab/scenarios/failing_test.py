"""A plain bug: the feature works in the quick tests and fails in the queue."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre, check, done, edit, look

NAME = "failing-test"
TITLE = "a bug in the new code; the model mends it"
ENDED = "healed"
MERGED = True
COMMITS = 1
VERDICTS = ("pass",)

REPO = "acme/failing-test"
DISCOUNT = text(
    '''
    """Discounts, in whole percent."""

    from rocket.cart import total


    def discounted(prices, percent):
        """The total after a discount, rounded down to the cent."""
        return total(prices) * percent // 100


    def saved(prices, percent):
        """What a discount saves."""
        return total(prices) - discounted(prices, percent)
    '''
)
DISCOUNT_TEST = text(
    """
    import pytest

    from rocket.discount import discounted, saved


    def test_half_price():
        assert discounted([1000], 50) == 500
        assert saved([1000], 50) == 500


    @pytest.mark.queue
    def test_a_tenth_off():
        assert discounted([1000, 990], 10) == 1791
    """
)


async def play(theatre: Theatre) -> LabPull:
    """Discounts: half price is right by luck, a tenth off is not."""
    repo = await theatre.repo("failing-test")
    path = "rocket/discount.py"
    theatre.cast(
        REPO,
        [
            [look(path), look("tests/test_discount.py")],
            [edit(path, "* percent // 100", "* (100 - percent) // 100")],
            [check("unit")],
            [check("unit", narrow=False)],
            [done("take the discount off instead of keeping it", "inverted percent", [path])],
        ],
    )
    pull = await repo.open_pr(
        author="ada",
        branch="feature/discounts",
        title="Add discounts",
        files={path: DISCOUNT, "tests/test_discount.py": DISCOUNT_TEST},
        message="Add discounts",
    )
    await theatre.queue(pull)
    return pull
