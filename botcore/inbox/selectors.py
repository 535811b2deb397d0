"""Reading the inbox: lists and details of updates for pages, and how much work waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from botcore import sql
from botcore.inbox.replay import refusal
from botcore.inbox.selection import Selection
from botcore.logs import redact_token
from botcore.models import EarlierRun, FailedAttempt, State, Update
from botcore.outbox.words import of_update
from botcore.paging import FIRST, SIZE, Keyset, Page, Place
from botcore.people import selectors as people
from botcore.people.privacy import Reader
from botcore.texts.visible import pretty, visible

# Spelled like the partial index's condition: SQLite uses that index only for a query that repeats it.
OPEN = ~Q(state=State.DONE)
KIND_WINDOW = 50_000  # updates that one page looks through for a kind or a handler, which have no index
COUNTED, MOST_PENDING = 10_001, 100_001  # of each state at most, and of those that wait
TAB_CAP = 99  # of each state beside its tab
MOST_ATTEMPTS = 20  # failed attempts that a page shows
REPLAYED_FIRST = 1_000  # pending updates that are looked at for the oldest: replayed ones come before older waits
EVERYTHING = Selection()
STATES = tuple(state for state in State.values if state != State.DONE)  # that are counted: few updates stay in them


@dataclass(frozen=True)
class UpdateRow:
    """An update in a list; `person` and `chat` are empty when they are not known, `text` and `media` when not read."""

    id: int
    update_id: int
    kind: str
    state: State
    handler: str
    chat_id: int | None
    chat: str
    user_id: int | None
    person: str
    received_at: datetime
    latency_ms: float | None
    attempts: int
    text: str
    media: str


@dataclass(frozen=True)
class Attempt:
    """A failed attempt at an update."""

    number: int
    handler: str
    error: str
    started_at: datetime
    took_ms: float

    @property
    def first_line(self) -> str:
        """The beginning of the error."""
        return _first_line(self.error)

    @property
    def is_long(self) -> bool:
        """Tell whether that is not all of it."""
        return self.first_line != self.error.strip()


@dataclass(frozen=True)
class Run:
    """How an update went through, from its arrival or a replay to the end; `error` is not that of its attempts."""

    state: State
    handler: str
    started_at: datetime | None
    finished_at: datetime | None
    error: str = ""


@dataclass(frozen=True)
class Replayed(Run):
    """How it had ended before somebody sent it through again, and who did so when."""

    at: datetime = field(kw_only=True)
    by: str = field(kw_only=True)


@dataclass(frozen=True)
class UpdateDetail(UpdateRow):
    """Everything about one update; `raw` is its JSON, indented; "" when that is no longer kept.

    `earlier` are its newest runs before replays. `refusal` says why it cannot be replayed now.
    `is_closed`: what was said, and errors, are not for the reader.
    """

    bot_id: int
    lane_key: int
    started_at: datetime | None
    finished_at: datetime | None
    replayed_at: datetime | None
    error: str
    error_group: str
    failures: list[Attempt]
    more_failures: bool
    earlier: list[Replayed]
    refusal: str
    raw: str
    is_closed: bool


def pending_count(cap: int = 100_001) -> int:
    """Count updates that wait or are being handled, but not further than the cap."""
    return Update.objects.filter(OPEN, state=State.PENDING).order_by()[:cap].count()


def counts() -> dict[str, int]:
    """Count updates by state, but not further than a cap; those that are done are not counted."""
    return _counted({**dict.fromkeys(STATES, COUNTED), State.PENDING: MOST_PENDING})


def tab_counts(cap: int = TAB_CAP) -> dict[str, int]:
    """Count the same for tabs; cap + 1 means more."""
    return _counted(dict.fromkeys(STATES, cap + 1))


def _counted(caps: Mapping[str, int]) -> dict[str, int]:
    return sql.count_by_state("botcore_update", caps, index="NOT (state = 'done')")


def oldest_pending() -> datetime | None:
    """Return since when the update waits that waits longest: since its arrival, or since it was replayed."""
    # A range of one state, so that the order asks for the index of states, and not for a walk through all the keys.
    pending = Update.objects.filter(OPEN, state__gte=State.PENDING, state__lte=State.PENDING)
    waiting = pending.order_by("state", "id")[:REPLAYED_FIRST]
    oldest: datetime | None = waiting.aggregate(at=Min(Coalesce("replayed_at", "received_at")))["at"]
    return oldest


def oldest_pending_age() -> float:
    """Return the age of the oldest pending update in seconds; 0.0 when none waits."""
    oldest = oldest_pending()
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0


def updates(
    chosen: Selection = EVERYTHING,
    *,
    place: Place = FIRST,
    size: int = SIZE,
    reader: Reader | None = None,
) -> Page[UpdateRow]:
    """List updates, newest first; for a `reader` with what was said, as far as that is for them."""
    unread = ("error",) if reader else ("raw", "error")  # a page's JSON may have megabytes
    whole = Update.objects.defer(*unread)
    found = chosen.listed().defer(*unread)
    window = KIND_WINDOW if chosen.is_slow else 0
    listed = Keyset(found, size=size, window=window, branches=chosen.branches(), whole=whole, lead=chosen.lead)
    return listed.at(place).map(lambda rows: _rows(rows, reader))


def kind_of(pk: int) -> str:
    """Return the kind of an update; "" when there is none with this key."""
    return Update.objects.filter(pk=pk).values_list("kind", flat=True).first() or ""


def update(pk: int, *, reader: Reader) -> UpdateDetail | None:
    """Return everything about one update, but for what is not for the reader."""
    row = Update.objects.filter(pk=pk).first()
    if row is None:
        return None
    (listed,) = _rows([row])
    is_open = reader.may_read(row.chat_id, row.user_id)
    failures = list(row.failures.order_by("-id")[: MOST_ATTEMPTS + 1]) if is_open else []
    return UpdateDetail(
        **vars(listed),
        bot_id=row.bot_id,
        lane_key=row.lane_key,
        started_at=row.started_at,
        finished_at=row.finished_at,
        replayed_at=row.replayed_at,
        error=row.error if is_open else "",
        error_group=row.error_group,
        failures=[_attempt(failure) for failure in reversed(failures[:MOST_ATTEMPTS])],
        more_failures=len(failures) > MOST_ATTEMPTS,
        earlier=[_replayed(run, is_open=is_open) for run in row.earlier.order_by("-id")[:MOST_ATTEMPTS]],
        refusal=refusal(kind=row.kind, state=row.state, received_at=row.received_at, raw=row.raw),
        raw=shown(row.raw) if is_open else reader.hidden(),
        is_closed=not is_open,
    )


def raw_json(pk: int, longest: int, *, reader: Reader) -> str:
    """Return the beginning of an update's JSON, indented; "" when there is no such update, or none for the reader."""
    row = Update.objects.filter(pk=pk).only("raw", "chat_id", "user_id").first() if pk > 0 else None
    return visible(shown(row.raw), longest) if row and row.raw and reader.may_read(row.chat_id, row.user_id) else ""


