"""Reading broadcasts: how each stands, how far it came, when it will end, and how many people would get one.

Cheap however many deliveries there are: ends are counters in the broadcast's row, written by feeding.py in the step
that lets go of the delivery; what has no end yet is a table of a few hundred rows. The outbox is never counted.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import aim, audience, hours, links, media, pay, presses, recall, trial, wording
from botcore.broadcasts.models import ENDS, Broadcast, BroadcastState
from botcore.broadcasts.pay import Price
from botcore.broadcasts.presses import Pressed
from botcore.broadcasts.trial import Trial
from botcore.outbox.amendments import DELETABLE, DELETE, EDITS
from botcore.outbox.words import of_payload
from botcore.outbox.words import said as words_of
from botcore.paging import FIRST, Keyset, Page, Place
from botcore.people.privacy import Reader

MOST_COUNTED = audience.COUNTED
CHANGES = 10  # of a broadcast that a page shows
RATE_HOLDS = timedelta(seconds=60)  # an older one says nothing: no process feeds


@dataclass(frozen=True)
class Progress:
    """How far a broadcast came. `waiting` is queued or being sent, `held` is held back by a pause.

    `total` is None when there were too many to count; it is of the draft's hour, and exact once all are queued. `rate`
    is a second, lately.
    """

    total: int | None
    queued: int
    sent: int
    failed: int
    blocked: int
    uncertain: int
    cancelled: int
    waiting: int
    held: int
    rate: float | None
    too_old: int = 0  # to be deleted

    @property
    def ended(self) -> int:
        """How many deliveries have ended, however."""
        return sum(getattr(self, name) for name in ENDS)

    @property
    def most(self) -> int:
        """How many it will be, as far as it is known; at least 1, for a bar."""
        return max(self.total or 0, self.queued, 1)

    @property
    def percent(self) -> int | None:
        """How much has ended; None when the total is not known."""
        return None if self.total is None else 100 * self.ended // self.most

    @property
    def eta_seconds(self) -> float | None:
        """In how many seconds all will have ended at this rate; None when that is not known."""
        if self.total is None or not self.rate:
            return None
        return (self.most - self.ended) / self.rate


@dataclass(frozen=True)
class Change:
    """A broadcast that edits or deletes what another has sent."""

    pk: int
    state: str
    is_deletion: bool
    done: int
    total: int | None

    @property
    def label(self) -> str:
        """The state's name, in the language that is active."""
        return str(BroadcastState(self.state).label)


@dataclass(frozen=True)
class BroadcastFacts:
    """A broadcast as the pages show it; `words` are what people read, `media` says what else it is.

    `about` says of a copied message what it was when it was written down. `is_closed`: neither is for the reader.
    """

    pk: int
    state: str
    words: str
    media: str
    about: str
    is_closed: bool
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: Progress
    scheduled_at: datetime | None = None
    why: str = ""  # it paused by itself
    conditions: dict[str, str] = field(default_factory=dict)  # on who gets it; none: everybody
    counted_at: datetime | None = None
    has_stop: bool = False
    stopped: int = 0  # people who pressed that button
    buttons: str = ""  # of one that is looked at alone, as they were written
    canary: int = 0  # so many end before the rest are made
    quiet_until: datetime | None = None  # nobody gets it before
    hours: str = ""  # of each person's day, at which they get it; "" for any
    deferred: int = 0  # people who wait for these hours, or for the end of quiet ones
    is_paid: bool = False
    stars: int | None = None  # that were agreed to
    may_pay: bool = False  # as the settings are now
    price: Price | None = None  # of one that has not begun and is looked at alone
    trial: Trial | None = None  # of a draft that is looked at alone
    source: str | None = None  # words of one that is looked at alone, as they were written; none: not to be changed
    method: str = ""
    files: tuple[str, ...] = ()  # in words
    amends: int | None = None  # the broadcast whose messages it changes
    changes: tuple[Change, ...] = ()  # of what one that is looked at alone has sent, the last first
    pressed: tuple[Pressed, ...] = ()  # its buttons, when it is looked at alone

    @property
    def label(self) -> str:
        """The state's name, in the language that is active."""
        return str(BroadcastState(self.state).label)

    @property
    def title(self) -> str:
        """What it says, or what is copied, as well as it is known."""
        return self.words or self.about or ", ".join(self.files) or self.media

    @property
    def heading(self) -> str:
        """Its title; of one that says nothing, what it does."""
        if self.is_deletion and not self.title:
            return _("Deletes what broadcast %(of)s has sent, for everybody.") % {"of": self.amends}
        return self.title

    @property
    def audience(self) -> list[tuple[str, str]]:
        """What its conditions are called, each with its word, in the language that is active."""
        return aim.in_words(self.conditions)

    @property
    def is_copy(self) -> bool:
        """Tell whether copies of a message are sent, which must stay where it is."""
        return self.method == "copyMessage"

    @property
    def is_album(self) -> bool:
        """Tell whether it is several files in one."""
        return self.method == wording.ALBUM

    @property
    def is_deletion(self) -> bool:
        """Tell whether it deletes what another has sent."""
        return self.method == DELETE

    @property
    def can_be_reworded(self) -> bool:
        """Tell whether it can still say something else."""
        return self.is_draft and self.source is not None

    @property
    def can_have_files(self) -> bool:
        """Tell whether it can be given other files."""
        return bool(self.files) and self.amends is None and (self.is_draft or self.is_paused)

    @property
    def can_be_changed(self) -> bool:
        """Tell whether what it has sent can be edited or deleted, as far as that is not a matter of time."""
        is_there = self.progress.sent > max((one.done for one in self.changes if one.is_deletion), default=0)
        return self.amends is None and self.state in recall.OVER and self.is_over and is_there

    @property
    def can_be_edited(self) -> bool:
        """Tell whether what it has sent can say something else."""
        return self.can_be_changed and self.method in EDITS

    @property
    def can_be_deleted(self) -> bool:
        """Tell whether some of what it has sent is young enough for that."""
        age = timezone.now() - (self.finished_at or self.created_at)
        return self.can_be_changed and self.method != wording.ALBUM and age <= DELETABLE

    @property
    def is_draft(self) -> bool:
        """Tell whether it can be changed, tested and given a time."""
        return self.state == BroadcastState.DRAFT

    @property
    def is_scheduled(self) -> bool:
        """Tell whether it begins by itself."""
        return self.state == BroadcastState.SCHEDULED

    @property
    def is_before(self) -> bool:
        """Tell whether it can be started."""
        return self.is_draft or self.is_scheduled

    @property
    def is_canary(self) -> bool:
        """Tell whether the ends of the first few are waited for."""
        return self.is_running and 0 < self.canary <= self.progress.queued

    @property
    def is_running(self) -> bool:
        """Tell whether it can be paused."""
        return self.state == BroadcastState.RUNNING

    @property
    def is_paused(self) -> bool:
        """Tell whether it can be resumed."""
        return self.state == BroadcastState.PAUSED

    @property
    def is_over(self) -> bool:
        """Tell whether nothing changes any more: it has ended, and so has each delivery."""
        return not self.is_open and not self.progress.waiting

    @property
    def is_open(self) -> bool:
        """Tell whether it can be cancelled."""
        return self.is_before or self.is_running or self.is_paused


