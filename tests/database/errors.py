"""Groups of errors with fingerprints, events, hours and people, as capture would have stored them."""

import itertools
import json
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from botcore.errors.kinds import GroupState, Severity, Source
from botcore.errors.models import ErrorEvent, ErrorFingerprint, ErrorGroup, ErrorHour, ErrorPerson

numbers = itertools.count(1)

FRAMES = [
    {"file": "asyncio/tasks.py", "function": "wait_for", "module": "asyncio.tasks", "line": 520, "in_app": False,
     "before": ["    async with timeout(seconds):"], "code": "        return await fut", "after": [], "locals": {}},
    {"file": "botcore/handlers/start.py", "function": "start", "module": "botcore.handlers.start", "line": 12,
     "in_app": True, "before": ["async def start(update, context):", "    name = context.person.first_name"],
     "code": "    greeting = GREETINGS[name]", "after": ["    await context.answer(greeting)"],
     "locals": {"name": "'Alice'", "context": "<Context of update 41>"}},
]  # fmt: skip
PAYLOAD: dict[str, Any] = {
    "exceptions": [
        {"type": "GreetingError", "module": "botcore.handlers.start", "message": "no greeting", "link": "",
         "frames": FRAMES},
        {"type": "KeyError", "module": "builtins", "message": "'Alice'", "link": "cause", "frames": FRAMES[1:]},
    ],
    "breadcrumbs": [
        {"at": "2026-11-28T21:00:00.123+00:00", "kind": "log", "level": "info", "category": "botcore.inbox",
         "text": "claimed lane 1"},
        {"at": "2026-11-28T21:00:01.456+00:00", "kind": "call", "level": "info", "category": "sendMessage",
         "text": "answered in 90 ms"},
    ],
    "request": {"method": "POST", "path": "/people/1/", "view": "dashboard:person"},
    "context": {"job": "botcore.jobs.greet"},
}  # fmt: skip


def error(title: str = "KeyError: 'Alice'", state: str = GroupState.NEW, **facts: Any) -> ErrorGroup:
    """Create a group that occurred once, a minute ago, with one fingerprint."""
    seen = timezone.now() - timedelta(minutes=1)
    row = ErrorGroup.objects.create(
        **{
            "kind": "builtins.KeyError",
            "title": title,
            "culprit": "botcore.handlers.start:start",
            "handler": "start.start",
            "source": Source.HANDLER,
            "level": Severity.ERROR,
            "state": state,
            "state_at": seen,
            "count": 1,
            "first_seen": seen,
            "last_seen": seen,
            "first_release": "0.1.0",
            "last_release": "0.1.0",
            **facts,
        }
    )
    mark(row)
    return row


def mark(group: ErrorGroup, value: str = "", **facts: Any) -> ErrorFingerprint:
    """Add a fingerprint with the group's figures."""
    own = {"title": group.title, "count": group.count, "first_seen": group.first_seen, "last_seen": group.last_seen}
    value = value or f"{next(numbers):05x}abcdef0"
    return ErrorFingerprint.objects.create(group=group, value=value, version=1, **{**own, **facts})


def occurrence(group: ErrorGroup, ordinal: int = 1, *, at: datetime | None = None, **facts: Any) -> ErrorEvent:
    """Keep an occurrence of the group's first fingerprint."""
    return ErrorEvent.objects.create(
        **{
            "key": uuid.uuid4(),
            "fingerprint": group.fingerprints.order_by("pk")[0],
            "ordinal": ordinal,
            "at": at or group.last_seen,
            "reference": f"0000-{next(numbers):04d}",
            "level": group.level,
            "source": group.source,
            "message": group.title,
            "handler": group.handler,
            "process": "bot-1:42",
            "release": "0.1.0",
            "payload": json.dumps(PAYLOAD),
            **facts,
        }
    )


def met(mark: ErrorFingerprint, people: Iterable[int]) -> None:
    """Say whom a fingerprint has met."""
    ErrorPerson.objects.bulk_create([ErrorPerson(fingerprint=mark, user_id=user_id) for user_id in people])


def hour(mark: ErrorFingerprint, hours_ago: int, count: int) -> None:
    """Say how often a fingerprint occurred in an hour."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=hours_ago)
    ErrorHour.objects.create(fingerprint=mark, hour=start, count=count)
