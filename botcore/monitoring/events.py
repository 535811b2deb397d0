"""Writes of events: `store_events` is the recorder's writer; `record_event` is for the web and commands."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from botcore.logs import redact
from botcore.monitoring.models import Event, Level
from botcore.validators import storable

TEXT_LENGTH = 2000  # characters of a text that a row keeps
KIND_LENGTH = 40
PROCESS_LENGTH = 100


def event(
    kind: str, text: str, *, level: Level = Level.INFO, process: str = "", bot_id: int | None = None
) -> dict[str, Any]:
    """Return the fields of an event of now, for `recorder.put("event", …)`."""
    return {
        "at": datetime.now(UTC).isoformat(),
        "level": level.value,
        "kind": kind[:KIND_LENGTH],
        "text": _clean(text),
        "process": process,
        "bot_id": bot_id,
    }


def store_events(batch: Sequence[dict[str, Any]]) -> None:
    """Write events that carry their keys; those that are there already stay as they are."""
    rows = [_row(record) for record in batch]
    with transaction.atomic():
        Event.objects.bulk_create(rows, ignore_conflicts=True)


def record_event(kind: str, text: str, *, level: Level, bot_id: int | None = None) -> None:
    """Write one event at once."""
    store_events([{**event(kind, text, level=level, bot_id=bot_id), "key": uuid.uuid4().hex}])


def _row(record: dict[str, Any]) -> Event:
    """Check what SQLite would take or leave without a word; raise ValueError, TypeError or KeyError."""
    at = datetime.fromisoformat(record["at"])
    return Event(
        key=uuid.UUID(record["key"]),
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        level=Level(record["level"]),
        kind=storable(record["kind"])[:KIND_LENGTH],
        text=_clean(record["text"]),
        process=storable(record.get("process", ""))[:PROCESS_LENGTH],
        bot_id=record.get("bot_id"),
    )


def _clean(text: str) -> str:
    """Cut twice: before, so that a huge text costs little; after, so that a token is never cut in half and kept."""
    return storable(redact(text[: 2 * TEXT_LENGTH]))[:TEXT_LENGTH]
