"""The schema of a log line: which fields there are and in which order. docs/logs.md explains each.

A record becomes plain values here, without secrets; `formats.py` writes them.
"""

import logging
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from django.conf import settings

from botcore.logs.patterns import HIDDEN
from botcore.logs.redaction import LONGEST_SECRET, is_secret_name, redact

CONTEXT_FIELDS = ("action", "update", "update_id", "chat_id", "user_id", "handler", "request_id", "trace_id")
FIELDS = (
    *("time", "level", "logger", "message", "text"),
    *CONTEXT_FIELDS,
    *("process", "release", "duration_ms", "exception"),
)

LONGEST = 64_000  # characters of a message or a traceback: a line is made in the thread that logs
FRAMES = -60  # of each exception, the innermost

Fields = dict[str, object]


class _Identity:
    """Which process this is; a name is looked up for each line, because a fork is another process."""

    process: Callable[[], str] = staticmethod(lambda: str(os.getpid()))


def identify(process: Callable[[], str]) -> None:
    """Name this process on its lines from now on; said at start by who knows."""
    _Identity.process = staticmethod(process)


def time_of(record: logging.LogRecord) -> datetime:
    """Return when the record was made, in UTC."""
    return datetime.fromtimestamp(record.created, UTC)


def filled_text(record: logging.LogRecord) -> str:
    """Return the message with its values filled in; those that do not fit it stand behind it."""
    try:
        return _hidden(record.getMessage())
    except Exception as exc:  # a wrong call of the logger must not lose the line
        return redact(f"{_shown(record.msg)} {_shown(record.args)} ({type(exc).__name__} in the log call)")


def exception_of(record: logging.LogRecord) -> str:
    """Return the traceback; "" without an error."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    try:
        kind, error, frames = record.exc_info
        lines = traceback.TracebackException(kind, error, frames, limit=FRAMES, max_group_width=10)
        text = "".join(lines.format()).rstrip()  # the end says most
        return redact(text) if len(text) <= LONGEST else f"…{redact(text[-LONGEST:])[LONGEST_SECRET:]}"
    except Exception as exc:  # whatever an error's own text does
        return f"{record.exc_info[0].__name__}, which cannot be shown: {type(exc).__name__}"


def context_of(record: logging.LogRecord) -> Fields:
    """Return the fields of the context and of the call, those of the schema first; values without secrets."""
    given = {**_mapping(record, "context"), **_mapping(record, "fields")}
    known = {name: given.pop(name) for name in CONTEXT_FIELDS if name in given}
    return {name: _value(name, value) for name, value in {**known, **given}.items() if value is not None}


def line_of(record: logging.LogRecord) -> Fields:
    """Return all fields of the line, in order."""
    return dict(_line(record))


def _line(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    yield "time", time_of(record).isoformat(timespec="milliseconds")
    yield "level", record.levelname
    yield "logger", record.name
    context = context_of(record)
    yield "message", _hidden(_shown(record.msg))
    if record.args:
        yield "text", filled_text(record)
    for name in CONTEXT_FIELDS:
        if name in context:
            yield name, context.pop(name)
    yield "process", _Identity.process()
    yield "release", settings.RELEASE
    if "duration_ms" in context:
        yield "duration_ms", context.pop("duration_ms")
    for name, value in context.items():
        yield (f"field_{name}" if name in FIELDS else name), value
    if exception := exception_of(record):
        yield "exception", exception


def _mapping(record: logging.LogRecord, name: str) -> Mapping[str, object]:
    found = getattr(record, name, None)
    return found if isinstance(found, Mapping) else {}


def _value(name: str, value: object) -> object:
    if is_secret_name(name):
        return HIDDEN
    if isinstance(value, bool | int):
        return value
    return round(value, 3) if isinstance(value, float) else _hidden(_shown(value))


def _hidden(text: str) -> str:
    """Return a text without secrets, not endlessly long."""
    return redact(text) if len(text) <= LONGEST else f"{redact(text[:LONGEST])[:-LONGEST_SECRET]}…"


def _shown(value: object) -> str:
    try:
        return str(value)
    except BaseException as exc:  # a value's own text must not lose the line
        return f"[{type(value).__name__}, which cannot be shown: {type(exc).__name__}]"
