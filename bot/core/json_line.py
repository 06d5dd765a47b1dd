"""One JSON object on a line of a log."""

import json
from typing import Any


def json_object(text: str) -> dict[str, Any] | None:
    """The object; None when the line is none, whatever else it holds."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):  # nested too deep is as good as broken
        return None
    return data if isinstance(data, dict) else None
