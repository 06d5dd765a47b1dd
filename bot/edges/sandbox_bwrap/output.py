"""What a command wrote, bounded: its beginning and its end."""

from collections import deque


class BoundedOutput:
    """Keeps the first and the last half of a budget; memory stays bounded whatever comes."""

    def __init__(self, budget: int) -> None:
        self._half = budget // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._total = 0

    def add(self, chunk: bytes) -> None:
        """Take the next chunk."""
        self._total += len(chunk)
        room = self._half - len(self._head)
        self._head += chunk[:room]
        rest = chunk[room:]
        if rest:
            self._tail.append(rest)
            self._tail_size += len(rest)
        while self._tail and self._tail_size - len(self._tail[0]) >= self._half:
            self._tail_size -= len(self._tail.popleft())

    def value(self) -> bytes:
        """All of it, or head and tail with a line between that counts what was left out."""
        tail = b"".join(self._tail)[-self._half :]
        left_out = self._total - len(self._head) - len(tail)
        if not left_out:
            return bytes(self._head) + tail
        return bytes(self._head) + f"\n[{left_out} bytes left out]\n".encode() + tail
