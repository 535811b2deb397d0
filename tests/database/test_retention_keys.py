"""Keys that are promised for all time outlive what they came with; nothing else of it stays."""

from importlib import import_module

from django.utils import timezone

from botcore import sql
from botcore.exceptions import ValidationError
from botcore.inbox.once import first_time
from botcore.models import OnceKey, OutgoingMessage, OutgoingState, State
from botcore.outbox import listing, services
from botcore.outbox.services import send
from botcore.people.privacy import Reader
from botcore.retention import selectors
from tests.database.dashboard.data import person, private, update
from tests.database.retention import SmallBatches, ago, keys, old_message, old_update, sweep


class OnceTests(SmallBatches):
    """Keys of `context.once`."""

    def test_a_key_for_all_updates_outlives_the_one_that_asked_first(self) -> None:
        gone = old_update(State.DONE, 91)
        self.assertTrue(first_time(1, f"{gone.pk}:charge", update_pk=gone.pk))
        self.assertTrue(first_time(1, "charge 77", update_pk=None))
        self.assertEqual(sweep("updates"), "updates 1")
        self.assertFalse(first_time(1, "charge 77", update_pk=None))
        self.assertEqual(OnceKey.objects.get().key, "charge 77")

    def test_keys_for_all_updates_of_releases_before_are_parted_from_their_updates(self) -> None:
        row = update(State.DONE)
        for key in (f"{row.pk}:charge", "charge 77", f"{row.pk}7:x"):
            OnceKey.objects.create(bot_id=1, key=key, update=row, at=timezone.now())
        sql.execute(import_module("botcore.migrations.0006_keys_that_stay").ACROSS_UPDATES.replace("%", "%%"))
        self.assertEqual(OnceKey.objects.get(update=row).key, f"{row.pk}:charge")


class MessageTests(SmallBatches):
    """Keys of `outbox.services.send`."""

    def test_a_message_with_a_key_stays_for_ever_and_loses_what_it_said(self) -> None:
        words = {"error": "Bob is no member", "source": "for Bob"}
        late = old_message(OutgoingState.SENT, 91, key="late")
        OutgoingMessage.objects.filter(pk=late.pk).update(finished_at=ago(1))  # it was for a day long after
        pk = send(chat_id=private(person(5, "Bob")).pk, text="Dear Bob", key="order:7", source="for Bob")
        OutgoingMessage.objects.filter(pk=pk).update(
            state=OutgoingState.FAILED, created_at=ago(91), finished_at=ago(91), **words
        )
        others = [old_message(OutgoingState.SENT, 91, key=f"order:1{number}").pk for number in range(3)]
        old_message(OutgoingState.SENT, 91, key="ledger:1f")  # the ledger's own
        old_message(OutgoingState.SENT, 91)
        young = old_message(OutgoingState.SENT, 89, key="order:8")
        self.assertEqual(selectors.would_go({"messages": 90})["messages"].count, 6)
        self.assertEqual((sweep("messages"), sweep("messages")), ("messages 6", "nothing was old enough"))
        self.assertEqual(keys(OutgoingMessage), [late.pk, pk, *others, young.pk])
        row = OutgoingMessage.objects.get(pk=pk)
        self.assertEqual((row.payload, row.error, row.source, row.key), ("", "", "", "order:7"))
        OutgoingMessage.objects.filter(pk=late.pk).update(finished_at=ago(91))
        self.assertEqual(sweep("messages"), "messages 1")
        self.assertEqual(send(chat_id=row.chat_id, text="Dear Bob", key="order:7"), pk)

    def test_a_message_that_is_emptied_is_shown_and_never_sent_again(self) -> None:
        row = old_message(OutgoingState.FAILED, 91, key="order:7")
        sweep("messages")
        with self.assertRaisesRegex(ValidationError, "no longer kept: it cannot be sent again"):
            services.retry(row.pk)
        shown = listing.one(row.pk, reader=Reader())
        assert shown
        self.assertEqual((shown.text, shown.key), ("", "order:7"))
        self.assertIn("no longer kept", shown.payload)
        self.assertEqual([found.id for found in listing.outgoing(reader=Reader()).rows], [row.pk])

    def test_a_key_that_could_be_the_ledgers_is_refused(self) -> None:
        with self.assertRaisesRegex(ValidationError, "'ledger:' is the ledger's own"):
            send(chat_id=private(person(5, "Bob")).pk, text="Hello", key="Ledger:5")
