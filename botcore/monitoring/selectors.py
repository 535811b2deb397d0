"""Reading how the bot does: its processes, its webhook, and updates per minute. Events are in event_selectors.py."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.db.models.functions import Now
from django.utils import timezone

from botcore.models import Heartbeat, Step, UpdateCount, UpdateSum, Webhook
from botcore.monitoring.clocks import Reading, begin, reading
from botcore.monitoring.vitals import Vitals

SILENT_AFTER = timedelta(seconds=15)  # three missed beats
FORGOTTEN_AFTER = timedelta(minutes=10)  # a silent process beside a living one is old news then
REMEMBERED = timedelta(days=1)  # for so long the table of processes has those that ended
POLL_GRACE = timedelta(seconds=30)  # beyond the long poll's own length
WEBHOOK_NEWS = timedelta(minutes=10)  # what Telegram said of the webhook longer ago is not shown
MOST_PROCESSES = 100
POLLERS = ("", "polling")  # values of Heartbeat.intake; standby and webhook processes do not poll


class Condition(StrEnum):
    """How a process is: its own word, unless the clock says otherwise."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SILENT = "silent"  # it no longer beats
    DEAF = "deaf"  # it beats, but Telegram no longer answers its polls
    DIED = "died"  # another process found it gone

    @classmethod
    def _missing_(cls, value: object) -> "Condition":
        """Take a word that only a newer version knows for a running process."""
        return cls.RUNNING


GONE = (Condition.SILENT, Condition.DIED)


@dataclass(frozen=True)
class Process:
    """A process that reports to the database. The beat is not in the repr: it alone is no news to a page.

    `intake` is polling, standby, webhook or nothing; `trouble` a sentence; `spooled` counts records without a database;
    `connection` is connecting, up, degraded, down or nothing, `connection_words` why it is not up;
    `circuit` is closed, half-open or open: then calls to Telegram fail at once.
    """

    process: str
    role: str
    version: str
    bot_id: int | None
    bot_username: str
    condition: Condition
    intake: str
    trouble: str
    connection: str
    connection_words: str
    circuit: str
    spooled: int
    started_at: datetime
    last_poll_at: datetime | None
    beat_at: datetime = field(repr=False)
    metrics_port: int | None = field(repr=False)
    metrics: str = field(repr=False)
    vitals: Vitals = field(repr=False)

    @property
    def silent_since(self) -> datetime | None:
        """The last beat of a process that should beat and does not."""
        return self.beat_at if self.condition in GONE else None

    @property
    def polls(self) -> bool:
        """Tell a process whose polls count; standby and webhook processes have none."""
        return self.intake in POLLERS

    @property
    def is_alive(self) -> bool:
        """Tell a process that beats."""
        return self.condition not in {Condition.STOPPED, *GONE}


@dataclass(frozen=True)
class WebhookFacts:
    """What Telegram last said of a bot's webhook. The time of asking is not in the repr: it alone is no news."""

    bot_id: int
    url: str
    waiting: int
    last_error: str
    last_error_at: datetime | None
    checked_at: datetime | None = field(repr=False)


@dataclass(frozen=True)
class Minute:
    """Arrivals in one minute."""

    start: datetime
    count: int


@dataclass(frozen=True)
class Beats:
    """The processes that beat last, the newest first, each with the time that it was judged by.

    `clock` is what the database's clock said beside them; None without any.
    """

    rows: list[tuple[Process, datetime]]
    clock: Reading | None = None

    @property
    def current(self) -> list[Process]:
        """What processes() says."""
        alive = [row for row, _ in self.rows if row.is_alive]
        lost = [row for row, moment in self.rows if row.silent_since and moment - row.silent_since < FORGOTTEN_AFTER]
        return sorted(alive, key=lambda row: row.process) + lost or [row for row, _ in self.rows[:1]]

    @property
    def recent(self) -> list[Process]:
        """What recent_processes() says."""
        rows = [row for row, moment in self.rows if row.is_alive or moment - row.beat_at < REMEMBERED]
        return sorted(rows, key=lambda row: (not row.is_alive, row.process if row.is_alive else ""))


def live_heartbeats() -> list[Process]:
    """Return the processes that beat within 15 seconds and did not stop."""
    rows = _beating().annotate(asked_at=Now()).order_by("process")
    return [_process(row, row.asked_at, row.metrics) for row in rows]


def is_bot_alive() -> bool:
    """Tell whether any bot process beats."""
    return _beating().filter(role="bot").exists()


def spooled() -> int:
    """Return how many records wait for the database in living processes."""
    return _beating().aggregate(total=Sum("spooled"))["total"] or 0


