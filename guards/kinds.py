"""What kind of file a path names, as far as guards care."""

_PROSE_OR_DATA = (
    ".adoc",
    ".csv",
    ".diff",
    ".json",
    ".jsonl",
    ".lock",
    ".log",
    ".map",
    ".md",
    ".patch",
    ".po",
    ".rst",
    ".sarif",
    ".snap",
    ".svg",
    ".tsv",
    ".txt",
)


def is_code(path: str) -> bool:
    """Whether tools run or check a file; anything that is not known as prose or data counts."""
    return not path.casefold().endswith(_PROSE_OR_DATA)