def shown(raw: str) -> str:
    """Return an update's JSON for people: indented, and without codes that open something."""
    return redact_token(pretty(raw))


def _attempt(row: FailedAttempt) -> Attempt:
    took = (row.ended_at - row.started_at).total_seconds() * 1000
    return Attempt(row.number, row.handler, row.error, row.started_at, took)


def _replayed(row: EarlierRun, *, is_open: bool) -> Replayed:
    error = _first_line(row.error) if is_open else ""
    state = State(row.state)
    return Replayed(state, row.handler, row.started_at, row.finished_at, error, at=row.replayed_at, by=row.replayed_by)


def _first_line(error: str) -> str:
    return error.strip().partition("\n")[0][:300]


def _rows(rows: list[Update], reader: Reader | None = None) -> list[UpdateRow]:
    """Add the names of people and chats, in one query."""
    names, titles = people.names_and_titles((row.user_id for row in rows), (row.chat_id for row in rows))
    return [row_of(row, names.get(row.user_id or 0, ""), titles.get(row.chat_id or 0, ""), reader) for row in rows]


def _said(row: Update, reader: Reader | None) -> tuple[str, str]:
    """Return text and media, or why they are not for the reader; without one the JSON is not touched."""
    if reader is None:
        return "", ""
    return of_update(row.raw) if reader.may_read(row.chat_id, row.user_id) else (reader.hidden(), "")


def row_of(row: Update, person: str, chat: str, reader: Reader | None = None) -> UpdateRow:
    """Return an update as lists show it."""
    text, media = _said(row, reader)
    return UpdateRow(
        id=row.pk,
        update_id=row.update_id,
        kind=row.kind,
        state=State(row.state),
        handler=row.handler,
        chat_id=row.chat_id,
        chat=chat,
        user_id=row.user_id,
        person=person,
        received_at=row.received_at,
        latency_ms=row.latency_ms,
        attempts=row.attempts,
        text=text,
        media=media,
    )
