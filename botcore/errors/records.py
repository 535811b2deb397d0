"""An error as it travels from the tally to the store, in memory or in the spool: read back and checked."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botcore.errors.kinds import Severity, Source
from botcore.errors.models import ErrorEvent
from botcore.validators import storable

TITLE, NAME, HANDLER, PROCESS, RELEASE, REQUEST, TRACE, REFERENCE = 300, 200, 100, 100, 40, 64, 32, 24
FINGERPRINT = 16
BIGGEST = 2**63 - 1  # a bigint
MOST = 10_000_000  # occurrences of one record: more is a broken record


@dataclass(frozen=True)
class Picture:
    """An occurrence with its details."""

    reference: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """Occurrences of one fingerprint: how many, whom they met, and perhaps a picture of the last one."""

    key: uuid.UUID
    fingerprint: str
    version: int
    count: int
    users: tuple[int, ...]
    first_at: datetime
    last_at: datetime
    kind: str
    title: str
    culprit: str
    handler: str
    source: Source
    level: Severity
    release: str
    picture: Picture | None


def read(record: Mapping[str, Any]) -> Told:
    """Check what a database would take or leave without a word; raise ValueError, TypeError or KeyError."""
    count = int(record["count"])
    if not 0 <= count <= MOST:
        raise ValueError(f"{count} occurrences in one record")
    event = record.get("event")
    return Told(
        key=uuid.UUID(record["key"]),
        fingerprint=_text(record["fingerprint"], FINGERPRINT),
        version=int(record["version"]),
        count=count,
        users=tuple(user for user in map(int, record.get("users", ())) if abs(user) <= BIGGEST),
        first_at=_time(record["first_at"] or record["last_at"]),
        last_at=_time(record["last_at"]),
        kind=_text(record["kind"], NAME),
        title=_text(record["title"], TITLE),
        culprit=_text(record["culprit"], NAME),
        handler=_text(record["handler"], HANDLER),
        source=Source(record["source"]),
        level=Severity(record["level"]),
        release=_text(record["release"], RELEASE),
        picture=_picture(event) if event else None,
    )


def row_of(told: Told, picture: Picture, *, fingerprint_id: int, ordinal: int, is_milestone: bool) -> ErrorEvent:
    """Return the row of a picture."""
    return ErrorEvent(
        key=told.key,
        fingerprint_id=fingerprint_id,
        ordinal=ordinal,
        is_milestone=is_milestone,
        reference=picture.reference,
        level=told.level,
        source=told.source,
        release=told.release,
        **picture.fields,
    )


def _picture(event: Mapping[str, Any]) -> Picture:
    attempt = _number(event.get("attempt"))
    return Picture(
        reference=_text(event["reference"], REFERENCE),
        fields={
            "at": _time(event["at"]),
            "message": storable(str(event.get("message", ""))),
            "handler": _text(event.get("handler", ""), HANDLER),
            "process": _text(event.get("process", ""), PROCESS),
            "request_id": _text(event.get("request_id", ""), REQUEST),
            "trace_id": _text(event.get("trace_id", ""), TRACE),
            "update_pk": _number(event.get("update_pk")),
            "update_id": _number(event.get("update_id")),
            "chat_id": _number(event.get("chat_id")),
            "user_id": _number(event.get("user_id")),
            "attempt": attempt if attempt is not None and 0 <= attempt < 2**15 else None,
            "payload": json.dumps(event.get("payload") or {}),  # ASCII: no surrogates, no null characters as such
        },
    )


def _text(value: object, length: int) -> str:
    return storable(str(value))[:length]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) <= BIGGEST else None


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
