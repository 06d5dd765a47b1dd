"""A person pushes while the model works: selfheal stands down and pushes nothing."""

from bot.lab.model_script import use
from bot.lab.repos import LabPull
from bot.lab.sample import text
from bot.lab.stage import Theatre, done, edit, look

NAME = "human-wins"
TITLE = "a person pushes in the middle; selfheal stands down"
ENDED = "overtaken"
MERGED = False
COMMITS = 0
VERDICTS = ()

REPO = "acme/human-wins"
WEIGHT = text(
    '''
    """Weights, in grams."""


    def kilos(grams):
        """Whole kilograms, rounded up."""
        return grams // 1000
    '''
)
WEIGHT_TEST = text(
    """
    import pytest

    from rocket.weight import kilos


    def test_whole_kilos():
        assert kilos(2000) == 2


    @pytest.mark.queue
    def test_rounded_up():
        assert kilos(2001) == 3
    """
)
PATH = "rocket/weight.py"
RIGHT = WEIGHT.replace("grams // 1000", "-(-grams // 1000)")


async def play(theatre: Theatre) -> LabPull:
    """The author is quicker than the model."""
    repo = await theatre.repo("human-wins")
    theatre.cast(
        REPO,
        [
            [look(PATH), use("bash", command="sleep 4")],
            [edit(PATH, "grams // 1000", "(grams + 999) // 1000")],
            [done("round up", "it rounded down", [PATH])],
        ],
    )
    pull = await repo.open_pr(
        author="ada",
        branch="feature/weights",
        title="Add weights",
        files={PATH: WEIGHT, "tests/test_weight.py": WEIGHT_TEST},
        message="Add weights",
    )
    await theatre.queue(pull)
    await theatre.until(lambda: "selfheal:working" in pull.labels, "selfheal to work on it")
    await theatre.until(lambda: theatre.asked(REPO), "the model to be asked")
    await theatre.lab.person("ada").push(pull, {PATH: RIGHT}, "Round up, I saw it myself")
    return pull
