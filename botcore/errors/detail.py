"""Reading one group of errors: its figures, days and history, and one of its occurrences with everything known."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F, Sum
from django.db.models.functions import TruncDay
from django.utils import timezone

from botcore.errors.kinds import GroupState, Severity, Source
from botcore.errors.models import ErrorEvent, ErrorGroup, ErrorHour, GroupChange
from botcore.errors.selectors import GroupRow, rows_of
from botcore.errors.trace import Trace, read_trace
from botcore.people import selectors as people
from botcore.sql import Listed
from botcore.texts.visible import visible

DAYS = 28
MOST_KEPT = 5000  # occurrences that one can go through
MOST_CHANGES = 100  # newest lines of the history
MOST_MARKS = 100  # fingerprints
MESSAGE = 8000  # characters


@dataclass(frozen=True)
class Mark:
    """A fingerprint of a group."""

    value: str
    title: str
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class Change:
    """A line of the history; `by` is empty when it happened by itself."""

    at: datetime
    by: str
    kind: str
    state: str
    text: str


@dataclass(frozen=True)
class Day:
    """How often it occurred on a day (UTC)."""

    start: datetime
    count: int


@dataclass(frozen=True)
class GroupDetail(GroupRow):
    """Everything about a group but its occurrences."""

    kind: str = ""
    state_at: datetime | None = None
    muted_until: datetime | None = None
    mute_limit: int | None = None
    mute_window: timedelta | None = None
    mute_seen: int = 0
    resolved_release: str = ""
    assignee_id: int | None = None
    first_release: str = ""
    last_release: str = ""
    alerted_at: datetime | None = None
    marks: tuple[Mark, ...] = ()
    more_marks: bool = False
    changes: tuple[Change, ...] = ()
    days: tuple[Day, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Tell whether it can be reopened."""
        return self.state in {GroupState.MUTED, GroupState.RESOLVED}


@dataclass(frozen=True)
class Occurrence:
    """One occurrence that is kept. `place` of `kept` counts from the newest, 1; 0 for ids that do not exist."""

    id: int
    reference: str
    ordinal: int
    at: datetime
    level: Severity
    source: str
    message: str
    handler: str
    process: str
    release: str
    update_pk: int | None
    update_id: int | None
    chat_id: int | None
    chat: str
    user_id: int | None
    person: str
    attempt: int | None
    request_id: str
    trace_id: str
    fingerprint: str
    trace: Trace
    place: int = 1
    kept: int = 1
    newer: int | None = None
    older: int | None = None
    newest: int | None = None
    oldest: int | None = None


def group(group_id: int) -> GroupDetail | None:
    """Return everything about one group."""
    row = ErrorGroup.objects.select_related("assignee").filter(pk=group_id).first() if 0 < group_id < 2**63 else None
    if row is None:
        return None
    (listed,) = rows_of([row], hours=False, staff={row.assignee.pk: row.assignee} if row.assignee else {})
    marks = row.fingerprints.order_by("-last_seen", "-pk")[: MOST_MARKS + 1]
    shown = [Mark(m.value, visible(m.title), m.count, m.first_seen, m.last_seen) for m in marks]
    return GroupDetail(
        **vars(listed),
        kind=visible(row.kind),
        state_at=row.state_at,
        muted_until=row.muted_until,
        mute_limit=row.mute_limit,
        mute_window=timedelta(seconds=row.mute_window) if row.mute_window else None,
        mute_seen=row.mute_seen,
        resolved_release=visible(row.resolved_release),
        assignee_id=row.assignee_id,
        first_release=visible(row.first_release),
        last_release=visible(row.last_release),
        alerted_at=row.alerted_at,
        marks=tuple(shown[:MOST_MARKS]),
        more_marks=len(shown) > MOST_MARKS,
        changes=tuple(_change(change) for change in row.changes.order_by("-pk")[:MOST_CHANGES]),
        days=_days(row.pk),
    )


def occurrence(group_id: int, event_id: int | None = None) -> Occurrence | None:
    """Return the newest occurrence of a group, or the one asked for; None when it is not one of the group's."""
    kept = ErrorEvent.objects.filter(fingerprint__group_id=group_id).order_by("-at", "-pk")
    wanted = kept if event_id is None else kept.filter(pk=event_id)
    row = wanted.select_related("fingerprint").annotate(ids=Listed(kept[:MOST_KEPT], F("pk"))).first()
    ids = list(map(int, row.ids.split())) if row else []
    return _occurrence(row, ids, ids.index(row.pk)) if row and row.pk in ids else None


def _occurrence(row: ErrorEvent, ids: list[int], place: int) -> Occurrence:
    names, titles = people.names_and_titles([row.user_id], [row.chat_id])
    return Occurrence(
        id=row.pk,
        reference=row.reference,
        ordinal=row.ordinal,
        at=row.at,
        level=Severity(row.level),
        source=Source(row.source).label,
        message=visible(row.message, MESSAGE),
        handler=visible(row.handler),
        process=visible(row.process),
        release=visible(row.release),
        update_pk=row.update_pk,
        update_id=row.update_id,
        chat_id=row.chat_id,
        chat=titles.get(row.chat_id or 0, ""),
        user_id=row.user_id,
        person=names.get(row.user_id or 0, ""),
        attempt=row.attempt,
        request_id=visible(row.request_id),
        trace_id=visible(row.trace_id),
        fingerprint=row.fingerprint.value,
        trace=read_trace(row.payload),
        place=place + 1,
        kept=len(ids),
        newer=ids[place - 1] if place else None,
        older=ids[place + 1] if place + 1 < len(ids) else None,
        newest=ids[0],
        oldest=ids[-1],
    )


def _change(row: GroupChange) -> Change:
    return Change(row.at, visible(row.by), row.kind, row.state, visible(row.text))


def _days(group_id: int) -> tuple[Day, ...]:
    first = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS - 1)
    hours = ErrorHour.objects.filter(fingerprint__group_id=group_id, hour__gte=first).order_by()
    day = TruncDay("hour", tzinfo=UTC)
    counts = dict(hours.annotate(day=day).values_list("day").annotate(Sum("count")))
    starts = [first + timedelta(days=number) for number in range(DAYS)]
    return tuple(Day(start, counts.get(start, 0)) for start in starts)
