"""Two pull requests, green alone and red together: the later one is named and mended."""

from bot.lab.repos import LabPull
from bot.lab.sample import CART, CART_TEST, text
from bot.lab.stage import Theatre, check, done, edit, look

NAME = "interaction"
TITLE = "green alone, red together; the later one is mended"
ENDED = "healed"
MERGED = True
COMMITS = 1
VERDICTS = ("pass",)

REPO = "acme/interaction"
RECEIPT = text(
    '''
    """Receipts."""

    from rocket import cart


    def last_line(prices):
        """The last line of a receipt."""
        return f"Total: {cart.total(prices) / 100:.2f}"
    '''
)
RECEIPT_TEST = text(
    """
    from rocket.receipt import last_line


    def test_last_line():
        assert last_line([100, 250]) == "Total: 3.50"
    """
)
PATH = "rocket/receipt.py"


async def play(theatre: Theatre) -> LabPull:
    """One renames a function, the other starts to use it by its old name."""
    repo = await theatre.repo("interaction")
    theatre.cast(
        REPO,
        [
            [look(PATH), look("rocket/cart.py")],
            [edit(PATH, "cart.total(", "cart.sum_of(")],
            [check("unit"), check("unit", narrow=False)],
            [done("use the new name of cart.total", "it was renamed ahead of us", [PATH])],
        ],
    )
    first = await repo.open_pr(
        author="grace",
        branch="rename-total",
        title="Call total what it is: a sum",
        files={
            "rocket/cart.py": CART.replace("def total", "def sum_of"),
            "tests/test_cart.py": CART_TEST.replace(
                "import cheapest, total", "import cheapest, sum_of"
            ).replace("total([", "sum_of(["),
        },
        message="Rename total to sum_of",
    )
    second = await repo.open_pr(
        author="ada",
        branch="feature/receipt",
        title="Add receipts",
        files={PATH: RECEIPT, "tests/test_receipt.py": RECEIPT_TEST},
        message="Add receipts",
    )
    await first.checks_done()
    await second.checks_done()
    await theatre.queue(first, by="grace")
    await theatre.queue(second)
    return second
