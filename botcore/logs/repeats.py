"""A line that comes again and again is written a hundred times in ten seconds, then only counted."""

import logging
from dataclasses import dataclass

WINDOW_SECONDS = 10.0
MOST = 100  # lines of one template in a window
MOST_TEMPLATES = 1_000  # a text put together by hand is a template of its own

Key = tuple[str, int, str]


@dataclass(slots=True)
class _Window:
    ends: float
    written: int
    held_back: int = 0


class Repeats:
    """Counts by logger, level and template; not thread-safe. Times are those of a monotonic clock."""

    def __init__(self, window_seconds: float = WINDOW_SECONDS) -> None:
        self._seconds = window_seconds
        self._windows: dict[Key, _Window] = {}

    def may_pass(self, record: logging.LogRecord, now: float) -> bool:
        """Count the record; False when it is one too many."""
        key = (
            record.name,
            record.levelno,
            record.msg[:300] if isinstance(record.msg, str) else type(record.msg).__name__,
        )
        window = self._windows.get(key)
        if window is None or (now >= window.ends and not window.held_back):
            if len(self._windows) >= MOST_TEMPLATES:
                self._forget(now)
            self._windows[key] = _Window(now + self._seconds, 1)
            return True
        if window.written >= MOST or now >= window.ends:  # a window that held back ends with its count: see over()
            window.held_back += 1
            return False
        window.written += 1
        return True

    def next_end(self) -> float | None:
        """Return when the next count is due; None when nothing is held back."""
        return min((window.ends for window in self._windows.values() if window.held_back), default=None)

    def over(self, now: float = float("inf")) -> list[logging.LogRecord]:
        """Return a record for each template that was held back in a window that is over; `repeated` says how often."""
        ended = [(key, window) for key, window in self._windows.items() if window.held_back and now >= window.ends]
        for key, _ in ended:
            del self._windows[key]
        return [make_record(*key, repeated=window.held_back) for key, window in ended]

    def _forget(self, now: float) -> None:
        kept = {key: window for key, window in self._windows.items() if window.held_back or now < window.ends}
        self._windows = kept if len(kept) < MOST_TEMPLATES else {k: w for k, w in kept.items() if w.held_back}


def make_record(name: str, level: int, message: str, **fields: object) -> logging.LogRecord:
    """Return a record that no code logged."""
    record = logging.LogRecord(name, level, "", 0, message, None, None)
    record.fields = fields
    return record
