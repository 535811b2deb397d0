"""Where lines end: a file descriptor that may be closed, full, slow or gone. Nothing here raises."""

import contextlib
import os
import select
from collections.abc import Callable
from typing import TextIO


class Output:
    """Writes to what the stream is at the moment; without one, or when it refuses, lines are lost."""

    def __init__(self, stream: Callable[[], TextIO | None]) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Write all of it; waits for a reader, so call it where waiting harms nobody."""
        with contextlib.suppress(OSError, ValueError):  # closed, full disk, nobody at the other end
            stream = self._stream()
            descriptor = stream.fileno() if stream and not stream.closed else -1
            while data and descriptor >= 0:
                data = data[self._some(descriptor, data) :]

    @staticmethod
    def _some(descriptor: int, data: bytes) -> int:
        try:
            return os.write(descriptor, data)
        except BlockingIOError:  # whoever shares the descriptor has set it so
            select.select([], [descriptor], [], 1.0)
            return 0
