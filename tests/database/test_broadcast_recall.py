"""Editing and deleting what a broadcast has sent: each message once, whatever is pressed, crashes or is too old."""

import json
from datetime import timedelta
from unittest import mock

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.broadcasts import drafts, feeding, recall, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.exceptions import ValidationError
from botcore.outbox import amendments, store
from botcore.outbox import services as outbox
from botcore.outbox.content import Copy, Text
from botcore.outbox.models import OutgoingMessage, OutgoingState
from botcore.outbox.progress import Sent
from botcore.people.models import Chat, Reach, User
from botcore.people.privacy import Reader
from botcore.runtime import settings
from tests.database.broadcasts import BroadcastCase, feed, send, sent_to_all, started
from tests.database.outboxes import BOT

OTHER = Text("<b>Other</b> news", "HTML")


class RecallCase(BroadcastCase):
    """A broadcast that three people got, each as a message with its own number."""

    def setUp(self) -> None:
        """Send it."""
        super().setUp()
        self.first = sent_to_all()
        self.assertEqual(self.state(self.first), BroadcastState.DONE)

    def edit(self, content: Text = OTHER) -> int:
        """Write an edit that needs no test."""
        return recall.write_edit(self.first, by="dora", content=content, is_shown=True)

    def deletion(self) -> int:
        """Write a deletion."""
        return recall.write_deletion(self.first, by="dora")

    def run_it(self, pk: int, outcomes: dict[int, Sent] | None = None) -> None:
        """Start it and bring it to its end."""
        services.start(pk, by="dora")
        feed(pk)
        send(outcomes=outcomes)
        feed(pk)

    def changes(self, pk: int) -> dict[int, tuple[str, int]]:
        """Return by chat which method was called for which of its messages."""
        rows = OutgoingMessage.objects.filter(key__startswith=f"broadcast:{pk}:")
        return {row.chat_id: (row.method, json.loads(row.payload)["message_id"]) for row in rows}

    def age(self, hours: int, **which: int) -> None:
        """Let messages of the first one be so old."""
        at = timezone.now() - timedelta(hours=hours)
        OutgoingMessage.objects.filter(key__startswith=f"broadcast:{self.first}:", **which).update(finished_at=at)

    def refused(self, words: str, pk: int | None = None) -> None:
        """Check that a deletion of what was sent is refused with these words."""
        with self.assertRaisesMessage(ValidationError, words):
            recall.write_deletion(pk or self.first, by="dora")


class EditTests(RecallCase):
    """Other words."""

    def test_everybody_who_got_it_reads_the_new_words(self) -> None:
        pk = self.edit()
        self.run_it(pk)
        self.assertEqual(self.changes(pk), {chat: ("editMessageText", 100 + chat) for chat in (1, 2, 3)})
        self.assertEqual((self.state(pk), self.progress(pk).sent), (BroadcastState.DONE, 3))
        of = OutgoingMessage.objects.get(key=f"broadcast:{self.first}:2")
        self.assertEqual([one.text for one in amendments.of(of.pk)], ["Other news"])

    def test_who_came_later_is_left_alone(self) -> None:
        Chat.objects.filter(pk=2).update(first_seen=timezone.now() + timedelta(seconds=1))
        OutgoingMessage.objects.filter(key=f"broadcast:{self.first}:3").delete()
        pk = self.edit()
        self.run_it(pk)
        self.assertEqual(list(self.changes(pk)), [1])

    def test_it_is_for_those_who_want_no_more_too(self) -> None:
        User.objects.filter(pk=2).update(messages_on=False)
        pk = self.edit()
        self.run_it(pk)
        self.assertEqual(sorted(self.changes(pk)), [1, 2, 3])

    def test_its_buttons_stay_unless_others_are_written(self) -> None:
        row = Broadcast.objects.get(pk=self.first)
        row.payload = json.dumps(
            {
                **json.loads(row.payload),
                "reply_markup": {"inline_keyboard": [[{"text": "A", "url": "https://a.example"}]]},
            }
        )
        row.save()
        kept = Broadcast.objects.get(pk=self.edit())
        self.assertIn("a.example", kept.payload)
        pk = recall.write_edit(self.first, by="dora", content=OTHER, buttons="")
        self.assertNotIn("reply_markup", Broadcast.objects.get(pk=pk).payload)

    def test_variables_are_each_ones_own(self) -> None:
        User.objects.filter(pk=2).update(first_name="Bob")
        pk = self.edit(Text("Hello {first_name}", "HTML"))
        self.run_it(pk)
        said = dict(
            OutgoingMessage.objects.filter(key__startswith=f"broadcast:{pk}:").values_list("chat_id", "payload")
        )
        self.assertEqual(json.loads(said[2]), {"parse_mode": "HTML", "text": "Hello Bob", "message_id": 102})

    def test_broken_formatting_is_refused_and_nothing_is_kept(self) -> None:
        for content, words in (
            (Text("<b>open", "HTML"), "<b>"),
            (Text(" ", "HTML"), "empty"),
            (Text("{nobody}", "HTML"), "no variable"),
        ):
            with self.subTest(words), self.assertRaisesMessage(ValidationError, words), transaction.atomic():
                self.edit(content)
        self.assertEqual(Broadcast.objects.count(), 1)

    def test_it_needs_a_test_that_says_the_new_words_as_a_message(self) -> None:
        pk = recall.write_edit(self.first, by="dora", content=OTHER)
        with self.assertRaisesMessage(ValidationError, "was not tested"):
            services.start(pk, by="dora")
        drafts.test(pk, by="dora", person=2)
        test = OutgoingMessage.objects.latest("pk")
        self.assertEqual((test.method, test.chat_id, json.loads(test.payload)["text"]), ("sendMessage", 2, OTHER.text))
        send()
        self.assertTrue(services.start(pk, by="dora"))

    def test_other_words_for_the_draft_need_another_test(self) -> None:
        pk = self.edit()
        self.assertTrue(drafts.edit(pk, by="dora", content=Text("Third", "HTML")))
        row = Broadcast.objects.get(pk=pk)
        self.assertEqual(
            (row.method, row.is_shown, json.loads(row.payload)["text"]), ("editMessageText", False, "Third")
        )

    def test_a_copy_cannot_be_edited(self) -> None:
        copied = drafts.write(by="dora", content=Copy(1, 55), is_shown=True, bot_id=BOT)
        sent_to_all(copied)
        with self.assertRaisesMessage(ValidationError, "Only texts and captions can be edited"):
            recall.write_edit(copied, by="dora", content=OTHER)
        found = selectors.broadcast(copied, reader=Reader())
        self.assertEqual(found and (found.can_be_edited, found.can_be_deleted), (False, True))


