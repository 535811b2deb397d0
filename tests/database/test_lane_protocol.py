"""The lane protocol as a state machine on the real database: no loss, no overlap, order, no starvation.

Hypothesis plays workers that claim, complete, fail, pause and die, clocks that jump, and operators who replay.
"""

import os
from collections.abc import Sequence

from django.db import transaction
from django.test import TransactionTestCase
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from botcore.inbox import lanes as inbox_lanes
from botcore.inbox import store
from botcore.inbox.completion import Progress, complete
from botcore.inbox.models import FailedAttempt, Lane, State, Update
from botcore.monitoring.models import UpdateCount
from tests.database.lane_machine import LaneMachine
from tests.database.lane_model import Claim, everything, is_free, message, past, progress_of, turn

BOT = 99
EXAMPLES = int(os.environ.get("LANE_EXAMPLES", "12"))  # `make test-crash` plays more
LEASE_SECONDS = 500.0
WORKERS = st.integers(0, 2)
PHASES = [Phase.generate]  # a failure is told as it was found: making it smaller would take minutes
LATE = st.sampled_from(["nothing", "renews", "hands in"])  # what a worker does after it was paused


class LaneProtocol(LaneMachine):
    """Workers on one inbox; what time does to them is in the machine."""

    @initialize(lanes=st.lists(st.integers(1, 4), min_size=6, max_size=12))
    def begin(self, lanes: list[int]) -> None:
        """Begin with some work."""
        self.accept(lanes, 0)

    @rule(lanes=st.lists(st.integers(1, 4), min_size=1, max_size=6), repeats=st.integers(0, 3))
    def accept(self, lanes: list[int], repeats: int) -> None:
        """Take a batch; some of it was delivered before."""
        self.model.moment += 1
        known = list(Update.objects.order_by("-update_id").values_list("update_id", "lane_key")[:repeats])
        new = [(next(self.numbers), lane) for lane in lanes]
        accepted = store.accept(BOT, [message(number, lane) for number, lane in known + new])
        assert sorted(envelope.update_id for envelope in accepted) == [number for number, _ in new]
        pks = dict(Update.objects.values_list("update_id", "pk"))
        for number, lane in new:
            self.model.accept(pks[number], lane)
        self.line_up()

    @rule(worker=WORKERS, lanes=st.integers(1, 4), each=st.integers(1, 4), over=st.booleans())
    def claim(self, worker: int, lanes: int, each: int, *, over: bool) -> None:
        """Let a worker look for work, and for a lane that is suspected when there is no more."""
        if len(self.look_for_work(worker, lanes, each, suspect=False, over=over)) < lanes:
            self.look_for_work(worker, 1, each, suspect=True, over=over)

    @rule(worker=WORKERS, by=WORKERS, how=st.sampled_from(["forward", "back", "late", "forgets"]), late=LATE)
    def take_over(self, worker: int, by: int, how: str, late: str) -> None:
        """Let a worker pause, or the clock jump; another takes what seems to be free; the first one may finish late."""
        mine = self.claims_of(self.process(worker))
        if how in {"forward", "back"}:
            self.clock_jumps(forward=how == "forward")
        else:
            self.end_leases([claim.lane.key for claim in mine])
        for claim in mine:
            claim.forgotten |= how == "forgets"
        self.claim(worker if how == "forgets" else by, 4, 2, over=True)
        if late == "renews":
            self.renew(worker)
        elif late == "hands in" and mine:
            self.hand_in(mine, [len(claim.left) for claim in mine], "release")

    @rule(worker=WORKERS, meanwhile=st.booleans(), finish=st.sampled_from(["release", "fail", "postpone"]))
    def work(self, worker: int, finish: str, *, meanwhile: bool) -> None:
        """Let a worker do all that it finds, or fail at it, while more may arrive in the same lanes."""
        made = self.look_for_work(worker, 4, 10, suspect=False)
        if made and meanwhile:
            self.accept([claim.lane.key for claim in made], 0)
        if made:
            self.hand_in(made, [len(claim.left) if finish == "release" else 0 for claim in made], finish)

    def look_for_work(self, worker: int, lanes: int, each: int, *, suspect: bool, over: bool = True) -> list[Claim]:
        """Claim: only what is free or ran out, the longest waiting first, the oldest updates of each."""
        self.model.moment += 1
        process = self.process(worker)
        held = [claim.lane.pk for claim in self.claims_of(process) if not claim.forgotten]
        before = {lane.pk: lane for lane in Lane.objects.all()}
        claimed = store.claim(
            BOT,
            owner=f"{process}:{next(self.claim_numbers)}",
            lanes=lanes,
            updates_per_lane=each,
            lease_seconds=LEASE_SECONDS,
            held=held,
            take_over=over,
            suspect=suspect,
        )
        free = [lane for lane in before.values() if lane.pk not in held and is_free(lane, suspect=suspect, over=over)]
        chosen = {lane.pk for lane in claimed}
        assert chosen <= {lane.pk for lane in free}, "a lane is claimed that is not free"
        assert len(chosen) == len(claimed) == min(lanes, len(free)), "a free lane is left out"
        waits = [turn(lane) for lane in free if lane.pk not in chosen]
        taken = [turn(lane) for lane in free if lane.pk in chosen]
        assert not waits or not taken or max(taken) <= min(waits), "a longer wait is passed over"
        made = [Claim(lane, process, self.model.moment) for lane in sorted(claimed, key=lambda lane: lane.key)]
        for claim in made:
            self.take(claim, each)
        return made

    def take(self, claim: Claim, each: int) -> None:
        """Check what a claim hands out."""
        lane, queue = claim.lane, self.model.queue(claim.lane.key)
        limit = 1 if lane.crashes else each
        assert [update.pk for update in lane.updates] == queue[:limit], "not the oldest updates in order"
        assert lane.more == (len(queue) > limit)
        self.model.take(claim)
        self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), finish=st.sampled_from(["progress", "release", "fail", "postpone"]))
    def complete(self, data: st.DataObject, finish: str) -> None:
        """Hand in parts of some claims in one batch; those who lost their lease change nothing."""
        chosen = data.draw(st.lists(st.sampled_from(self.claims), min_size=1, max_size=3, unique_by=id))
        counts = [data.draw(st.integers(0, len(claim.left))) for claim in chosen]
        self.hand_in(chosen, counts, finish)

    def hand_in(self, chosen: Sequence[Claim], counts: Sequence[int], finish: str) -> None:
        """Complete so many updates of each claim, then end them all in the same way."""
        self.model.moment += 1
        batch = [progress_of(claim, most, finish) for claim, most in zip(chosen, counts, strict=True)]
        stale = [progress for claim, progress in zip(chosen, batch, strict=True) if not self.model.holds(claim)]
        before = everything() if stale == batch else []
        assert complete(BOT, batch) == stale, "the fence took the wrong ones"
        assert not before or everything() == before, "a stale completion changed something"
        written = everything()
        complete(BOT, batch)  # as after a commit whose answer was lost
        assert everything() == written, "a repeated completion changed something"
        for claim, progress in zip(chosen, batch, strict=True):
            if progress not in stale:
                self.write(claim, progress)
            claim.done += len(progress.outcomes)
            if progress.release:
                self.claims.remove(claim)
        self.line_up()

    def write(self, claim: Claim, progress: Progress) -> None:
        """Note in the model what the database took."""
        for outcome in progress.outcomes:
            if outcome.state == State.PENDING:
                self.model.failures += 1
            else:
                self.model.complete(claim, outcome.update)
        if progress.release:
            self.model.release(claim, tried=progress.tried)

    @rule(worker=WORKERS)
    def renew(self, worker: int) -> None:
        """Prolong what a process believes to hold."""
        mine = self.claims_of(self.process(worker))
        renewed = store.renew([claim.lane for claim in mine], lease_seconds=LEASE_SECONDS) if mine else set()
        really = [claim for claim in mine if self.model.holds(claim)]
        assert renewed == {claim.lane.pk for claim in really}
        self.model.ran_out.difference_update(really)

    @rule(worker=WORKERS, buried=st.booleans(), ghost=st.booleans())
    def die(self, worker: int, *, buried: bool, ghost: bool) -> None:
        """End a process; as a ghost, what it did still reaches the database after its death."""
        process = self.process(worker)
        self.lives[worker] += 1
        self.dead.append(process)
        if not ghost:
            self.claims = [claim for claim in self.claims if claim.process != process]
        if buried:
            self.bury(process)

    @precondition(lambda self: self.dead)
    @rule(data=st.data())
    def bury_one(self, data: st.DataObject) -> None:
        """Somebody sees that a process is dead."""
        self.bury(data.draw(st.sampled_from(self.dead)))

    def bury(self, process: str) -> None:
        """Free what a dead process held."""
        held = [claim for claim in self.model.holder.values() if claim.process == process]
        assert store.abandon(BOT, f"{process}:") == len(held)
        for claim in held:
            self.model.abandon(claim)

    @precondition(lambda self: self.model.finished())
    @rule(data=st.data())
    @transaction.atomic
    def replay(self, data: st.DataObject) -> None:
        """Send finished updates through again, as replay.py does."""
        self.model.moment += 1
        pks = data.draw(st.lists(st.sampled_from(self.model.finished()), min_size=1, max_size=3, unique=True))
        Update.objects.filter(pk__in=pks).update(state=State.PENDING, attempts=0, replayed_at=timezone.now())
        inbox_lanes.wake(BOT, [self.model.lane_of[pk] for pk in pks])
        self.model.waiting.update(dict.fromkeys(pks, self.model.moment))
        self.line_up()

    @invariant()
    def nothing_is_lost(self) -> None:
        """The database holds what the model says, and every lane with work can be found by a claim."""
        states = dict(Update.objects.values_list("pk", "state"))
        assert states == {pk: "pending" if pk in self.model.waiting else "done" for pk in self.model.order}
        for lane in Lane.objects.all():
            holder = self.model.holder.get(lane.key)
            assert lane.owner == (holder.lane.owner if holder else "")
            assert lane.crashes == self.model.crashes[lane.key]
            assert lane.ready_at is not None or not self.model.queue(lane.key), f"lane {lane.key} sleeps on its work"
        done = sum(UpdateCount.objects.filter(state="done").values_list("count", flat=True))
        failed = FailedAttempt.objects.filter(number__gt=0).count()  # 0 notes a crash
        assert (done, failed) == (self.model.completions, self.model.failures)

    @invariant()
    def suspects_are_seen(self) -> None:
        """A worker becomes quiet exactly when a suspect could be claimed."""
        free = [lane for lane in Lane.objects.all() if is_free(lane, suspect=True, over=True)]
        assert store.has_suspects(BOT) == bool(free)

    def teardown(self) -> None:
        """Nobody starves, however this ended."""
        try:
            self.drain()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def drain(self) -> None:
        """Let every lease end; one worker must then finish everything within a bounded number of claims."""
        self.claims.clear()
        Lane.objects.exclude(lease_until=None).update(lease_until=past())
        self.model.ran_out.update(self.model.holder.values())
        self.back_offs_end()
        for _ in range(len(self.model.waiting) + Lane.objects.count()):
            made = self.look_for_work(0, 2, 3, suspect=False)
            made += self.look_for_work(0, 1, 3, suspect=True) if len(made) < 2 else []
            if not made:
                break
            self.hand_in(made, [len(claim.left) for claim in made], "release")
        self.nothing_is_lost()
        assert not self.model.waiting, "some updates starve"


class LaneProtocolTests(TransactionTestCase):
    """The machine; each example is a transaction that is rolled back."""

    def test_the_protocol_holds_whatever_happens(self) -> None:
        run_state_machine_as_test(
            LaneProtocol, settings=settings(max_examples=EXAMPLES, stateful_step_count=40, phases=PHASES)
        )