def processes(now: datetime | None = None) -> list[Process]:
    """Return what an operator wants to see: living processes, fresh casualties, else only the last one that lived.

    `now` takes the place of the database's time, by which heartbeats are written, whatever a machine's clock says.
    """
    return beats(now).current


def recent_processes() -> list[Process]:
    """Return living processes, and those that ended within a day, the newest first."""
    return beats().recent


def webhooks(seen: list[Process]) -> list[WebhookFacts]:
    """Return fresh news of the webhooks that living ones of these processes take."""
    takers = [process for process in seen if process.is_alive and process.intake == "webhook"]
    bots = {process.bot_id for process in takers if process.bot_id is not None}
    if not bots:
        return []
    fresh = Webhook.objects.filter(bot_id__in=bots, checked_at__gte=timezone.now() - WEBHOOK_NEWS)
    rows = fresh.only("bot_id", "url", "waiting", "last_error", "last_error_at", "checked_at")  # never the secret
    return [
        WebhookFacts(row.bot_id, row.url, row.waiting, row.last_error, row.last_error_at, row.checked_at)
        for row in rows.order_by("bot_id")
    ]


def last_hour() -> list[Minute]:
    """Return arrivals of the last 60 minutes, oldest first and with the running one."""
    now = timezone.now().replace(second=0, microsecond=0)
    first = now - timedelta(minutes=59)
    received = UpdateCount.objects.filter(state="received", minute__gte=first, minute__lte=now)  # without handlers
    counts = dict(received.values_list("minute").annotate(Sum("count")))
    starts = (first + timedelta(minutes=number) for number in range(60))
    return [Minute(start, counts.get(start, 0)) for start in starts]


def week_by_hours(weeks: int) -> dict[tuple[int, int], int]:
    """Return arrivals of the last weeks by weekday, 0 for Monday, and hour (UTC); the running hour is not counted."""
    hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    summed = UpdateSum.objects.filter(
        step=Step.HOUR, state="received", at__gte=hour - timedelta(weeks=weeks), at__lt=hour
    )
    found: Counter[tuple[int, int]] = Counter()
    for at, count in summed.values_list("at").annotate(Sum("count")):
        found[at.weekday(), at.hour] += count
    return dict(found)


def bot_username() -> str:
    """Return the bot's @username without the @, as a process has told it last; "" for none."""
    told = Heartbeat.objects.exclude(bot_username="").order_by("-beat_at")
    return told.values_list("bot_username", flat=True).first() or ""


def beats(now: datetime | None = None) -> Beats:
    """Read the processes that beat last; `now` as for processes()."""
    begun = begin()
    newest = Heartbeat.objects.defer("metrics").annotate(asked_at=Now()).order_by("-beat_at")[:MOST_PROCESSES]
    rows = list(newest)
    clock = reading(begun, rows[0].asked_at) if rows else None
    return Beats([(_process(row, now or row.asked_at), now or row.asked_at) for row in rows], clock)


def _beating() -> QuerySet[Heartbeat]:
    gone = [Condition.STOPPED, Condition.DIED]
    return Heartbeat.objects.filter(beat_at__gte=Now() - SILENT_AFTER).exclude(state__in=gone)


def _process(row: Heartbeat, now: datetime, metrics: str = "") -> Process:
    return Process(
        process=row.process,
        role=row.role,
        version=row.version,
        bot_id=row.bot_id,
        bot_username=row.bot_username,
        condition=_condition(row, now),
        intake=row.intake,
        trouble=row.trouble,
        connection=row.connection,
        connection_words=row.connection_words,
        circuit=row.circuit,
        spooled=row.spooled,
        started_at=row.started_at,
        last_poll_at=row.last_poll_at,
        beat_at=row.beat_at,
        metrics_port=row.metrics_port,
        metrics=metrics,
        vitals=Vitals.read(row.vitals),
    )


def _condition(row: Heartbeat, now: datetime) -> Condition:
    state = Condition(row.state)
    if state in {Condition.STOPPED, Condition.DIED}:
        return state
    if now - row.beat_at > SILENT_AFTER:
        return Condition.SILENT
    if state == Condition.RUNNING and row.intake in POLLERS and _poll_age(row, now) > longest_poll():
        return Condition.DEAF
    return state


def longest_poll() -> timedelta:
    """Return how long Telegram may take to answer a getUpdates before that is trouble."""
    return timedelta(seconds=settings.BOT_POLL_SECONDS) + POLL_GRACE


def _poll_age(row: Heartbeat, now: datetime) -> timedelta:
    """Return for how long polls have not been answered: by the process' own count, which no set clock disturbs."""
    age = Vitals.read(row.vitals).poll_age
    if age is not None:
        return timedelta(seconds=age) + (now - row.beat_at)
    return now - row.last_poll_at if row.last_poll_at else timedelta()
