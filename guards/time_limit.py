"""Stop judging when it takes too long."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from guards.errors import OutOfTimeError


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError inside the block when it takes longer.

    Only the main thread of a process can be interrupted, and not everywhere: elsewhere nothing
    happens.
    """
    on_main = threading.current_thread() is threading.main_thread()
    if not (on_main and hasattr(signal, "setitimer")):
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _stop(number: int, frame: FrameType | None) -> None:
    raise OutOfTimeError
