"""Breadcrumbs: the last log records and calls of the update, request or command at hand, for the page of its errors."""

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from botcore.logs import shortened

NEWEST = 20
LENGTH, RAW = 300, 1000  # characters of a crumb's text that are shown, and kept

Crumb = tuple[float, str, str, str, str]  # Unix time, kind, level, category, text
Trail = deque[Crumb]

_trail: ContextVar[Trail | None] = ContextVar("breadcrumbs", default=None)


@contextmanager
def trail() -> Iterator[None]:
    """Begin a new trail; tasks and threads that carry the context go on with it."""
    token = _trail.set(deque(maxlen=NEWEST))
    try:
        yield
    finally:
        _trail.reset(token)


def current() -> Trail | None:
    """Return the trail that goes on here."""
    return _trail.get()


def note(kind: str, level: str, category: str, text: str, *, at: float | None = None) -> None:
    """Leave a crumb on the trail; without one nothing is kept."""
    if (crumbs := _trail.get()) is not None:
        crumbs.append((at or datetime.now(UTC).timestamp(), kind, level, category, text[:RAW]))


def crumbs_as_data() -> list[dict[str, Any]]:
    """Return the trail, oldest first, without secrets."""
    return [
        {
            "at": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            "level": level,
            "category": category,
            "text": shortened(text, LENGTH),
        }
        for at, kind, level, category, text in list(_trail.get() or ())
    ]


class CrumbHandler(logging.Handler):
    """Leaves a crumb for each log record."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record's text."""
        if _trail.get() is not None:
            note("log", record.levelname.lower(), record.name, text_of_record(record), at=record.created)


def text_of_record(record: logging.LogRecord) -> str:
    """Return a log record's text; its template when that does not fit its values, whatever those do."""
    try:
        return record.getMessage()
    except BaseException:  # its own handler complains; a log call must not raise
        return record.msg if type(record.msg) is str else f"<{type(record.msg).__name__}>"
