"""A webhook payload against GitHub's own schema."""

from collections.abc import Mapping
from typing import Any

from bot.lab.schemas.documents import complaints, document


def payload_faults(event: str, action: str | None, payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with a payload; an event that nobody vendored is wrong by name."""
    name = "-".join(part for part in (event, action) if part).replace("_", "-")
    if name not in document("webhooks")["events"]:
        return [f"no schema is known for {name}"]
    return complaints("webhooks", f"/events/{name}", payload)
