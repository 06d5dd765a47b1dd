"""What starts a pipeline, with the filters of each event, in any CI system."""

from collections.abc import Mapping


def events(triggers: Mapping[str, object] | None) -> dict[str, dict[str, list[str]]]:
    """Events with their filters, of any system."""
    found: dict[str, dict[str, list[str]]] = {}
    for key, value in (triggers or {}).items():
        if key == "on" and isinstance(value, dict):
            for event, filters in value.items():
                found[str(event)] = _filters(filters)
        elif key == "on":
            for event in value if isinstance(value, list) else [value]:
                found[str(event)] = {}
        elif value == "none" or value is None:
            continue
        else:
            found[key] = _filters(value)
    return found


def _filters(value: object) -> dict[str, list[str]]:
    if isinstance(value, list):
        return {"only": [str(item) for item in value]}
    if not isinstance(value, dict):
        return {}
    return {
        str(key): [str(item) for item in items] if isinstance(items, list) else [str(items)]
        for key, items in value.items()
    }
