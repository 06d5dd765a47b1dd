"""What runners, shells and task runners say of a command that failed, right behind its output."""

from collections.abc import Sequence

from bot.core.framing import Line
from bot.core.pattern import pattern

# Its word on a step stands far below the step's output: a format that asks for it must see it.
HINTS = ("script returned exit code ",)
MAX_GAP = 6  # lines that may be missing between the output and the word on it

ENDED = pattern(
    r"(?:##\[error\])?(?:Error: )?Process completed with exit code [1-9]|(?:make|gmake|mingw32-make)(?:\[\d{1,3}\])?: \*\*\*"
    r"|npm ERR!|npm error (?:code|command|path|Lifecycle)|(?:[^\s:]{1,100}: )?\s?ELIFECYCLE\s|Build step '|FAILED: \S"
    r"|(?:\S{1,20} )?ERROR: Job failed|Got exit code [1-9]|ninja: build stopped|error: Recipe `|task: Failed to run task"
    r"|ERROR: InvocationError|ERROR: failed to solve|nox > Command |FAILURE: Build failed with an exception"
    r"|.{0,400}\b(?:[Ee]xit(?:ed with)? (?:code|status)|[Ee]xited with|exit code exit status|returned a non-zero code)"
    r"(?: exit status)?[:=]? ?'?[1-9]\d{0,2}['\").]{0,2}$"
)
# What Jenkins and GitLab say between a command that failed and that it did.
BETWEEN = pattern(r"\[Pipeline\] |Post stage$|Cleaning up project directory|section_(?:start|end):")


def failed(rows: Sequence[Line], number: int) -> bool:
    """Whether the first words behind a line say that the command failed.

    Args:
        rows: the lines behind it.
        number: of the line.
    """
    for line in rows:
        if line.number > number + MAX_GAP:
            return False
        number = line.number
        if line.text.strip() and BETWEEN.match(line.text) is None:
            return ENDED.match(line.text) is not None
    return False
