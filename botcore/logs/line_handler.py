"""Lines go to stderr through a thread of their own: a pipe that nobody reads holds up neither the loop nor a request.

Formatted where they are logged, with the context and values of that moment; then they wait in a bounded queue. The
thread begins with the first line, so that it is there after gunicorn's fork.
"""

import contextlib
import logging
import os
import sys
import threading
import time
import weakref
from collections import deque

from botcore import metrics
from botcore.instruments import Series
from botcore.logs.output import Output
from botcore.logs.repeats import WINDOW_SECONDS, Repeats, make_record

MOST_LINES = 10_000
MOST_BYTES = 16 * 2**20
CHUNK_LINES = 200  # written at once
FLUSH_SECONDS = 2.0

_records = Series(metrics.LOG_RECORDS)
_handlers: "weakref.WeakSet[LineHandler]" = weakref.WeakSet()


class LineHandler(logging.Handler):
    """Never raises, never waits for who reads, and keeps at most so many lines; what it drops it counts."""

    def __init__(
        self,
        output: Output | None = None,
        *,
        most_lines: int = MOST_LINES,
        most_bytes: int = MOST_BYTES,
        window_seconds: float = WINDOW_SECONDS,
    ) -> None:
        super().__init__()
        self._output = output or Output(lambda: sys.__stderr__)
        self._most_lines, self._most_bytes, self._window_seconds = most_lines, most_bytes, window_seconds
        self._begin()
        _handlers.add(self)

    def _begin(self) -> None:
        """Begin anew: what waited before a fork is the parent's to write."""
        self._changed = threading.Condition()
        self._lines: deque[bytes] = deque()
        self._size = self._dropped = 0
        self._writing = False
        self._thread: threading.Thread | None = None
        self._repeats = Repeats(self._window_seconds)

    def emit(self, record: logging.LogRecord) -> None:
        """Queue the record's line, unless it repeats too often."""
        _count(record.levelno)
        with contextlib.suppress(Exception):  # a log that fails must not fail its caller, nor log
            with self._changed:  # what is kept nowhere else says so by `every`
                if not (hasattr(record, "every") or self._repeats.may_pass(record, time.monotonic())):
                    return
            self._put(self._line(record))

    def flush(self, seconds: float = FLUSH_SECONDS) -> None:
        """Wait until everything is written, but not for ever; what was held back is counted now."""
        deadline = time.monotonic() + seconds
        with self._changed:
            for record in self._repeats.over():
                self._put(self._line(record))
            while (self._lines or self._writing or self._dropped) and (left := deadline - time.monotonic()) > 0:
                self._changed.notify_all()
                self._changed.wait(min(left, 0.1))
                if not (self._thread and self._thread.is_alive()):
                    return

    def close(self) -> None:
        """Flush; a line that comes later is written all the same."""
        with contextlib.suppress(Exception):
            self.flush()
        super().close()

    def _line(self, record: logging.LogRecord) -> bytes:
        return (self.format(record) + "\n").encode("utf-8", "backslashreplace")

    def _put(self, line: bytes) -> None:
        with self._changed:
            if len(self._lines) >= self._most_lines or self._size + len(line) > self._most_bytes:
                self._dropped += 1
                return
            self._lines.append(line)
            self._size += len(line)
            if self._thread is None or not self._thread.is_alive():
                self._start()
            elif not self._writing:
                self._changed.notify_all()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._write_for_ever, name="log lines", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # no threads any more: the interpreter ends
            self._thread = None
            self._output.write(b"".join(self._take()))

    def _write_for_ever(self) -> None:
        while True:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
                while not (chunk := self._take()):
                    self._changed.wait(self._seconds_to_wait())
                self._writing = True
            self._output.write(b"".join(chunk))

    def _take(self) -> list[bytes]:
        """Return the next lines, and what there is to say about those that did not come so far."""
        for record in self._repeats.over(time.monotonic()):
            self._own(record)
        if self._dropped and len(self._lines) < self._most_lines:
            dropped, self._dropped = self._dropped, 0
            self._own(make_record(__name__, logging.WARNING, "log lines were dropped", dropped=dropped))
        chunk = [self._lines.popleft() for _ in range(min(CHUNK_LINES, len(self._lines)))]
        self._size -= sum(map(len, chunk))
        return chunk

    def _seconds_to_wait(self) -> float | None:
        due = self._repeats.next_end()
        return None if due is None else max(0.0, due - time.monotonic())

    def _own(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(Exception):  # the thread must live
            line = self._line(record)
            self._lines.append(line)
            self._size += len(line)


def _count(level: int) -> None:
    """Count a record at its level, or at the next one below that has a name."""
    _records[metrics.LEVELS[min(max(level // 10, 1), len(metrics.LEVELS)) - 1],].inc()


def flush(seconds: float = FLUSH_SECONDS) -> None:
    """Let everything that was logged be written before the process ends in a way that asks nobody."""
    for handler in list(_handlers):
        handler.flush(seconds)


def _after_fork() -> None:
    for handler in list(_handlers):
        handler._begin()  # noqa: SLF001


os.register_at_fork(after_in_child=_after_fork)
