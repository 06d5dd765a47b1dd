"""Text of strangers, made fit to be seen."""

from guards.verdict import Severity

HEADLINES = {
    Severity.REJECT: "REJECTED",
    Severity.NEEDS_HUMAN: "NEEDS A HUMAN",
    Severity.WARN: "passed, with warnings",
    Severity.PASS: "passed",
}


def printable(text: str) -> str:
    """Text without anything that could steer a terminal, or turn the order of its letters."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def code(line: str) -> str:
    """A line of a file; its tabs as blanks, as they only indent."""
    return printable(line.expandtabs(4))


def counted(count: int, noun: str) -> str:
    """`no finding`, `1 finding`, `2 findings`."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
