"""The inbox' moves: accept once, claim in order, complete behind the fence, release by seq."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import skipUnless

from django.db import connection
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from botcore.inbox import store
from botcore.inbox.completion import Outcome, Progress, complete
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.inbox.models import Lane, State, Update
from botcore.inbox.store import ClaimedLane
from botcore.monitoring.models import UpdateCount
from tests.environment import SERVER
from tests.growing import growing

BOT = 99


def message(update_id: int, chat: int, text: str = "hi") -> Envelope:
    """Return the envelope of a message."""
    body = {"chat": {"id": chat}, "from": {"id": chat}, "text": text}
    return read_envelope({"update_id": update_id, "message": body})


def claim(owner: str = "one", **changes: Any) -> list[ClaimedLane]:
    """Claim as a worker does."""
    wish: dict[str, Any] = {"lanes": 10, "updates_per_lane": 10, "lease_seconds": 60, **changes}
    return store.claim(BOT, owner=owner, **wish)


def finish(lane: ClaimedLane, *, done: int | None = None) -> Progress:
    """Return the lane with its first updates done; None: all of them."""
    updates = lane.updates[:done]
    now = timezone.now()
    outcomes = tuple(Outcome(update, State.DONE, "start.start", "", now, now) for update in updates)
    return Progress(lane, outcomes, more=lane.more or len(updates) < len(lane.updates))


class AcceptTests(TestCase):
    """What is in the database before Telegram hears that it arrived."""

    def test_rows_hold_the_envelope_and_the_raw_text(self) -> None:
        store.accept(BOT, [message(5, -100, "first")])
        update = Update.objects.get()
        self.assertEqual(
            (update.bot_id, update.update_id, update.kind, update.lane_key, update.state, update.attempts),
            (BOT, 5, "message", -100, State.PENDING, 0),
        )
        self.assertIn('"text":"first"', update.raw)
        self.assertLess(timezone.now() - update.received_at, timedelta(minutes=1))

    def test_what_comes_again_is_ignored_and_wakes_nobody(self) -> None:
        self.assertEqual([e.update_id for e in store.accept(BOT, [message(5, 1), message(6, 1)])], [5, 6])
        self.assertEqual([e.update_id for e in store.accept(BOT, [message(6, 1), message(7, 2)])], [7])
        self.assertEqual(Update.objects.count(), 3)
        self.assertEqual(list(Lane.objects.order_by("key").values_list("key", "seq")), [(1, 1), (2, 1)])

    def test_the_same_id_twice_in_one_batch_is_one_row(self) -> None:
        self.assertEqual(len(store.accept(BOT, [message(5, 1), message(5, 1)])), 1)

    def test_another_bots_updates_have_their_own_numbers(self) -> None:
        store.accept(BOT, [message(5, 1)])
        self.assertEqual(len(store.accept(BOT + 1, [message(5, 1)])), 1)

    def test_an_empty_batch_is_nothing(self) -> None:
        with self.assertNumQueries(2):  # the transaction's own begin and end
            self.assertEqual(store.accept(BOT, []), [])

    def test_arrivals_are_counted_by_minute_and_kind(self) -> None:
        store.accept(BOT, [message(5, 1), message(6, 2)])
        store.accept(BOT, [message(7, 1)])
        self.assertEqual(list(UpdateCount.objects.values_list("kind", "state", "count")), [("message", "received", 3)])

    def test_a_hundred_updates_take_few_statements(self) -> None:
        with self.assertNumQueries(5):  # begin, updates, lanes, counts, end
            store.accept(BOT, [message(number, number % 7 + 1) for number in range(100)])


class ClaimTests(TestCase):
    """Who works on what."""

    def test_a_lane_comes_with_its_updates_in_order(self) -> None:
        store.accept(BOT, [message(5, 1, "a"), message(6, 2), message(7, 1, "b")])
        lanes = {lane.key: [update.update_id for update in lane.updates] for lane in claim()}
        self.assertEqual(lanes, {1: [5, 7], 2: [6]})

    def test_a_leased_lane_is_not_given_twice(self) -> None:
        store.accept(BOT, [message(5, 1)])
        self.assertEqual(len(claim("one")), 1)
        store.accept(BOT, [message(6, 1)])
        self.assertEqual(claim("two"), [])

    def test_a_lease_that_ran_out_is_given_to_the_next(self) -> None:
        store.accept(BOT, [message(5, 1)])
        claim("one", lease_seconds=-1)
        self.assertEqual([lane.key for lane in claim("two")], [1])

    def test_no_more_lanes_than_asked_for_and_the_longest_waiting_first(self) -> None:
        for number in range(1, 6):
            store.accept(BOT, [message(number, number)])
            Lane.objects.filter(key=number).update(ready_at=timezone.now() - timedelta(seconds=number))
        self.assertEqual({lane.key for lane in claim(lanes=2)}, {4, 5})

    def test_no_more_updates_than_asked_for(self) -> None:
        store.accept(BOT, [message(number, 1) for number in range(5)])
        (lane,) = claim(updates_per_lane=2)
        self.assertEqual([update.update_id for update in lane.updates], [0, 1])
        self.assertTrue(lane.more)

    def test_a_lane_that_backs_off_waits(self) -> None:
        store.accept(BOT, [message(5, 1)])
        Lane.objects.update(not_before=timezone.now() + timedelta(minutes=1))
        self.assertEqual(claim(), [])
        Lane.objects.update(not_before=timezone.now() - timedelta(minutes=1))
        self.assertEqual(len(claim()), 1)

    def test_another_bots_lanes_are_left_alone(self) -> None:
        store.accept(BOT + 1, [message(5, 1)])
        self.assertEqual(claim(), [])

    def test_more_lanes_than_one_statement_holds(self) -> None:
        store.accept(BOT, [message(number, number + 1) for number in range(250)])
        lanes = claim(lanes=250)
        self.assertEqual(sorted(update.update_id for lane in lanes for update in lane.updates), list(range(250)))


@skipUnless(SERVER, "SQLite has one plan for a claim")
class PlanTests(TestCase):
    """What PostgreSQL's planner may choose, depending on its statistics."""

    OFF = ("hashjoin", "mergejoin", "hashagg", "material", "sort", "memoize")

    def test_a_claim_takes_no_more_than_it_asks_for_whatever_the_plan(self) -> None:
        store.accept(BOT, [message(number, number) for number in range(1, 6)])
        with connection.cursor() as cursor:
            for plan in self.OFF:
                cursor.execute(f"SET LOCAL enable_{plan} = off")
        self.assertEqual([len(claim(str(number), lanes=lanes)) for number, lanes in enumerate((1, 3))], [1, 3])


