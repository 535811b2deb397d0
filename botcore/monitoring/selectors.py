"""Reading how the bot does: its processes' heartbeats, and updates per minute from the rollup."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from botcore.models import Heartbeat, UpdateCount

SILENT_AFTER = timedelta(seconds=15)  # three missed beats
FORGOTTEN_AFTER = timedelta(minutes=10)  # a silent process beside a living one is old news then
POLL_GRACE = timedelta(seconds=30)  # beyond the long poll's own length


class Condition(StrEnum):
    """How a process is: its own word, unless the clock says otherwise."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SILENT = "silent"  # it no longer beats
    DEAF = "deaf"  # it beats, but Telegram no longer answers its polls

    @classmethod
    def _missing_(cls, value: object) -> "Condition":
        """Take a word that only a newer version knows for a running process."""
        return cls.RUNNING


@dataclass(frozen=True)
class Process:
    """A process that reports to the database. The beat is not in the repr: it alone is no news to a page."""

    process: str
    role: str
    version: str
    bot_id: int | None
    bot_username: str
    condition: Condition
    started_at: datetime
    last_poll_at: datetime | None
    beat_at: datetime = field(repr=False)
    metrics: str = field(repr=False)

    @property
    def silent_since(self) -> datetime | None:
        """The last beat of a process that should beat and does not."""
        return self.beat_at if self.condition == Condition.SILENT else None


@dataclass(frozen=True)
class Minute:
    """Arrivals in one minute."""

    start: datetime
    count: int


@dataclass(frozen=True)
class Arrivals:
    """Updates received: the last 60 minutes, oldest first and with the running one, and today (UTC)."""

    minutes: list[Minute]
    today: int

    @property
    def hour(self) -> int:
        """Updates in those 60 minutes."""
        return sum(minute.count for minute in self.minutes)


def live_heartbeats() -> list[Process]:
    """Return the processes that beat within 15 seconds and did not stop."""
    now = timezone.now()
    rows = Heartbeat.objects.filter(beat_at__gte=now - SILENT_AFTER).exclude(state=Condition.STOPPED)
    return [_process(row, now) for row in rows.order_by("process")]


def processes() -> list[Process]:
    """Return what an operator wants to see: living processes, fresh casualties, else only the last one that lived."""
    now = timezone.now()
    rows = [_process(row, now) for row in Heartbeat.objects.order_by("-beat_at")[:20]]
    alive = [row for row in rows if row.condition not in {Condition.STOPPED, Condition.SILENT}]
    lost = [row for row in rows if row.silent_since and now - row.silent_since < FORGOTTEN_AFTER]
    return sorted(alive, key=lambda row: row.process) + lost or rows[:1]


def arrivals() -> Arrivals:
    """Return arrivals per minute and of the day; rows of the rollup with state "received" have no handler."""
    now = timezone.now().replace(second=0, microsecond=0)
    received = UpdateCount.objects.filter(state="received")
    first = now - timedelta(minutes=59)
    counts = dict(received.filter(minute__gte=first).values_list("minute").annotate(Sum("count")))
    starts = [first + timedelta(minutes=number) for number in range(60)]
    today = received.filter(minute__gte=now.replace(hour=0, minute=0)).aggregate(total=Sum("count"))["total"]
    return Arrivals([Minute(start, counts.get(start, 0)) for start in starts], today or 0)


def recent_kinds() -> list[str]:
    """Return the kinds of updates that came in the last 24 hours."""
    received = UpdateCount.objects.filter(state="received", minute__gte=timezone.now() - timedelta(hours=24))
    return list(received.order_by("kind").values_list("kind", flat=True).distinct())


def _process(row: Heartbeat, now: datetime) -> Process:
    return Process(
        process=row.process,
        role=row.role,
        version=row.version,
        bot_id=row.bot_id,
        bot_username=row.bot_username,
        condition=_condition(row, now),
        started_at=row.started_at,
        last_poll_at=row.last_poll_at,
        beat_at=row.beat_at,
        metrics=row.metrics,
    )


def _condition(row: Heartbeat, now: datetime) -> Condition:
    state = Condition(row.state)
    if state == Condition.STOPPED:
        return state
    if now - row.beat_at > SILENT_AFTER:
        return Condition.SILENT
    longest_poll = timedelta(seconds=settings.BOT_POLL_SECONDS) + POLL_GRACE
    if state == Condition.RUNNING and row.last_poll_at and now - row.last_poll_at > longest_poll:
        return Condition.DEAF
    return state
