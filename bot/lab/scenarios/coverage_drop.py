"""An attempt whose new lines no test reaches is rejected; the next one needs none."""

from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre, check, done, edit, look

NAME = "coverage-drop"
TITLE = "an attempt with untested new lines is rejected"
ENDED = "healed"
MERGED = True
COMMITS = 1
VERDICTS = ("reject", "pass")

REPO = "acme/coverage-drop"
STOCK = text(
    '''
    """What is in store."""


    def missing(wanted, stock):
        """How many of each article are missing, by name."""
        return {name: count - stock[name] for name, count in wanted.items()}


    def complete(wanted, stock):
        """Whether everything wanted is in store."""
        return not missing(wanted, stock)
    '''
)
STOCK_TEST = text(
    """
    import pytest

    from rocket.stock import complete, missing


    def test_what_is_missing():
        assert missing({"bolt": 5}, {"bolt": 2}) == {"bolt": 3}
        assert not complete({"bolt": 5}, {"bolt": 2})


    @pytest.mark.queue
    def test_nothing_is_missing():
        assert missing({"bolt": 1}, {"bolt": 2}) == {}
        assert complete({"bolt": 1}, {"bolt": 2})
    """
)
PATH = "rocket/stock.py"
OLD = "    return {name: count - stock[name] for name, count in wanted.items()}\n"
LONG = text(
    """
    lacking = {}
    for name, count in wanted.items():
        if name not in stock:
            lacking[name] = count
            continue
        if count > stock[name]:
            lacking[name] = count - stock[name]
    return lacking
    """
)
SHORT = """    short = {name: count - stock[name] for name, count in wanted.items()}
    return {name: count for name, count in short.items() if count > 0}
"""


async def play(theatre: Theatre) -> LabPull:
    """Stock keeping that calls a surplus missing."""
    repo = await theatre.repo("coverage-drop")
    long = "".join(f"    {line}\n" for line in LONG.splitlines())
    theatre.cast(
        REPO,
        [
            [look(PATH)],
            [edit(PATH, OLD, long)],
            [check("unit", narrow=False)],
            [done("list only what is short, and unknown articles too", "surplus", [PATH])],
        ],
        [
            [look(PATH)],
            [edit(PATH, OLD, SHORT)],
            [check("unit"), check("unit", narrow=False)],
            [done("leave out what is not short", "a surplus was listed", [PATH])],
        ],
    )
    pull = await repo.open_pr(
        author="linus",
        branch="feature/stock",
        title="Add stock keeping",
        files={PATH: STOCK, "tests/test_stock.py": STOCK_TEST},
        message="Add stock keeping",
    )
    await theatre.queue(pull, by="linus")
    return pull
