"""Every stage of a case and every legal move, as one table.

Rule: whatever decides which stage may follow which lives in this file. The diagram in README.md
is drawn from `MOVES` by tests/core/test_lifecycle.py.

A step that has nothing new to do returns its case at the same stage: the case is parked there
until an event wakes it (a check finished, a person spoke, the sweep came by).
"""

from enum import StrEnum

from bot.core.errors import IllegalMoveError


class Stage(StrEnum):
    """What must happen next; the last five are ends."""

    COLLECTING = "collecting"
    ATTRIBUTING = "attributing"
    DIAGNOSING = "diagnosing"
    HOLDING = "holding"
    RECIPE = "recipe"
    ATTEMPTING = "attempting"
    VERIFYING = "verifying"
    JUDGING = "judging"
    NEEDS_HUMAN = "needs_human"  # parked until a person approves
    PUSHING = "pushing"
    WAITING_CI = "waiting_ci"  # parked until the pull request's own checks are done
    REQUEUING = "requeuing"
    WATCHING = "watching"  # parked until the entry merges or falls out
    RELEASING = "releasing"
    HEALED = "healed"
    EXPLAINED = "explained"  # nothing of this pull request to fix: said why
    GAVE_UP = "gave_up"
    STOPPED = "stopped"
    OVERTAKEN = "overtaken"


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.COLLECTING: frozenset({Stage.ATTRIBUTING}),
    Stage.ATTRIBUTING: frozenset({Stage.DIAGNOSING}),
    Stage.DIAGNOSING: frozenset({Stage.HOLDING, Stage.REQUEUING}),
    Stage.HOLDING: frozenset({Stage.RECIPE}),
    Stage.RECIPE: frozenset({Stage.VERIFYING, Stage.ATTEMPTING}),
    Stage.ATTEMPTING: frozenset({Stage.VERIFYING}),
    Stage.VERIFYING: frozenset({Stage.JUDGING, Stage.ATTEMPTING}),
    Stage.JUDGING: frozenset({Stage.PUSHING, Stage.ATTEMPTING, Stage.NEEDS_HUMAN}),
    Stage.NEEDS_HUMAN: frozenset({Stage.PUSHING, Stage.ATTEMPTING}),
    Stage.PUSHING: frozenset({Stage.WAITING_CI}),
    Stage.WAITING_CI: frozenset({Stage.REQUEUING, Stage.ATTEMPTING, Stage.WATCHING}),
    Stage.REQUEUING: frozenset({Stage.WATCHING}),
    Stage.WATCHING: frozenset({Stage.COLLECTING}),
    Stage.RELEASING: frozenset(
        {Stage.HEALED, Stage.EXPLAINED, Stage.GAVE_UP, Stage.STOPPED, Stage.OVERTAKEN}
    ),
    Stage.HEALED: frozenset(),
    Stage.EXPLAINED: frozenset(),
    Stage.GAVE_UP: frozenset(),
    Stage.STOPPED: frozenset(),
    Stage.OVERTAKEN: frozenset(),
}
ENDS = frozenset(stage for stage, moves in MOVES.items() if not moves)
# Any stage may be left for RELEASING: a person says stop, the world moves on, a service fails.
_ALWAYS = frozenset({Stage.RELEASING})


def check_move(old: Stage, new: Stage) -> None:
    """Let a legal move pass; staying where one is (parked) is none.

    Raises:
        IllegalMoveError: `new` cannot follow `old`.
    """
    if old in ENDS or new not in MOVES[old] | _ALWAYS:
        msg = f"{old} -> {new}"
        raise IllegalMoveError(msg)
