"""Read TOML that strangers wrote: `tomllib`, with its appetite bounded."""

import tomllib
from typing import Any

# `tomllib` keeps every beginning of a dotted key: one of 100,000 parts takes tens of gigabytes.
# So dots are counted, squared line by line; a lock file of two megabytes stays far below this.
_MAX_COST = 50_000_000


def loads(text: str) -> dict[str, Any]:
    """The document.

    Raises:
        tomllib.TOMLDecodeError: it is none, or its keys are too deep to be read.
        RecursionError: its values are.
    """
    if sum(line.count(".") ** 2 for line in text.split("\n")) > _MAX_COST:
        msg = "keys too deep to be read"
        raise tomllib.TOMLDecodeError(msg)
    return tomllib.loads(text)