class DeletionTests(RecallCase):
    """Out of the chats."""

    def test_everybodys_message_is_deleted(self) -> None:
        pk = self.deletion()
        self.run_it(pk)
        self.assertEqual(self.changes(pk), {chat: ("deleteMessage", 100 + chat) for chat in (1, 2, 3)})
        self.assertEqual(self.progress(pk).sent, 3)
        self.assertEqual(AuditEntry.objects.filter(action="broadcasts.amend", target=f"broadcast:{pk}").count(), 1)

    def test_of_what_everybody_lost_no_change_is_offered(self) -> None:
        self.run_it(self.deletion())
        found = selectors.broadcast(self.first, reader=Reader())
        self.assertEqual(found and (found.can_be_changed, [one.is_deletion for one in found.changes]), (False, [True]))

    def test_what_is_deleted_is_not_changed_again(self) -> None:
        self.run_it(self.deletion(), outcomes={2: Sent(OutgoingState.FAILED, error="refused")})
        again = self.deletion()
        self.run_it(again)
        self.assertEqual(list(self.changes(again)), [2])

    def test_messages_that_are_too_old_are_counted_and_left_alone(self) -> None:
        self.age(49, chat_id=1)
        pk = self.deletion()
        self.run_it(pk, outcomes={2: Sent(OutgoingState.FAILED, error="Message can't be deleted for everyone")})
        self.assertEqual(sorted(self.changes(pk)), [2, 3])
        progress = self.progress(pk)
        self.assertEqual((progress.sent, progress.too_old, progress.failed, progress.percent), (1, 2, 0, 100))

    def test_one_that_is_too_old_as_a_whole_is_refused_and_can_still_be_edited(self) -> None:
        Broadcast.objects.update(finished_at=timezone.now() - timedelta(hours=49))
        self.refused("It was sent more than 48 hours ago")
        self.run_it(self.edit())

    def test_a_deletion_that_waited_too_long_does_not_start(self) -> None:
        pk = self.deletion()
        Broadcast.objects.filter(pk=self.first).update(finished_at=timezone.now() - timedelta(hours=49))
        with self.assertRaisesMessage(ValidationError, "It was sent more than 48 hours ago"):
            services.start(pk, by="dora")

    def test_who_blocked_the_bot_is_counted_so(self) -> None:
        Chat.objects.filter(pk=1).update(reach=Reach.BLOCKED)
        pk = self.deletion()
        services.start(pk, by="dora")
        feed(pk)
        Chat.objects.filter(pk=3).update(reach=Reach.BLOCKED)  # in the middle
        outbox.cancel_chat(3, bot_id=BOT)
        send()
        feed(pk)
        progress = self.progress(pk)
        self.assertEqual((progress.sent, progress.blocked, self.state(pk)), (1, 2, BroadcastState.DONE))

    def test_there_is_nothing_to_test(self) -> None:
        with self.assertRaisesMessage(ValidationError, "There is nothing to test"):
            drafts.test(self.deletion(), by="dora", person=1)


