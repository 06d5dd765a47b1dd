"""The lab's own time: real time, scaled, and set forward by tests."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class LabClock:
    """Lab seconds; `scale` of them pass in a real one."""

    def __init__(self, scale: float = 1.0) -> None:
        self._scale = scale
        self._started = datetime.now(UTC)
        self._zero = time.monotonic()
        self._skipped = timedelta()

    def now(self) -> datetime:
        """The lab's time, in UTC."""
        passed = (time.monotonic() - self._zero) * self._scale
        return self._started + timedelta(seconds=passed) + self._skipped

    def skip(self, seconds: float) -> None:
        """Set the clock forward."""
        self._skipped += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait for some lab seconds."""
        await asyncio.sleep(seconds / self._scale)


def stamp(at: datetime) -> str:
    """A time as GitHub writes it: whole seconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
