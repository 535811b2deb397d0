"""The trap: which fault points are armed, what fired, which were passed, and what of it reached the log."""

import logging
import threading
from collections.abc import Iterator
from typing import Any

WORDS = "injected fault"
OWN = ("botcore.recorder", "botcore.spool", "botcore.errors")  # what they log is not captured: it came back to them


class Trap:
    """One process' state; used from all its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: dict[int, tuple[Exception, int]] = {}
        self._skip: dict[int, int] = {}  # how often an armed site still lets pass
        self._serial = 0
        self.passed: set[int] = set()
        self.fired = 0  # times that the site under test raised
        self.tested: int | None = None
        self.captured = 0  # errors that the log's handler is to capture
        self.records: list[str] = []  # levels of the log lines in which its error was

    def arm(self, number: int, *, times: int) -> None:
        """Let the site under test raise the next so many times."""
        with self._lock:
            self._serial += 1
            self.fired, self.tested = 0, number
            self.records = []
            self._armed[number] = RuntimeError(f"{WORDS} {number}#{self._serial}"), times

    def break_(self, number: int, error: Exception, *, times: int, skip: int = 0) -> None:
        """Let another site raise this first, so that the site under test is reached at all; that one has its own."""
        with self._lock:
            if number == self.tested and number in self._armed:
                return
            self._armed[number] = error, times
            self._skip[number] = skip

    def heal(self, number: int) -> None:
        """Let a site pass again; the site under test stays armed."""
        with self._lock:
            self._armed.pop(number, None)
            self._skip.pop(number, None)

    def take_passed(self) -> list[int]:
        """Return the sites that were passed since the last call."""
        passed, self.passed = self.passed, set()
        return sorted(passed)

    def disarm(self) -> None:
        """Let everything pass."""
        with self._lock:
            self._armed.clear()
            self._skip.clear()

    def point(self, number: int, function: Any) -> Any:
        """Stand at a call."""
        self.passed.add(number)
        if number in self._armed:
            self._fire(number)
        return function

    def _fire(self, number: int) -> None:
        with self._lock:
            error, times = self._armed.get(number, (None, 0))
            if error is None:
                return
            if self._skip.get(number, 0) > 0:
                self._skip[number] -= 1
                return
            if times > 1:
                self._armed[number] = error, times - 1
            else:
                del self._armed[number]
            if number == self.tested:
                self.fired += 1
        raise type(error)(*error.args)

    @property
    def sign(self) -> str:
        """The text of the error of the site under test."""
        return f"{WORDS} {self.tested}#{self._serial}"


class Ear(logging.Handler):
    """Hears the records that are to be captured and hold the error under test."""

    def __init__(self, trap: Trap) -> None:
        super().__init__()
        self._trap = trap

    def emit(self, record: logging.LogRecord) -> None:
        """Note the level of a line with the error."""
        if record.levelno < logging.ERROR and not getattr(record, "capture", False):
            return
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and any(self._trap.sign in str(one) for one in chain(error)):
            self._trap.records.append(record.levelname)
            if len(self._trap.records) == 1 and not record.name.startswith(OWN):
                self._trap.captured += 1


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, its causes and contexts, and the members of groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, *(one.exceptions if isinstance(one, BaseExceptionGroup) else ())]
