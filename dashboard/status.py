"""What /statusz says: every check, what waits, each process, and what Telegram says of the webhook."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from botcore.inbox import selectors as inbox
from botcore.monitoring import selectors as monitoring
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.health import Check, Light, checks, overall
from botcore.outbox import selectors as outbox


def status() -> dict[str, Any]:
    """Return all of it; only the checks when the database cannot be read."""
    found = checks()
    return {**lights(found), **({} if _is_away(found) else _rows())}


def lights(found: Sequence[Check]) -> dict[str, Any]:
    """Return every check and the gravest light of all; `database` in one word is for old readers."""
    word = "does not answer" if _is_away(found) else "ok"
    return {"database": word, "light": overall(found), "checks": {check.name: _check(check) for check in found}}


def _is_away(found: Sequence[Check]) -> bool:
    return Light.FAILED in {check.light for check in found if check.name == "database"}


def _rows() -> dict[str, Any]:
    now = read_clock().now
    processes = monitoring.processes(now)
    return {
        "pending": inbox.pending_count(),
        "oldest_pending_seconds": round(inbox.oldest_pending_age(), 1),
        "outbox": outbox.counts(),
        "processes": [_process(process, now) for process in processes],
        "webhooks": [asdict(webhook) for webhook in monitoring.webhooks(processes)],
    }


def _check(check: Check) -> dict[str, Any]:
    age = None if check.age is None else round(check.age, 1)
    return {"light": check.light, "words": check.words, "age_seconds": age}


def _process(process: monitoring.Process, now: datetime) -> dict[str, Any]:
    polled = process.last_poll_at
    return {
        "process": process.process,
        "role": process.role,
        "version": process.version,
        "bot": process.bot_username,
        "condition": process.condition,
        "intake": process.intake,
        "trouble": process.trouble,
        "connection": process.connection,
        "connection_words": process.connection_words,
        "circuit": process.circuit,
        "spooled": process.spooled,
        "beat_age_seconds": round((now - process.beat_at).total_seconds(), 1),
        "poll_age_seconds": round((now - polled).total_seconds(), 1) if polled else None,
        "started_at": process.started_at,
        "vitals": asdict(process.vitals),
    }
