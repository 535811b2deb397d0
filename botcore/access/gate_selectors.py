"""Reading what the gate does: whom it serves, who was refused lately and why, who is too fast now, and the paces."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from botcore import sql
from botcore.access.models import ThrottleDebt
from botcore.people import selectors as people
from botcore.runtime.settings import Described

LATELY = timedelta(hours=1)
LOOKED_AT = 10_000  # of the newest ignored updates: the others are older, or too many to count
BUSIEST = 10
MODES = ("access.people", "access.groups", "maintenance")

# The condition is spelled like that of the partial index by state, which SQLite wants repeated.
_REFUSED = """
    SELECT error, count(*) FROM (
        SELECT error, received_at FROM botcore_update
        WHERE NOT (state = 'done') AND state = 'ignored' ORDER BY id DESC LIMIT %s
    ) AS newest WHERE received_at >= %s AND error LIKE 'refused: %%' GROUP BY error
"""
_CAPPED = """
    SELECT '', 0 FROM (
        SELECT received_at FROM botcore_update
        WHERE NOT (state = 'done') AND state = 'ignored' ORDER BY id DESC LIMIT 1 OFFSET %s
    ) AS older WHERE received_at >= %s
"""


@dataclass(frozen=True)
class Refusals:
    """Updates of the last hour that went no further, by reason; `capped`: there are more than were looked at."""

    reasons: dict[str, int]
    capped: bool

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.reasons.values())


@dataclass(frozen=True)
class Busy:
    """Somebody ahead of a pace until a time; `handler` when it is the pace of one command."""

    chat_id: int
    name: str
    handler: str
    until: datetime


def refusals() -> Refusals:
    """Count the refused updates of the last hour, among the newest that were ignored."""
    since = timezone.now() - LATELY
    moment = sql.adapt(since)
    rows = sql.execute(f"{_REFUSED} UNION ALL {_CAPPED}", [LOOKED_AT, moment, LOOKED_AT, moment])
    found = sorted((-count, error) for error, count in rows if error)
    return Refusals({error.removeprefix("refused: "): -count for count, error in found}, capped=len(found) < len(rows))


def busiest(size: int = BUSIEST) -> list[Busy]:
    """List who is most ahead of their pace now; only PostgreSQL is told, with SQLite it stays in the bot's memory."""
    rows = ThrottleDebt.objects.filter(until__gt=timezone.now()).order_by("-until", "key")[:size]
    found = [(*_parts(row.key), row.until) for row in rows]
    ids = [chat_id for chat_id, _, _ in found]
    names = people.called(ids)
    return [Busy(chat_id, names.get(chat_id, str(chat_id)), handler, until) for chat_id, handler, until in found]


def _parts(key: str) -> tuple[int, str]:
    number, _, handler = key.partition(":")
    return int(number), handler


def paces(rows: list[Described]) -> list[Described]:
    """Return those of the settings that throttle."""
    return [row for row in rows if row.group == "throttle"]


def modes(rows: list[Described]) -> list[Described]:
    """Return those of the settings that say whom the bot serves, and where."""
    return [row for row in rows if row.name in MODES]
