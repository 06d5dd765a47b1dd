"""Regular expressions of log formats, compiled when a log first needs them.

A run of `selfheal log` meets the output of two or three tools, yet every format has a dozen
patterns: compiled at import they would cost more than reading the log.
"""

from guards.pattern import Pattern

__all__ = ["KNOWN", "Pattern", "pattern"]

# Every pattern of a format, for the test that holds all of them to linear shapes.
KNOWN: list[Pattern] = []


def pattern(source: str, flags: int = 0) -> Pattern:
    """A pattern for one line of at most 4096 characters.

    Args:
        source: a Python regular expression, anchored where it can be, with bounded repeats
            (`[^\\s:]{1,300}`, not `\\S+`) so that no line makes it slow.
        flags: those of `re`.
    """
    KNOWN.append(Pattern(source, flags))
    return KNOWN[-1]
