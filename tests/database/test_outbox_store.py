"""The outbox' moves: queue, take up when due, claim by urgency, begin behind the fence, end by attempt."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.outbox import store
from botcore.outbox.models import OutboxLane, OutboxWake, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Begin, Done, Sent, advance
from tests.database.outboxes import SENT, begin, claim, end, queue, send_all, states, texts

SOON = timedelta(minutes=5)


class QueueTests(TestCase):
    """What waits, and from when on."""

    def test_a_message_is_due_at_once_by_the_databases_clock(self) -> None:
        queue("hi")
        row = OutgoingMessage.objects.get()
        self.assertEqual((row.state, row.due_at, row.attempts), ("queued", row.created_at, 0))
        self.assertLess(abs(timezone.now() - row.due_at), timedelta(minutes=1))

    def test_the_same_key_is_queued_once_for_each_bot(self) -> None:
        (pk,) = queue("hi", key="order-1")
        self.assertEqual(queue("hi again", key="order-1"), [])
        self.assertEqual(OutgoingMessage.objects.get().pk, pk)
        self.assertEqual(len(store.queue(5, [store.Queued(1, "sendMessage", "{}", Priority.ALERT, key="order-1")])), 1)

    def test_queueing_touches_no_lane(self) -> None:
        queue("hi")
        self.assertFalse(OutboxLane.objects.exists())


class ClaimTests(TestCase):
    """Who sends what, in which order."""

    def test_a_chats_messages_come_in_the_order_in_which_they_were_queued(self) -> None:
        queue("a", "b")
        queue("c")
        (lane,) = claim()
        self.assertEqual((texts(lane), lane.more), (["a", "b", "c"], False))

    def test_each_priority_of_a_chat_has_its_lane_and_the_most_urgent_is_first(self) -> None:
        queue("offer", priority=Priority.BROADCAST)
        queue("alarm", priority=Priority.ALERT)
        queue("reply", chat=2, priority=Priority.REPLY)
        self.assertEqual(
            [texts(lane) for number in "123" for lane in claim(number, lanes=1)], [["reply"], ["alarm"], ["offer"]]
        )

    def test_an_alert_is_taken_up_however_many_broadcasts_wait(self) -> None:
        for chat in range(2, 6):
            queue("offer", chat=chat, priority=Priority.BROADCAST)
        queue("alarm")
        self.assertEqual([texts(lane) for lane in claim(lanes=1)], [["alarm"]])

    def test_what_is_due_later_waits_and_wakes_its_lane_by_itself(self) -> None:
        (pk,) = queue("later", due_at=timezone.now() + SOON)
        self.assertEqual(claim(), [])
        before = timezone.now() - SOON
        OutgoingMessage.objects.filter(pk=pk).update(due_at=before)
        OutboxWake.objects.update(due_at=before)
        self.assertEqual([texts(lane) for lane in claim()], [["later"]])

    def test_what_is_due_later_holds_up_nothing(self) -> None:
        queue("later", due_at=timezone.now() + SOON)
        queue("now")
        (lane,) = claim()
        self.assertEqual(texts(lane), ["now"])
        send_all(lane)
        self.assertEqual((claim("two"), states()), ([], ["queued", "sent"]))

    def test_what_was_due_first_is_sent_first(self) -> None:
        queue("second", due_at=timezone.now() - timedelta(minutes=1))
        queue("first", due_at=timezone.now() - timedelta(minutes=2))
        queue("third")
        (lane,) = claim()
        self.assertEqual(texts(lane), ["first", "second", "third"])

    def test_a_message_that_is_due_at_once_does_not_wait_for_a_clock_that_went_back(self) -> None:
        queue("a")
        claim()
        ahead = timezone.now() + timedelta(hours=1)
        OutgoingMessage.objects.update(due_at=ahead, created_at=ahead)
        OutboxLane.objects.update(lease_until=None, owner="")
        (lane,) = claim("two")
        self.assertEqual(texts(lane), ["a"])

    def test_no_more_than_asked_for(self) -> None:
        queue("a", "b", "c")
        (lane,) = claim(each=2)
        self.assertEqual((texts(lane), lane.more), (["a", "b"], True))
        send_all(lane)
        self.assertEqual(texts(claim("two")[0]), ["c"])

    def test_another_bots_messages_are_left_alone(self) -> None:
        store.queue(5, [store.Queued(1, "sendMessage", "{}", Priority.ALERT)])
        self.assertEqual(claim(), [])

    def test_more_lanes_than_one_statement_holds(self) -> None:
        for chat in range(1, 251):
            queue(f"to {chat}", chat=chat)
        lanes = claim(lanes=250)
        self.assertEqual(sorted(lane.chat_id for lane in lanes), list(range(1, 251)))
        self.assertTrue(all(texts(lane) == [f"to {lane.chat_id}"] for lane in lanes))


class AdvanceTests(TestCase):
    """Beginnings, ends and lanes."""

    def test_a_message_is_being_sent_before_its_call_goes_out_and_sent_after_it(self) -> None:
        (pk,) = queue("a")
        (lane,) = claim()
        self.assertEqual(begin(lane).begun, {pk})
        row = OutgoingMessage.objects.get()
        self.assertEqual((row.state, row.attempts, row.started_at is not None), ("sending", 1, True))
        advance([], [end(lane, lane.messages[0])], [Done(lane)])
        row.refresh_from_db()
        self.assertEqual((row.state, row.message_id, row.error), ("sent", 7, ""))
        self.assertAlmostEqual(row.latency_ms or 0, 50, delta=1)
        self.assertEqual((claim("two"), OutboxLane.objects.get().ready_at), ([], None))

    def test_what_telegram_made_of_its_files_is_kept(self) -> None:
        queue("a", "b")
        (lane,) = claim()
        begin(lane)
        first, second = lane.messages
        advance([], [end(lane, first, SENT._replace(files='[{"photo":[]}]')), end(lane, second)], [Done(lane)])
        self.assertEqual(list(OutgoingMessage.objects.order_by("pk").values_list("files", flat=True)),
                         ['[{"photo":[]}]', ""])  # fmt: skip

    def test_the_end_of_one_and_the_beginning_of_the_next_are_one_transaction(self) -> None:
        queue("a", "b")
        (lane,) = claim()
        first, second = lane.messages
        begin(lane, first)
        self.assertEqual(advance([Begin(lane, second)], [end(lane, first)], []).begun, {second.pk})
        self.assertEqual(states(), ["sent", "sending"])

    def test_what_was_cancelled_meanwhile_does_not_begin(self) -> None:
        (pk,) = queue("a")
        (lane,) = claim()
        OutgoingMessage.objects.filter(pk=pk).update(state=OutgoingState.CANCELLED)
        self.assertEqual((begin(lane).begun, states()), (set(), ["cancelled"]))

    def test_the_same_progress_again_changes_nothing(self) -> None:
        (pk,) = queue("a")
        (lane,) = claim()
        self.assertEqual((begin(lane).begun, begin(lane).begun), ({pk}, {pk}))
        self.assertEqual(OutgoingMessage.objects.get().attempts, 1)
        ending = end(lane, lane.messages[0])
        advance([], [ending], [Done(lane)])
        before = list(OutgoingMessage.objects.values())
        self.assertEqual(advance([], [ending], [Done(lane)]).lost, {lane.pk})
        self.assertEqual(list(OutgoingMessage.objects.values()), before)

    def test_a_message_that_shall_be_sent_again_keeps_its_place_and_its_lane_waits(self) -> None:
        queue("a", "b")
        (lane,) = claim()
        first = lane.messages[0]
        begin(lane, first)
        again = Sent(OutgoingState.QUEUED, error="flood", wait_seconds=60)
        advance([], [end(lane, first, again)], [Done(lane, more=True, wait_seconds=60)])
        self.assertEqual((states(), claim("two")), (["queued", "queued"], []))
        OutboxLane.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        (later,) = claim("three")
        self.assertEqual((texts(later), later.messages[0].attempts), (["a", "b"], 1))

    def test_what_was_queued_meanwhile_keeps_the_lane_awake(self) -> None:
        queue("a")
        (lane,) = claim()
        queue("b")
        claim("two")  # takes it up
        send_all(lane)
        self.assertEqual([texts(lane) for lane in claim("three")], [["b"]])

    def test_one_that_lost_its_lane_begins_nothing_and_gives_nothing_back(self) -> None:
        queue("a")
        (late,) = claim("one", lease_seconds=-1)
        (taken,) = claim("two")
        advanced = advance([Begin(late, late.messages[0])], [], [Done(late)])
        self.assertEqual((advanced.begun, advanced.lost, states()), (set(), {late.pk}, ["queued"]))
        self.assertEqual(OutboxLane.objects.get().owner, taken.owner)

    def test_a_chat_whose_lane_is_lost_does_not_hold_up_others(self) -> None:
        queue("a")
        queue("b", chat=2)
        lost, kept = sorted(claim(), key=lambda lane: lane.chat_id)
        OutboxLane.objects.filter(pk=lost.pk).update(owner="two")
        self.assertEqual(
            advance([Begin(lost, lost.messages[0]), Begin(kept, kept.messages[0])], [], []).begun,
            {kept.messages[0].pk},
        )


class CrashTests(TestCase):
    """What a dead process was sending is in doubt; everything else goes on in order."""

    def test_what_was_being_sent_is_uncertain_and_the_rest_goes_on(self) -> None:
        queue("a", "b", "c")
        (dead,) = claim("one", lease_seconds=-1)
        begin(dead, dead.messages[0])
        (lane,) = claim("two")
        self.assertEqual((states(), texts(lane)), (["uncertain", "queued", "queued"], ["b", "c"]))
        self.assertEqual(OutgoingMessage.objects.earliest("id").error, store.IN_DOUBT)
        send_all(lane)
        self.assertEqual((states(), claim("three")), (["uncertain", "sent", "sent"], []))

    def test_so_it_is_when_somebody_sees_that_the_process_is_dead(self) -> None:
        queue("a", "b")
        (dead,) = claim("host:1-aa:1", each=1)
        begin(dead)
        self.assertEqual((store.abandon(99, "host:2:"), store.abandon(99, "host:1-aa:")), (0, 1))
        self.assertEqual([texts(lane) for lane in claim("two")], [["b"]])
        self.assertEqual(states(), ["uncertain", "queued"])

    def test_an_answer_that_comes_after_all_settles_the_doubt(self) -> None:
        queue("a")
        (late,) = claim("one", lease_seconds=-1)
        begin(late)
        (lane,) = claim("two")
        advance([], [], [Done(lane)])
        self.assertEqual(states(), ["uncertain"])
        advance([], [end(late, late.messages[0])], [Done(late)])
        self.assertEqual((states(), OutgoingMessage.objects.get().message_id), (["sent"], 7))

    def test_one_that_lost_its_lane_does_not_queue_again_what_is_in_doubt(self) -> None:
        queue("a")
        (late,) = claim("one", lease_seconds=-1)
        begin(late)
        claim("two")
        advance([], [end(late, late.messages[0], Sent(OutgoingState.QUEUED, wait_seconds=1))], [])
        self.assertEqual(states(), ["uncertain"])

    def test_an_answer_to_an_attempt_before_the_newest_changes_nothing(self) -> None:
        queue("a")
        (late,) = claim("one", lease_seconds=-1)
        begin(late)
        claim("two", lease_seconds=-1)
        OutgoingMessage.objects.update(state="queued")  # a person sends it again
        (lane,) = claim("three")
        begin(lane)
        advance([], [end(late, late.messages[0])], [])
        self.assertEqual(states(), ["sending"])
