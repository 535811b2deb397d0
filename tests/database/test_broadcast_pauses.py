"""A broadcast that is paused or cancelled: what waits does not go, whatever is under way, and nobody gets it twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from botcore.broadcasts import deliveries, feeding, services
from botcore.broadcasts.models import BroadcastDelivery
from botcore.outbox import services as outbox
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Sent
from botcore.people.models import Chat, Reach, User
from botcore.retention.kinds import KINDS
from tests.database.broadcasts import BroadcastCase, feed, send, started
from tests.database.outboxes import end

FLOOD = Sent(OutgoingState.QUEUED, error="flood", wait_seconds=0.0)


class PauseTests(BroadcastCase):
    """What waits is held back, and goes on later."""

    people = 6

    def test_a_pause_holds_back_what_waits_and_queues_nobody_else(self) -> None:
        pk = started()
        feed(pk)
        send(most=2)
        services.pause(pk, by="dora")
        feed(pk)
        self.assertEqual(send(), [])
        self.assertEqual((self.progress(pk).sent, self.progress(pk).held, self.progress(pk).waiting), (2, 4, 0))
        self.assertEqual(feeding.wanting(), [])

    def test_afterwards_everybody_gets_it_once(self) -> None:
        pk, got = started(), list[int]()
        with mock.patch.object(feeding, "AHEAD", 4):
            while self.state(pk) == "running":
                feed(pk)
                services.pause(pk, by="dora")
                self.assertEqual(send(), [])
                services.resume(pk, by="dora")
                got += send(most=1)
                feed(pk)
        self.assert_once_each(got, range(1, 7))
        self.assertEqual(self.progress(pk).sent, 6)

    def test_a_call_that_telegram_puts_off_does_not_go_on_while_it_is_paused(self) -> None:
        pk = started()
        feed(pk)
        with mock.patch("tests.database.broadcasts.end", side_effect=_pressing(pk, services.pause)):
            self.assertEqual(send(most=1, outcomes={1: FLOOD}), [1])
        self.assertEqual(self.states(), {"queued": 1, "cancelled": 5})
        self.assertEqual(feeding.wanting(), [pk])
        feed(pk)
        self.assertEqual((self.states(), self.progress(pk).held), ({"cancelled": 6}, 6))
        services.resume(pk, by="dora")
        self.assert_once_each(send(), range(1, 7))

    def test_who_was_lost_or_said_no_during_the_pause_gets_nothing(self) -> None:
        pk = started()
        feed(pk)
        services.pause(pk, by="dora")
        Chat.objects.filter(pk=1).update(reach=Reach.BLOCKED)
        User.objects.filter(pk=2).update(messages_on=False)
        services.resume(pk, by="dora")
        self.assert_once_each(send(), [3, 4, 5, 6])
        feed(pk)
        self.assertEqual((self.progress(pk).blocked, self.progress(pk).cancelled, self.state(pk)), (1, 1, "done"))

    def test_what_a_person_sent_by_hand_during_the_pause_is_not_sent_again(self) -> None:
        pk = started()
        feed(pk)
        services.pause(pk, by="dora")
        outbox.retry(OutgoingMessage.objects.get(chat_id=3).pk)
        got = send()
        self.assertEqual(got, [3])
        services.resume(pk, by="dora")
        self.assert_once_each(got + send(), range(1, 7))
        feed(pk)
        self.assertEqual((self.progress(pk).sent, self.state(pk)), (6, "done"))

    def test_what_is_held_back_is_kept_whatever_its_age(self) -> None:
        pk = started()
        feed(pk)
        services.pause(pk, by="dora")
        old = timezone.now() - timedelta(days=200)
        OutgoingMessage.objects.update(created_at=old, finished_at=old)
        _retain()
        self.assertEqual(OutgoingMessage.objects.exclude(payload="").count(), 6)
        services.resume(pk, by="dora")
        self.assert_once_each(send(), range(1, 7))

    def test_ended_deliveries_go_with_the_other_messages(self) -> None:
        pk = started()
        feed(pk)
        send(most=5)
        feed(pk)
        old = timezone.now() - timedelta(days=200)
        OutgoingMessage.objects.filter(state="sent").update(created_at=old, finished_at=old)
        _retain()
        self.assertEqual(self.queued(), [6])
        self.assertEqual(self.progress(pk).sent, 5)


class CancelTests(BroadcastCase):
    """What waits is cancelled, what was sent stays."""

    people = 6

    def test_what_waits_is_cancelled_and_nobody_else_is_queued(self) -> None:
        pk = started()
        with mock.patch.object(feeding, "AHEAD", 4):
            feed(pk)
            send(most=1)
            services.cancel(pk, by="dora")
            self.assertEqual(self.states(), {"sent": 1, "cancelled": 3})
            feed(pk)
        self.assertEqual(send(), [])
        found = self.progress(pk)
        self.assertEqual((found.sent, found.cancelled, found.waiting, found.queued), (1, 3, 0, 4))
        self.assertFalse(BroadcastDelivery.objects.exists())

    def test_one_that_is_paused_can_be_cancelled(self) -> None:
        pk = started()
        feed(pk)
        send(most=2)
        services.pause(pk, by="dora")
        services.cancel(pk, by="dora")
        feed(pk)
        self.assertEqual((self.progress(pk).sent, self.progress(pk).cancelled, self.progress(pk).held), (2, 4, 0))
        errors = OutgoingMessage.objects.filter(state="cancelled").values_list("error", flat=True)
        self.assertEqual(set(errors), {deliveries.DROPPED})

    def test_what_is_being_sent_is_counted_when_it_has_ended(self) -> None:
        pk = started()
        feed(pk)
        with mock.patch("tests.database.broadcasts.end", side_effect=_pressing(pk, services.cancel)):
            send(most=1)
        feed(pk)
        self.assertEqual((self.progress(pk).sent, self.progress(pk).cancelled, self.state(pk)), (1, 5, "cancelled"))


def _pressing(pk: int, act: Callable[..., bool]) -> Callable[..., object]:
    """Return a stand-in for end() that presses a button while the call is under way."""

    def call(*args: Any) -> object:
        act(pk, by="dora")
        return end(*args)

    return call


def _retain() -> None:
    """Let go of messages that are 90 days old."""
    for sweep in KINDS["messages"].sweeps:
        list(sweep.batches(timezone.now() - timedelta(days=90)))
