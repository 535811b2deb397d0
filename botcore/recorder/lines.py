"""A record as it travels, in memory and in the spool: one line of JSON with its kind, its fields and its key.

The same form on both ways, so that a writer sees the same record whether or not the database was away.
"""

import json
import logging
import reprlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botcore import metrics
from botcore.logs import redact_token

logger = logging.getLogger(__name__)

EVENT = "event"  # the kind of record that the recorder itself makes, when a writer for it is there

Record = dict[str, Any]
Writer = Callable[[Sequence[Record]], None]


def _plain(value: object) -> str:
    """Return times as ISO text in UTC, anything else as its text."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


_SHORT = reprlib.Repr()
_SHORT.maxdict, _SHORT.maxstring, _SHORT.maxother = 40, 1000, 1000
_ENCODER = json.JSONEncoder(default=_plain)  # made once: json.dumps would make one for each record


def make_line(kind: str, fields: Mapping[str, Any]) -> bytes:
    """Return the line of a new record, without secrets; raise ValueError for what JSON cannot say."""
    try:
        text = _ENCODER.encode({"kind": kind, "record": {**fields, "key": uuid.uuid4().hex}})
    except Exception as exc:  # circles, endless depth, and whatever a value's own __str__ raises
        raise ValueError(f"not for JSON: {type(exc).__name__}") from exc
    return redact_token(text).encode() + b"\n"


def read_line(line: bytes) -> tuple[str, Record] | None:
    """Return kind and record; None for a line that is none."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    match data:
        case {"kind": str(kind), "record": {"key": str()} as record}:
            return kind, record
    return None


def in_short(fields: object) -> str:
    """Return what can be shown of anything, however deep or broken it is."""
    return _SHORT.repr(fields)


def keep_in_log(kind: str, content: str, reason: str) -> None:
    """Write to the log what can be kept nowhere else."""
    metrics.RECORDS_DROPPED.inc()
    logger.error("a record of kind %s is only here (%s): %s", kind, reason, content.rstrip(), extra={"every": True})
