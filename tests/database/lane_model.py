"""What the lane protocol's state machine knows: who holds which lane, and which updates wait in which order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from botcore.inbox.completion import Outcome, Progress
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.inbox.models import FailedAttempt, Lane, State, Update
from botcore.inbox.store import ClaimedLane, Pending
from botcore.monitoring.models import UpdateCount

TABLES = (FailedAttempt, Update, Lane, UpdateCount)
WAIT_SECONDS = 60.0  # of a back-off: longer than any test


@dataclass(eq=False, slots=True)
class Claim:
    """A lane in the hands of a process; `made` is the moment of the claim, `done` how many updates are handed in.

    A process that has `forgotten` a claim may claim the lane again, and still hand in the old one.
    """

    lane: ClaimedLane
    process: str
    made: int
    done: int = 0
    forgotten: bool = False

    @property
    def left(self) -> Sequence[Pending]:
        """Return what is not handed in yet."""
        return self.lane.updates[self.done :]


@dataclass(slots=True)
class Model:
    """The inbox as it should be. Moments are counted, not measured."""

    moment: int = 0
    order: dict[int, int] = field(default_factory=dict)  # an update's key: its place in the order of acceptance
    lane_of: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)  # an update's key: since which moment it is pending
    holder: dict[int, Claim] = field(default_factory=dict)  # a lane's key: whose claim the database knows
    ran_out: set[Claim] = field(default_factory=set)
    crashes: Counter[int] = field(default_factory=Counter)  # by lane
    completions: int = 0
    failures: int = 0

    def accept(self, pk: int, lane: int) -> None:
        """Add an update."""
        self.order[pk], self.lane_of[pk] = len(self.order), lane
        self.waiting[pk] = self.moment

    def queue(self, lane: int) -> list[int]:
        """Return the lane's pending updates in the order of acceptance."""
        return sorted((pk for pk in self.waiting if self.lane_of[pk] == lane), key=self.order.__getitem__)

    def finished(self) -> list[int]:
        """Return the updates that are not pending."""
        return [pk for pk in self.order if pk not in self.waiting]

    def take(self, claim: Claim) -> None:
        """Give a lane to a claim; nobody else may hold it, unless that lease ran out."""
        before = self.holder.get(claim.lane.key)
        assert before is None or before in self.ran_out, f"lane {claim.lane.key} is held by two claims"
        self.crashes[claim.lane.key] += before is not None
        self.holder[claim.lane.key] = claim

    def holds(self, claim: Claim) -> bool:
        """Is it this claim that the database knows?"""
        return self.holder.get(claim.lane.key) is claim

    def complete(self, claim: Claim, update: Pending) -> None:
        """Finish an update: once, and after all that waited before it when the claim was made."""
        assert update.pk in self.waiting, f"update {update.pk} is completed twice"
        earlier = self.queue(claim.lane.key)[: self.queue(claim.lane.key).index(update.pk)]
        assert all(self.waiting[pk] >= claim.made for pk in earlier), f"update {update.pk} overtakes {earlier}"
        del self.waiting[update.pk]
        self.completions += 1

    def release(self, claim: Claim, *, tried: bool) -> None:
        """Give the lane back; an attempt that came to its end clears it of suspicion."""
        del self.holder[claim.lane.key]
        if tried:
            self.crashes[claim.lane.key] = 0

    def abandon(self, claim: Claim) -> None:
        """Take the lane from a process that died."""
        del self.holder[claim.lane.key]
        self.crashes[claim.lane.key] += 1


def message(number: int, chat: int) -> Envelope:
    """Return the envelope of a message."""
    return read_envelope({"update_id": number, "message": {"chat": {"id": chat}, "text": "hi"}})


def is_free(lane: Lane, *, suspect: bool, over: bool) -> bool:
    """Say independently of the SQL whether a claim may take the lane."""
    now = timezone.now()
    leased = lane.lease_until is not None and not (over and not is_near(lane.lease_until, now, 2 * 600))
    waits = lane.not_before is not None and is_near(lane.not_before, now, 2 * 900)
    return lane.ready_at is not None and not leased and not waits and (lane.crashes >= 2) == suspect


def turn(lane: Lane) -> tuple[int, datetime]:
    """Return what says whose turn it is among free lanes: of suspects, those that ended the fewest workers."""
    return lane.crashes if lane.crashes >= 2 else 0, lane.ready_at or past()


def is_near(at: datetime, now: datetime, seconds: float) -> bool:
    """Is it in the future, but not so far that the clock must have jumped?"""
    return now < at <= now + timedelta(seconds=seconds)


def past() -> datetime:
    """Return a moment that is over."""
    return timezone.now() - timedelta(seconds=1)


def progress_of(claim: Claim, most: int, finish: str) -> Progress:
    """Return so many updates as done, and the end that a worker would write."""
    now = timezone.now()
    outcomes = [Outcome(update, State.DONE, "start", "", now, now) for update in claim.left[:most]]
    if finish == "progress":
        return Progress(claim.lane, tuple(outcomes), release=False)
    handled = claim.done + most
    if failed := claim.left[most : most + 1] if finish == "fail" else ():
        outcomes.append(Outcome(failed[0], State.PENDING, "start", "no", now, now, wait_seconds=WAIT_SECONDS))
    wait_seconds = WAIT_SECONDS if failed or finish == "postpone" else 0.0
    more = claim.lane.more or handled < len(claim.lane.updates)
    return Progress(claim.lane, tuple(outcomes), more=more, wait_seconds=wait_seconds, tried=bool(handled or failed))


def everything() -> list[Any]:
    """Return all rows of the protocol's tables."""
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]
