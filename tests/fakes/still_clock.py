"""A clock that stands still until it is told to move."""

from datetime import datetime, timedelta


class StillClock:
    """Always the same time."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