class WhenTests(RecallCase):
    """What may be changed, and by whom at once."""

    def test_only_what_is_over_and_was_sent_is_changed(self) -> None:
        running = started()
        self.refused("is running: what it has sent is changed when it is done or cancelled", running)
        services.cancel(running, by="dora")
        self.refused("It was sent to nobody", running)
        self.refused("There is no broadcast", 999)
        self.refused(f"It changes what broadcast {self.first} has sent", self.done_edit())

    def done_edit(self) -> int:
        """Return an edit that is over."""
        pk = self.edit()
        self.run_it(pk)
        return pk

    def test_one_whose_last_messages_are_on_their_way_is_waited_for(self) -> None:
        pk = started()
        feed(pk)
        Broadcast.objects.filter(pk=pk).update(state=BroadcastState.CANCELLED, sent=1, finished_at=timezone.now())
        self.refused("Its last messages are still on their way", pk)

    def test_two_operators_at_once_change_it_once(self) -> None:
        one, other = self.edit(), self.deletion()
        services.start(one, by="dora")
        with self.assertRaisesMessage(ValidationError, f"Broadcast {one} changes the same messages and is not over"):
            services.start(other, by="bob")
        self.assertFalse(services.start(one, by="bob"))
        services.cancel(one, by="bob")
        self.assertTrue(services.start(other, by="bob"))

    def test_it_is_neither_copied_nor_aimed(self) -> None:
        pk = self.edit()
        with self.assertRaisesMessage(ValidationError, f"It changes what broadcast {self.first} has sent."):
            drafts.copy(pk, by="dora")
        with self.assertRaisesMessage(ValidationError, f"It changes what broadcast {self.first} has sent."):
            drafts.aim_at(pk, by="dora", words={"tag": "vip"})

    def test_another_attempt_at_the_same_update_writes_no_second_one(self) -> None:
        pks = {recall.write_deletion(self.first, by="dora", update_pk=5) for _ in range(2)}
        self.assertEqual(len(pks), 1)
        self.assertEqual({recall.write_edit(self.first, by="dora", content=OTHER, update_pk=5)}, pks)


class WayTests(RecallCase):
    """In steps, with crashes and pauses."""

    people = 25

    def setUp(self) -> None:
        """Make batches of five, at most ten ahead; look at seven people at once."""
        super().setUp()
        for target, name, value in ((feeding, "BATCH", 5), (feeding, "AHEAD", 10), (recall, "LOOKED", 7)):
            patched = mock.patch.object(target, name, value)
            patched.start()
            self.addCleanup(patched.stop)

    def finish(self, pk: int) -> list[int]:
        """Feed and send to the end; return whose messages were changed."""
        got: list[int] = []
        while self.state(pk) == BroadcastState.RUNNING:
            feed(pk)
            got += send()
        return got

    def test_everybodys_message_is_changed_once_and_few_wait(self) -> None:
        pk = self.deletion()
        services.start(pk, by="dora")
        feed(pk)
        self.assertEqual(self.progress(pk).waiting, 10)
        self.assert_once_each(self.finish(pk), range(1, 26))
        self.assertEqual((self.progress(pk).sent, self.progress(pk).total), (25, 25))

    def test_a_crash_in_a_step_leaves_nobody_out_and_nobody_twice(self) -> None:
        pk, real = self.edit(), store.queue
        services.start(pk, by="dora")

        def crash(*given: object) -> list[int]:
            real(*given)  # type: ignore[arg-type]
            raise OSError

        for _ in range(2):
            with mock.patch.object(store, "queue", side_effect=crash), self.assertRaises(OSError):
                feeding.step(pk)
            feeding.step(pk)
        Broadcast.objects.filter(pk=pk).update(cursor=3)  # it is lost
        self.assert_once_each(self.finish(pk), range(1, 26))

    def test_it_is_paused_resumed_and_cancelled(self) -> None:
        pk = self.edit()
        services.start(pk, by="dora")
        feed(pk)
        services.pause(pk, by="dora")
        self.assertEqual((send(), self.progress(pk).held), ([], 10))
        Chat.objects.filter(pk=4).update(reach=Reach.BLOCKED)
        User.objects.filter(pk=5).update(messages_on=False)
        services.resume(pk, by="dora")
        got = send()
        self.assertEqual(sorted(got), [1, 2, 3, 5, 6, 7, 8, 9, 10])
        feed(pk)
        services.cancel(pk, by="dora")
        feed(pk)
        progress = self.progress(pk)
        self.assertEqual((progress.sent, progress.blocked, progress.cancelled), (9, 1, 10))

    def test_quiet_hours_hold_up_no_change(self) -> None:
        begin, end = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
        settings.change("broadcasts.quiet_hours", f"{begin:%H:%M}-{end:%H:%M}", by="")
        pk = self.deletion()
        services.start(pk, by="dora")
        self.assert_once_each(self.finish(pk), range(1, 26))

    def test_a_step_makes_as_many_statements_for_many_as_for_few(self) -> None:
        counts = []
        for size in (2, 20):
            pk = self.deletion()
            services.start(pk, by="dora")
            sizes = mock.patch.multiple(feeding, BATCH=size, AHEAD=100), mock.patch.object(recall, "LOOKED", 100)
            with sizes[0], sizes[1], CaptureQueriesContext(connection) as made:
                feeding.step(pk)
            self.assertEqual(self.progress(pk).waiting, size)
            counts.append(len(made))
            services.cancel(pk, by="dora")
        self.assertEqual(counts[0], counts[1])
