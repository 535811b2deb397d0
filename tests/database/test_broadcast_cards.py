"""Cards that follow broadcasts: when they are edited, in whose language, for how long; and who is told of the end."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.broadcasts import cards, drafts, feeding, launch, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastCard
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Sent
from botcore.people.models import Chat, Reach, User
from botcore.people.privacy import Reader
from tests.database.broadcasts import BroadcastCase, add_person, feed, send, started, write
from tests.database.outboxes import BOT

READER, MESSAGE = 900, 5
PLACE = {"bot_id": BOT, "chat_id": READER, "message_id": MESSAGE}
GONE = Sent(OutgoingState.FAILED, error="Bad Request: message to edit not found")


class CardCase(BroadcastCase):
    """An operator who gets no broadcasts, with a card of one."""

    def setUp(self) -> None:
        """Open the card."""
        super().setUp()
        add_person(READER, messages_on=False)
        self.pk = started()
        cards.follow(self.pk, **PLACE)

    def look(self, after: timedelta = cards.SOON) -> None:
        """Let the feeder look so much later."""
        for row in BroadcastCard.objects.all():
            row.due_at, row.opened_at = row.due_at - after, row.opened_at - after
            row.save()
        cards.show_changes()

    def edits(self) -> list[tuple[str, str]]:
        """Return state and first line of the edits that are in the outbox."""
        rows = OutgoingMessage.objects.filter(method="editMessageText").order_by("pk")
        return [(row.state, json.loads(row.payload)["text"].splitlines()[0]) for row in rows]

    def state_shown(self) -> str:
        """Return what the newest edit says of the state."""
        return self.edits()[-1][1].rpartition(": ")[2]


class EditTests(CardCase):
    """When it is edited."""

    def test_it_is_not_looked_at_before_its_time(self) -> None:
        with self.assertNumQueries(1):
            cards.show_changes()
        self.assertEqual(self.edits(), [])

    def test_an_edit_goes_before_the_broadcast_and_names_its_message(self) -> None:
        self.look()
        row = OutgoingMessage.objects.get()
        said = json.loads(row.payload)
        self.assertEqual((row.chat_id, row.priority, row.bot_id), (READER, Priority.ALERT, BOT))
        self.assertEqual((said["message_id"], said["parse_mode"]), (MESSAGE, "HTML"))
        self.assertEqual(said["reply_markup"]["inline_keyboard"][0][0]["callback_data"], f"broadcast_pause:{self.pk}")
        self.assertEqual(send(), [READER])  # the sender is told of it

    def test_one_row_is_queued_again_for_each_change_and_never_beside_one_that_waits(self) -> None:
        self.look()
        services.pause(self.pk, by="dora")
        self.look()
        self.assertEqual(self.edits(), [("queued", f"<b>Broadcast {self.pk}</b>: running")])  # it waits for that
        send()
        self.look()
        self.assertEqual(self.edits(), [("queued", f"<b>Broadcast {self.pk}</b>: paused")])
        self.assertEqual(send(), [READER])
        self.look()
        self.assertEqual((self.edits()[0][0], OutgoingMessage.objects.get().attempts), ("sent", 2))

    def test_the_end_is_shown_and_then_it_is_followed_no_more(self) -> None:
        feed(self.pk)
        self.look()
        send()
        feed(self.pk)
        self.look()
        self.assertEqual((self.state_shown(), BroadcastCard.objects.count()), ("done", 0))
        self.assertEqual(send(), [READER])

    def test_the_end_is_shown_also_when_the_edit_before_it_still_waits(self) -> None:
        services.cancel(self.pk, by="dora")
        BroadcastCard.objects.update(shown="something")
        self.look()
        self.assertEqual((self.state_shown(), BroadcastCard.objects.count()), ("cancelled", 0))

    def test_an_edit_that_is_in_doubt_is_made_again_by_the_next(self) -> None:
        self.look()
        send(outcomes={READER: Sent(OutgoingState.UNCERTAIN, error="timeout")})
        services.pause(self.pk, by="dora")
        self.look()
        self.assertEqual(self.edits()[0][0], "queued")

    def test_a_message_that_is_gone_or_whose_edit_was_cancelled_is_followed_no_more(self) -> None:
        for sent in (GONE, None):
            cards.follow(self.pk, **PLACE)
            self.look()
            if sent:
                send(outcomes={READER: sent})
            else:
                OutgoingMessage.objects.update(state=OutgoingState.CANCELLED)
            self.look()
            self.assertFalse(BroadcastCard.objects.exists())

    def test_an_edit_that_retention_took_away_is_made_anew(self) -> None:
        self.look()
        send()
        OutgoingMessage.objects.all().delete()
        services.pause(self.pk, by="dora")
        self.look()
        self.assertEqual(self.state_shown(), "paused")

    def test_whose_broadcast_is_deleted_is_gone(self) -> None:
        Broadcast.objects.all().delete()
        self.assertFalse(BroadcastCard.objects.exists())

    def test_it_is_edited_seldom_after_a_while_and_not_for_ever(self) -> None:
        self.look()
        self.assertAlmostEqual(self.wait(), cards.SOON, delta=timedelta(seconds=1))
        self.look(cards.LOOKED_AT)
        send()
        self.look()
        self.assertAlmostEqual(self.wait(), cards.LATER, delta=timedelta(seconds=30))
        self.look(cards.FOLLOWED)
        self.assertFalse(BroadcastCard.objects.exists())

    def wait(self) -> timedelta:
        """Return how long the card is not looked at."""
        return BroadcastCard.objects.get().due_at - timezone.now()

    def test_it_speaks_the_language_of_its_reader(self) -> None:
        User.objects.filter(pk=READER).update(language="ru")
        self.look()
        self.assertEqual(self.edits()[0][1], f"<b>Рассылка {self.pk}</b>: идёт")

    def test_a_hostile_text_is_shown_as_it_is(self) -> None:
        pk = drafts.write(by="dora", content=Text("<b>x</b> & </i>\n{{ y }}"), bot_id=BOT)
        cards.follow(pk, **PLACE)
        self.look()
        self.assertIn("\n<i>&lt;b&gt;x&lt;/b&gt; &amp; &lt;/i&gt; {{ y }}</i>", OutgoingMessage.objects.get().payload
                      .encode().decode("unicode_escape"))  # fmt: skip


class LeaveTests(CardCase):
    """A message that shows something else."""

    def test_what_waits_is_not_sent_and_nothing_follows(self) -> None:
        self.look()
        cards.leave(**PLACE)
        services.pause(self.pk, by="dora")
        self.look()
        self.assertEqual((self.edits()[0][0], send()), ("cancelled", []))

    def test_another_message_of_the_same_chat_goes_on(self) -> None:
        cards.follow(self.pk, **{**PLACE, "message_id": 6})
        cards.leave(**PLACE)
        self.look()
        self.assertEqual([json.loads(row.payload)["message_id"] for row in OutgoingMessage.objects.all()], [6])

    def test_a_message_follows_one_broadcast_at_a_time(self) -> None:
        other = write()
        cards.follow(other, **PLACE)
        self.assertEqual(BroadcastCard.objects.get().broadcast_id, other)

    def test_one_that_is_over_or_not_there_is_not_followed(self) -> None:
        services.cancel(self.pk, by="dora")
        for pk in (self.pk, self.pk + 1):
            cards.follow(pk, **PLACE)
            self.assertFalse(BroadcastCard.objects.exists())


class OutcomeTests(BroadcastCase):
    """Who is told of the end."""

    def begin(self, tell_chat: int | None = 1) -> int:
        """Start one for somebody."""
        pk = write()
        services.start(pk, by="dora", tell_chat=tell_chat)
        feed(pk)
        return pk

    def told(self) -> list[dict[str, Any]]:
        """Return what was told."""
        rows = OutgoingMessage.objects.filter(key__startswith="broadcast_over:")
        return [{"chat": row.chat_id, **json.loads(row.payload)} for row in rows]

    def test_the_end_is_told_once_with_its_numbers(self) -> None:
        pk = self.begin()
        Chat.objects.filter(pk=2).update(reach=Reach.BLOCKED)
        send(outcomes={2: Sent(OutgoingState.FAILED, error="blocked"), 3: Sent(OutgoingState.UNCERTAIN)})
        self.assertEqual(self.told(), [])
        feed(pk)
        feed(pk)
        (said,) = self.told()
        self.assertEqual((said["chat"], feeding.wanting()), (1, []))
        self.assertIn("Sent: 1\nBlocked or gone: 1\nUncertain, they may have it: 1", said["text"])

    def test_after_a_cancel_it_is_told_when_the_last_delivery_has_ended(self) -> None:
        pk = self.begin()
        OutgoingMessage.objects.filter(chat_id=1).update(state=OutgoingState.SENDING)
        services.cancel(pk, by="erin")
        feed(pk)
        self.assertEqual(self.told(), [])
        OutgoingMessage.objects.filter(chat_id=1).update(state=OutgoingState.SENT)
        feed(pk)
        (said,) = self.told()
        self.assertIn("cancelled", said["text"])
        self.assertIn("Sent: 1\nCancelled: 2", said["text"])

    def test_one_that_is_cancelled_before_anything_was_queued_is_told_of_too(self) -> None:
        pk = write()
        services.start(pk, by="dora", tell_chat=1)
        services.cancel(pk, by="erin")
        self.assertEqual(feeding.wanting(), [pk])
        feed(pk)
        self.assertEqual((len(self.told()), feeding.wanting()), (1, []))

    def test_who_cannot_be_written_to_holds_up_nothing(self) -> None:
        for chat in (77, 2):
            Chat.objects.filter(pk=2).update(reach=Reach.BLOCKED)
            pk = self.begin(chat)
            while self.state(pk) == "running":
                send()
                feed(pk)
            self.assertEqual((self.told(), feeding.wanting()), ([], []))

    def test_nobody_is_told_when_nobody_wanted_it(self) -> None:
        pk = self.begin(None)
        send()
        feed(pk)
        self.assertEqual((self.told(), self.state(pk)), ([], "done"))

    def test_the_end_is_in_the_audit_with_its_numbers(self) -> None:
        pk = self.begin()
        send()
        feed(pk)
        row = AuditEntry.objects.latest("pk")
        self.assertEqual((row.action, row.target, row.actor), ("broadcasts.done", f"broadcast:{pk}", ""))
        self.assertEqual((json.loads(row.before)["state"], json.loads(row.after)["sent"]), ("running", 3))


class CountTests(BroadcastCase):
    """How many people would get it: counted for the draft, not at each look."""

    def test_the_draft_keeps_the_number_and_its_start_takes_it(self) -> None:
        pk = write()
        add_person(50)
        services.start(pk, by="dora")
        self.assertEqual(Broadcast.objects.get().total, 3)
        feed(pk)
        self.assertEqual(Broadcast.objects.get().total, 4)  # all are queued: now it is exact

    def test_an_old_draft_and_one_for_nobody_are_counted_again(self) -> None:
        pk = write()
        add_person(50)
        Broadcast.objects.update(created_at=timezone.now() - launch.COUNT_HOLDS)
        services.start(pk, by="dora")
        self.assertEqual(Broadcast.objects.get().total, 4)
        User.objects.update(messages_on=False)
        pk = write()
        User.objects.update(messages_on=True)
        services.start(pk, by="dora")
        self.assertEqual(Broadcast.objects.get(pk=pk).total, 4)

    def test_another_attempt_at_the_same_update_writes_no_second_one(self) -> None:
        pks = {drafts.write(by="dora", content=Text("News"), bot_id=BOT, update_pk=7) for _ in range(2)}
        self.assertEqual((len(pks), Broadcast.objects.count(), AuditEntry.objects.count()), (1, 1, 1))
        facts = selectors.broadcast(pks.pop(), reader=Reader())
        self.assertEqual(facts and facts.progress.total, 3)

    def test_a_number_that_was_too_small_is_no_more_than_all(self) -> None:
        pk = write()
        Broadcast.objects.update(total=2)
        services.start(pk, by="dora")
        feed(pk)
        progress = self.progress(pk)
        self.assertEqual((progress.most, progress.percent), (3, 0))