def broadcast(pk: int, *, reader: Reader) -> BroadcastFacts | None:
    """Return one broadcast, but for words that are not for the reader; None when there is none."""
    row = _rows().filter(pk=pk).first()
    if row is None:
        return None
    found = _facts(row, reader)
    parameters = json.loads(row.payload)
    source = wording.source(row.method, parameters) if reader.reads else None
    clock = hours.clock_of(row) if found.is_running else None
    quiet_until = clock.opens_at(timezone.now()) if clock and clock.is_one else None
    price = pay.price(row.total) if row.is_paid and found.is_before else None
    tested = trial.of(row) if found.is_before or trial.is_due(row) else None
    buttons = links.written(parameters) if reader.reads else ""
    pressed = presses.pressed(pk, parameters) if reader.reads and not found.is_before and not row.amends_id else ()
    return replace(
        found, source=source, buttons=buttons, trial=tested, quiet_until=quiet_until, changes=_changes(pk),
        pressed=pressed, price=price,
    )  # fmt: skip


def broadcasts(state: str = "", *, reader: Reader, place: Place = FIRST, size: int = 20) -> Page[BroadcastFacts]:
    """Return broadcasts, newest first."""
    whole = _rows()
    listed = Keyset(whole.filter(state=state) if state else whole, size=size, whole=whole)
    return listed.at(place).map(partial(_listed, reader=reader))


def progress(pk: int) -> Progress | None:
    """Return how far a broadcast came; None when there is none."""
    row = _rows().filter(pk=pk).first()
    return _progress(row) if row else None


def counts() -> dict[str, int]:
    """Count broadcasts by state."""
    found = dict(Broadcast.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state, 0) for state in BroadcastState.values}


def _changes(pk: int) -> tuple[Change, ...]:
    rows = Broadcast.objects.filter(amends=pk).order_by("-pk")[:CHANGES]
    return tuple(Change(row.pk, row.state, row.method == DELETE, row.sent, row.total) for row in rows)


def _rows() -> QuerySet[Any]:
    is_held = Q(deliveries__is_held=True)
    return Broadcast.objects.annotate(
        held_count=Count("deliveries", filter=is_held), waiting_count=Count("deliveries", filter=~is_held)
    )


def _listed(rows: Iterable[Any], reader: Reader) -> list[BroadcastFacts]:
    return [_facts(row, reader) for row in rows]


def _facts(row: Any, reader: Reader) -> BroadcastFacts:
    parameters = json.loads(row.payload)
    words, kind = of_payload(row.payload)
    words = words or words_of(dict(wording.said(parameters)))[0]  # of an album
    about = row.about
    if not reader.reads:
        words, about = words and reader.hidden(), about and reader.hidden()
    return BroadcastFacts(
        pk=row.pk,
        state=row.state,
        words=words,
        media=kind,
        files=media.files(parameters) if reader.reads else (),
        about=about,
        is_closed=not reader.reads,
        created_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        progress=_progress(row),
        scheduled_at=row.scheduled_at,
        why=row.why,
        canary=row.canary,
        conditions=row.audience or {},
        counted_at=row.counted_at or row.created_at,
        has_stop=row.has_stop,
        stopped=row.stopped,
        method=row.method,
        amends=row.amends_id,
        hours=row.hours,
        deferred=row.deferred,
        is_paid=row.is_paid,
        may_pay=pay.per_second() > 0,
        stars=row.stars,
    )


def _progress(row: Any) -> Progress:
    is_fresh = row.rated_at is not None and timezone.now() - row.rated_at < RATE_HOLDS
    return Progress(
        total=row.total,
        queued=row.queued,
        sent=row.sent,
        failed=row.failed,
        blocked=row.blocked,
        uncertain=row.uncertain,
        cancelled=row.cancelled,
        too_old=row.too_old,
        waiting=row.waiting_count,
        held=row.held_count,
        rate=row.rate if is_fresh else None,
    )
