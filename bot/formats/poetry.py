"""poetry: requirements that cannot be met, stale lock files, projects it cannot read."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType, LogSpan
from bot.core.framing import Line
from bot.core.pattern import Pattern, pattern

NAME = "poetry"
HINTS = (
    "version solving failed.", "since poetry.lock was last generated", "poetry.lock is not ",
    "Unable to find installation candidates for ", "Poetry could not find a pyproject.toml",
    "Poetry configuration is invalid", "poetry.lock was not found", "Poetry was unable to find a compatible",
    "not a problem with poetry but with", "Error: poetry.lock", "Invalid TOML file", "Could not find a matching version of package",
    ") not found.",
)  # fmt: skip
REACH = (12, 3)

_D, _C = FailureType.DEPENDENCY, FailureType.CONFIG
_KNOWN: tuple[tuple[FailureType, Pattern], ...] = (
    (_D, pattern(r"\s{0,4}(?:Error: )?(pyproject\.toml changed significantly since poetry\.lock was last generated.{0,200})$")),
    (_D, pattern(r"\s{0,4}Error: (poetry\.lock (?:is not (?:consistent|up to date)|was not found).{0,300})$")),
    (_D, pattern(r"\s{0,4}(?:- )?(Unable to find installation candidates for .{1,200})$")),
    (_D, pattern(r"\s{0,4}(?:- )?(Package [\w.-]{1,100} \([^\s()]{1,60}\) not found\.)$")),
    (_D, pattern(r"\s{0,4}(Could not find a matching version of package .{1,200})$")),
    (_D, pattern(r"\s{0,4}(?:Note: )?This error originates from the build backend, and is likely (not a problem with poetry but with .{1,300})$")),
    (_C, pattern(r"\s{0,4}(?:Error: )?(Poetry could not find a pyproject\.toml file in .{1,300})$")),
    (_C, pattern(r"\s{0,4}(?:Error: )?(The Poetry configuration is invalid:?)$")),
    (_C, pattern(r"\s{0,4}(Poetry was unable to find a compatible version.{0,200})$")),
    (_C, pattern(r"\s{0,4}(Invalid TOML file .{1,400})$")),
)  # fmt: skip
_BECAUSE = pattern(r"\s{0,6}(?:(?:So|And|Thus|Therefore), )?(?:[Bb]ecause|[Bb]oth|Since) \S")
_VERSION = pattern(r" \([^()\s]{0,3}[\d*][^()]{0,100}\)")  # pub says the same without brackets
_SOLVED = "version solving failed."
MAX_REASONS = 12


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a reason; why versions cannot be solved is told in the words of the solver."""
    reasons: list[Line] = []
    for line in lines:
        text = line.text.removeprefix("##[error]")
        if reasons and (not text or line.number > reasons[-1].number + 1):
            reasons = []
        if reasons or _BECAUSE.match(text):
            reasons = [*reasons[-MAX_REASONS:], line]
        if text.endswith(_SOLVED):
            if any(_VERSION.search(reason.text) for reason in reasons):
                yield _unsolved(reasons)
            reasons = []
        for type_, known in _KNOWN:
            if (match := known.match(text)) is not None:
                span = LogSpan(start=line.number, end=line.number)
                yield Failure(type=type_, tool=NAME, message=match[1], log=span)


def _unsolved(reasons: list[Line]) -> Failure:
    texts = tuple(line.text.strip() for line in reasons)
    return Failure(
        type=FailureType.DEPENDENCY,
        tool=NAME,
        message=" ".join(texts),
        command="poetry lock",
        detail=texts,
        log=LogSpan(start=reasons[0].number, end=reasons[-1].number),
    )
