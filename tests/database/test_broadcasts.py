"""Broadcasts: everybody who may be written to gets it once, whatever is pressed, crashes, or comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

from django.test import TestCase
from django.utils import timezone

from botcore import metrics
from botcore.access.models import Keep, Restriction
from botcore.access.services import restrict
from botcore.broadcasts import audience, drafts, feeding, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastDelivery
from botcore.exceptions import ValidationError
from botcore.monitoring.models import Event
from botcore.outbox import services as outbox
from botcore.outbox import store
from botcore.outbox.content import Copy, Text
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Sent
from botcore.people.models import Chat, Reach, User
from botcore.people.privacy import Reader
from tests.database.broadcasts import BroadcastCase, add_people, add_person, feed, send, started, write
from tests.database.outboxes import BOT, queued

REFUSED = Sent(OutgoingState.FAILED, error="refused")


class DraftTests(BroadcastCase):
    """Writing one."""

    def refused(self, sentence: str, content: Text | Copy) -> None:
        """Check that a content is refused with this sentence."""
        with self.subTest(sentence), self.assertRaises(ValidationError) as caught:
            drafts.write(by="dora", content=content, bot_id=BOT)
        self.assertIn(sentence, str(caught.exception))
        self.assertFalse(Broadcast.objects.exists())

    def test_a_text_is_kept_as_the_call_that_says_it(self) -> None:
        facts = selectors.broadcast(write("<b>News</b> &amp; more"), reader=Reader())
        assert facts is not None
        self.assertEqual((facts.state, facts.words, facts.media), ("draft", "News & more", ""))
        self.assertEqual((facts.created_by, facts.progress.queued), ("dora", 0))

    def test_a_message_of_another_chat_is_copied(self) -> None:
        pk = drafts.write(by="dora", content=Copy(1, 55), bot_id=BOT)
        row = Broadcast.objects.get(pk=pk)
        self.assertEqual((row.method, row.payload), ("copyMessage", '{"from_chat_id":1,"message_id":55}'))
        facts = selectors.broadcast(pk, reader=Reader())
        self.assertEqual(facts and facts.media, "message 55 of chat 1")

    def test_what_telegram_would_refuse_is_refused(self) -> None:
        self.refused("The text is empty", Text("<b> </b>", "HTML"))
        self.refused("<i>", Text("<i>open", "HTML"))
        self.refused("A broadcast is one message: its text has at most 4096", Text("word " * 1000, "HTML"))
        self.refused("A broadcast is one message", Text("word " * 100_000, "HTML"))
        self.refused("The chat 77 is unknown", Copy(77, 1))

    def test_writing_one_is_an_event(self) -> None:
        pk = write()
        event = Event.objects.get()
        self.assertEqual((event.kind, event.text), ("broadcast", f"dora wrote broadcast {pk}."))


class StateTests(BroadcastCase):
    """What may follow what, and who did it."""

    def refused(self, sentence: str, act: Callable[..., bool], pk: int) -> None:
        """Check that a button is refused with this sentence and changes nothing."""
        before = Broadcast.objects.filter(pk=pk).values().first()
        with self.assertRaises(ValidationError) as caught:
            act(pk, by="dora")
        self.assertEqual(str(caught.exception), sentence)
        self.assertEqual(Broadcast.objects.filter(pk=pk).values().first(), before)

    def test_a_second_press_does_nothing_and_says_so(self) -> None:
        pk = write()
        for act in (services.start, services.pause, services.resume, services.cancel):
            with self.subTest(act.__name__):
                self.assertTrue(act(pk, by="dora"))
                before = Broadcast.objects.values().get(), Event.objects.count()
                self.assertFalse(act(pk, by="dora"))
                self.assertEqual((Broadcast.objects.values().get(), Event.objects.count()), before)

    def test_what_cannot_be_is_refused_in_a_sentence(self) -> None:
        pk = write()
        self.refused(f"Broadcast {pk} is draft and cannot be paused.", services.pause, pk)
        self.refused(f"Broadcast {pk} is draft and cannot be resumed.", services.resume, pk)
        services.start(pk, by="dora")
        services.pause(pk, by="dora")
        self.refused(f"Broadcast {pk} is paused and cannot be started.", services.start, pk)
        services.cancel(pk, by="dora")
        for act, done in ((services.start, "started"), (services.pause, "paused"), (services.resume, "resumed")):
            self.refused(f"Broadcast {pk} is cancelled and cannot be {done}.", act, pk)
        self.refused(f"There is no broadcast {pk + 1}.", services.start, pk + 1)

    def test_one_that_is_done_cannot_be_cancelled(self) -> None:
        pk = started()
        feed(pk)
        send()
        feed(pk)
        self.refused(f"Broadcast {pk} is done and cannot be cancelled.", services.cancel, pk)

    def test_each_decision_is_an_event_that_names_who(self) -> None:
        pk = started()
        services.pause(pk, by="bob")
        services.resume(pk, by="charlie")
        services.cancel(pk, by="bob")
        said = list(Event.objects.filter(kind="broadcast").order_by("pk").values_list("text", flat=True))
        wanted = [f"dora started broadcast {pk} to 3 people.", f"bob paused broadcast {pk}."]
        self.assertEqual(said[1:], [*wanted, f"charlie resumed broadcast {pk}.", f"bob cancelled broadcast {pk}."])

    def test_a_draft_that_is_cancelled_never_starts(self) -> None:
        pk = write()
        self.assertTrue(services.cancel(pk, by="dora"))
        feed(pk)
        self.assertEqual(self.queued(), [])

    def test_one_that_nobody_could_get_is_not_started(self) -> None:
        User.objects.update(messages_on=False)
        self.refused("There is nobody who could get it.", services.start, write())


class AudienceTests(TestCase):
    """Who gets it."""

    def test_only_people_whose_chat_is_open_and_who_let_the_bot_write_first(self) -> None:
        add_person(1)
        add_person(2, messages_on=False)
        add_person(3, is_bot=True)
        add_person(4, chat={"reach": Reach.BLOCKED})
        add_person(5, chat={"reach": Reach.DEACTIVATED})
        User.objects.create(id=6, first_name="Met in a group", first_seen=timezone.now(), last_seen=timezone.now())
        Chat.objects.create(id=-7, type="group", first_seen=timezone.now(), last_seen=timezone.now())
        self.assertEqual(audience.count(), 1)
        pk = started()
        feed(pk)
        self.assertEqual(list(OutgoingMessage.objects.values_list("chat_id", flat=True)), [1])

    def test_who_is_banned_gets_none_until_the_ban_is_over_and_who_is_muted_gets_it(self) -> None:
        for number in (2, 3, 4, 5):
            add_person(number)
        restrict(user_id=2, kind=Keep.BANNED, by="dora")
        restrict(user_id=3, kind=Keep.BANNED, by="dora", until=timezone.now() + timedelta(hours=1))
        restrict(user_id=4, kind=Keep.MUTED, by="dora")
        restrict(user_id=5, kind=Keep.BANNED, by="dora", until=timezone.now() + timedelta(hours=1))
        Restriction.objects.filter(user_id=5).update(until=timezone.now() - timedelta(seconds=1))
        self.assertEqual((audience.count(), audience.reachable([2, 3, 4, 5])), (2, [4, 5]))
        feed(started())
        self.assertEqual(list(OutgoingMessage.objects.values_list("chat_id", flat=True)), [4, 5])

    def test_who_comes_during_the_run_is_not_owed_it(self) -> None:
        add_people(2)
        pk = started()
        add_person(3, met=-timedelta(seconds=1))
        feed(pk)
        self.assertEqual(sorted(OutgoingMessage.objects.values_list("chat_id", flat=True)), [1, 2])
        self.assertEqual(Broadcast.objects.get(pk=pk).total, 2)

    def test_it_is_counted_up_to_a_cap(self) -> None:
        add_people(3)
        self.assertEqual([audience.count(most=most) for most in (4, 3, 2)], [3, 3, None])

    def test_a_total_that_is_not_known_promises_no_end(self) -> None:
        add_people(3)
        with mock.patch.object(audience, "count", return_value=None):
            pk = started()
        progress = selectors.progress(pk)
        assert progress is not None
        self.assertEqual((progress.total, progress.percent, progress.eta_seconds), (None, None, None))
        self.assertIn("more than 2,000,000 people", Event.objects.latest("pk").text)
        feed(pk)
        progress = selectors.progress(pk)
        self.assertEqual(progress and progress.total, 3)  # all are queued: now it is known


class FeedingTests(BroadcastCase):
    """From the start to the end."""

    people = 25

    def setUp(self) -> None:
        """Make batches of ten, at most 20 ahead."""
        super().setUp()
        for name, value in (("BATCH", 10), ("AHEAD", 20)):
            patched = mock.patch.object(feeding, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def test_everybody_gets_it_once_and_then_it_is_done(self) -> None:
        pk, got = started(), list[int]()
        while self.state(pk) == "running":
            feed(pk)
            got += send()
        self.assertEqual(self.queued(), list(range(1, 26)))
        self.assert_once_each(got, range(1, 26))
        self.assertEqual((self.progress(pk).sent, self.progress(pk).percent), (25, 100))
        self.assertEqual(feeding.wanting(), [])
        words = f"Broadcast {pk} is done: sent 25, blocked 0, failed or in doubt 0."
        self.assertEqual(Event.objects.latest("pk").text, words)

    def test_no_more_than_a_few_wait_ahead(self) -> None:
        pk = started()
        self.assertEqual([feeding.step(pk) for _ in range(3)], [True, False, False])
        self.assertEqual(self.queued(), list(range(1, 21)))
        send(most=5)
        feed(pk)
        self.assertEqual((len(self.queued()), self.progress(pk).waiting), (25, 20))

    def test_a_delivery_is_an_outbox_message_of_its_priority_and_key(self) -> None:
        Chat.objects.exclude(pk=1).delete()
        pk = started()
        feed(pk)
        row = OutgoingMessage.objects.get()
        self.assertEqual((row.bot_id, row.priority, row.key), (BOT, Priority.BROADCAST, f"broadcast:{pk}:1"))
        self.assertEqual(queued(), ("sendMessage", {"parse_mode": "HTML", "text": "<b>News</b>"}))

    def test_a_crash_in_a_batch_leaves_nobody_out_and_nobody_twice(self) -> None:
        pk, got, crashes = started(), list[int](), 0
        rows = BroadcastDelivery.objects
        places: list[tuple[Any, str]] = [(store, "queue"), (rows, "bulk_create"), (Broadcast, "save")]
        while self.state(pk) == "running":
            for place, name in places:
                original = getattr(place, name)
                with mock.patch.object(place, name, side_effect=_after(original), autospec=name == "save"):
                    try:
                        feeding.step(pk)
                    except KeyboardInterrupt:
                        crashes += 1
            self.assertEqual(self.progress(pk).queued, OutgoingMessage.objects.count())
            feed(pk)
            got += send(most=7)
        self.assert_once_each(got, range(1, 26))
        self.assertGreater(crashes, 5)

    def test_a_cursor_that_was_lost_sends_nobody_a_second_one(self) -> None:
        pk = started()
        feed(pk)
        got = send()
        Broadcast.objects.update(cursor=0)  # as a backup that is put back might have it
        while self.state(pk) == "running":
            feed(pk)
            got += send()
        self.assert_once_each(got, range(1, 26))

    def test_ends_are_counted_by_how_they_ended(self) -> None:
        pk = started()
        feed(pk)
        Chat.objects.filter(pk__in=[3, 4]).update(reach=Reach.BLOCKED)
        outbox.cancel_chat(3, bot_id=BOT)  # as the first refusal of a chat does with what waits for it
        outbox.cancel(OutgoingMessage.objects.get(chat_id=5).pk, reason="by hand")
        doubt = Sent(OutgoingState.UNCERTAIN, error="timeout")
        before = metrics.BROADCAST_DELIVERIES.labels("blocked")._value.get()
        send(outcomes={1: REFUSED, 2: doubt, 4: REFUSED})
        with self.captureOnCommitCallbacks(execute=True):
            feeding.step(pk)
        found = self.progress(pk)
        self.assertEqual((found.failed, found.uncertain, found.blocked, found.cancelled), (1, 1, 2, 1))
        self.assertEqual((found.sent, found.waiting), (15, 5))
        self.assertEqual(metrics.BROADCAST_DELIVERIES.labels("blocked")._value.get(), before + 2)

    def test_a_delivery_is_counted_once_though_it_is_sent_again_by_hand(self) -> None:
        pk = started()
        feed(pk)
        send(outcomes={1: REFUSED})
        feed(pk)
        outbox.retry(OutgoingMessage.objects.get(chat_id=1).pk)
        while self.state(pk) == "running":
            send()
            feed(pk)
        self.assertEqual((self.progress(pk).failed, self.progress(pk).sent), (1, 24))

    def test_the_rate_is_that_of_the_last_seconds_and_says_when_it_will_end(self) -> None:
        pk = started()
        feed(pk)
        send()
        Broadcast.objects.update(rated_at=timezone.now() - timedelta(seconds=20))
        feeding.step(pk)
        found = self.progress(pk)
        self.assertAlmostEqual(found.rate or 0, 1.0, places=1)
        self.assertAlmostEqual(found.eta_seconds or 0, 5 / (found.rate or 1))
        Broadcast.objects.update(rated_at=timezone.now() - timedelta(minutes=2))
        self.assertIsNone(self.progress(pk).eta_seconds)  # nobody feeds: the rate is old

    def test_two_broadcasts_run_side_by_side(self) -> None:
        first, second = started(), started()
        self.assertEqual(feeding.wanting(), [first, second])
        got: list[int] = []
        while feeding.wanting():
            for pk in feeding.wanting():
                feed(pk)
            got += send()
        self.assert_once_each(got, [*range(1, 26), *range(1, 26)])

    def test_one_that_was_deleted_meanwhile_is_no_bug(self) -> None:
        pk = started()
        Broadcast.objects.all().delete()
        self.assertFalse(feeding.step(pk))


def _after(original: Callable[..., object]) -> Callable[..., None]:
    """Return a stand-in that does the work and is then killed."""

    def call(*args: object, **kwargs: object) -> None:
        original(*args, **kwargs)
        raise KeyboardInterrupt

    return call