class CompleteTests(TestCase):
    """What a worker may write when it is done."""

    def setUp(self) -> None:
        """Let one update wait in lane 1."""
        store.accept(BOT, [message(5, 1)])

    def test_the_outcome_is_written_and_the_lane_is_idle(self) -> None:
        (lane,) = claim()
        self.assertEqual(complete(BOT, [finish(lane)]), [])
        update = Update.objects.get()
        self.assertEqual((update.state, update.handler, update.attempts), (State.DONE, "start.start", 1))
        self.assertIsNotNone(update.latency_ms)
        row = Lane.objects.get()
        self.assertEqual((row.owner, row.lease_until, row.ready_at), ("", None, None))
        self.assertEqual(claim(), [])

    def test_what_arrived_meanwhile_keeps_the_lane_awake(self) -> None:
        (lane,) = claim()
        store.accept(BOT, [message(6, 1)])
        complete(BOT, [finish(lane)])
        self.assertEqual([update.update_id for update in claim()[0].updates], [6])

    def test_what_was_not_handled_stays_pending_in_its_place(self) -> None:
        store.accept(BOT, [message(6, 1), message(7, 1)])
        (lane,) = claim()
        complete(BOT, [finish(lane, done=1)])
        self.assertEqual([update.update_id for update in claim()[0].updates], [6, 7])

    def test_a_worker_whose_lease_ran_out_completes_nothing(self) -> None:
        taken_over = growing("botdeck_lease_takeovers_total", queue="inbox")
        with self.captureOnCommitCallbacks(execute=True):
            (late,) = claim("one", lease_seconds=-1)
        self.assertEqual(taken_over(), 0)
        with self.captureOnCommitCallbacks(execute=True):
            (taken,) = claim("two")
        self.assertEqual(taken_over(), 1)
        self.assertEqual([lost.lane for lost in complete(BOT, [finish(late)])], [late])
        self.assertEqual(Update.objects.get().state, State.PENDING)
        self.assertEqual(Lane.objects.get().owner, "two")
        self.assertEqual(complete(BOT, [finish(taken)]), [])
        self.assertEqual(Update.objects.get().state, State.DONE)

    def test_a_lease_that_ran_out_but_was_taken_by_nobody_is_completed(self) -> None:
        (lane,) = claim("one", lease_seconds=-1)
        self.assertEqual(complete(BOT, [finish(lane)]), [])
        self.assertEqual(Update.objects.get().state, State.DONE)

    def test_a_lane_still_held_by_the_caller_is_not_claimed_again(self) -> None:
        (lane,) = claim("one", lease_seconds=-1)
        self.assertEqual(claim("one-2", held=[lane.pk]), [])
        self.assertEqual(len(claim("two")), 1)

    def test_a_lane_that_shall_wait_is_not_claimed_before(self) -> None:
        (lane,) = claim()
        complete(BOT, [Progress(lane, (), more=True, wait_seconds=60)])
        self.assertEqual(claim(), [])
        Lane.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        self.assertEqual(len(claim()), 1)

    def test_a_lost_lane_does_not_hold_up_the_others(self) -> None:
        store.accept(BOT, [message(6, 2)])
        lanes = {lane.key: lane for lane in claim()}
        Lane.objects.filter(key=1).update(owner="two")
        lost = complete(BOT, [finish(lanes[1]), finish(lanes[2])])
        self.assertEqual([finished.lane.key for finished in lost], [1])
        self.assertEqual(
            list(Update.objects.order_by("id").values_list("update_id", "state")),
            [(5, State.PENDING), (6, State.DONE)],
        )

    def test_outcomes_are_counted_by_handler_with_their_seconds(self) -> None:
        Update.objects.update(received_at=F("received_at") - timedelta(seconds=3))
        complete(BOT, [finish(lane) for lane in claim()])
        row = UpdateCount.objects.get(state=State.DONE)
        self.assertEqual((row.kind, row.handler, row.count), ("message", "start.start", 1))
        self.assertAlmostEqual(row.seconds, 3, delta=1)

    def test_a_renewed_lease_lasts_and_a_lost_one_is_not_renewed(self) -> None:
        (lane,) = claim("one", lease_seconds=30)
        self.assertEqual(store.renew([lane], lease_seconds=600), {lane.pk})
        until = Lane.objects.get().lease_until
        assert until is not None
        self.assertGreater(until, timezone.now() + timedelta(seconds=500))
        self.assertEqual(store.renew([replace(lane, owner="two")], lease_seconds=6000), set())
        self.assertEqual(Lane.objects.get().lease_until, until)
