"""Where a value of a document stands in its text."""


def line_of(text: str, value: str) -> int:
    """The 1-based line of the first place that holds the beginning of a value; 1 when none does."""
    first = value.partition("\n")[0].strip()[:200]
    at = text.find(first) if first else -1
    if at < 0:  # written with escapes
        at = text.find(first.partition('"')[0][:60]) if first else -1
    return text.count("\n", 0, at) + 1 if at > 0 else 1
