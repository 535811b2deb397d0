"""The ground of the lane protocol's state machine: an inbox, processes that live and die, and what time does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from botcore.inbox.models import Lane
from tests.database.lane_model import Claim, Model, past

HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


class LaneMachine(RuleBasedStateMachine):
    """A process is named `worker.life`; a worker that dies begins another life. An example is a transaction."""

    def __init__(self) -> None:
        """Begin with an empty inbox, to which teardown() returns."""
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.model = Model()
        self.numbers, self.claim_numbers = count(1), count(1)
        self.lives = [0, 0, 0]
        self.dead: list[str] = []
        self.claims: list[Claim] = []  # what processes believe to hold
        self.ready: dict[int, datetime] = {}

    def process(self, worker: int) -> str:
        """Return the name of the worker's process."""
        return f"{worker}.{self.lives[worker]}"

    def claims_of(self, process: str) -> list[Claim]:
        """Return what a process believes to hold."""
        return [claim for claim in self.claims if claim.process == process]

    @rule(data=st.data())
    def leases_run_out(self, data: st.DataObject) -> None:
        """Let the leases of some lanes end."""
        self.end_leases(data.draw(st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, unique=True)))

    def end_leases(self, keys: Sequence[int]) -> None:
        """Put the end of these lanes' leases into the past."""
        Lane.objects.filter(key__in=keys).exclude(lease_until=None).update(lease_until=past())
        self.model.ran_out.update(claim for key, claim in self.model.holder.items() if key in keys)

    @rule()
    def back_offs_end(self) -> None:
        """Let all lanes' waits end."""
        Lane.objects.exclude(not_before=None).update(not_before=past())

    @rule(forward=st.booleans())
    def clock_jumps(self, *, forward: bool) -> None:
        """Set the database's clock an hour forward or back: all times it wrote move the other way."""
        shift = -HOUR if forward else HOUR
        for lane in Lane.objects.all():
            for name in ("lease_until", "not_before", "ready_at"):
                if (at := getattr(lane, name)) is not None:
                    setattr(lane, name, at + shift)
            lane.save()
        self.ready = {key: at + shift for key, at in self.ready.items()}
        self.model.ran_out.update(self.model.holder.values())

    def line_up(self) -> None:
        """Give lanes that became ready just now a time that is the same in every run, so that examples repeat."""
        for lane in Lane.objects.exclude(ready_at=None).order_by("key"):
            if lane.ready_at != self.ready.get(lane.key):
                self.ready[lane.key] = MIDNIGHT + timedelta(minutes=self.model.moment, seconds=lane.key)
                Lane.objects.filter(pk=lane.pk).update(ready_at=self.ready[lane.key])
