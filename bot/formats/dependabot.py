"""Update bots that run as jobs: Dependabot's updater and Renovate."""

from collections.abc import Iterable, Iterator

from bot.core.failure import Failure, FailureType
from bot.core.framing import Line
from bot.core.pattern import pattern
from bot.core.signatures import Signature, hints, incidents

NAME = "dependabot"
REACH = (0, 0)

_DEPENDENCY = FailureType.DEPENDENCY
_ROW = pattern(r"^(?P<message>\| ?[a-z]{2,30}(?:_[a-z]{2,30}){1,8} ?\|.{0,600})$")
_RENOVATE = pattern(r"^(?:ERROR|FATAL): (?P<message>\S.{0,300})$")

TABLE = (
    Signature("Dependabot encountered an error performing the update", _DEPENDENCY, NAME, 0, True),
    Signature("The updater encountered one or more errors", _DEPENDENCY, NAME, 1, True),
    Signature("error(s) during execution, please check the logs", _DEPENDENCY, NAME, 1, False),
    Signature("Failure running container", _DEPENDENCY, NAME, 2, False),
    Signature("dependency_file_not_", _DEPENDENCY, NAME, 1, False, _ROW),
    Signature("_not_found", _DEPENDENCY, NAME, 1, False, _ROW),
    Signature("FATAL: Fatal error", _DEPENDENCY, "renovate", 0, False, _RENOVATE),
    Signature("ERROR: Repository has unknown error", _DEPENDENCY, "renovate", 0, True, _RENOVATE),
    Signature("ERROR: Error updating branch", _DEPENDENCY, "renovate", 0, False, _RENOVATE),
    Signature("ERROR: lookupUpdates error", _DEPENDENCY, "renovate", 0, False, _RENOVATE),
)
HINTS = hints(TABLE)


def parse(lines: Iterable[Line]) -> Iterator[Failure]:
    """One failure a run."""
    yield from incidents(lines, TABLE)
