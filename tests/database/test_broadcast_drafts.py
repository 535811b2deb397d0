"""Drafts: what they say is changed, tested by really sending it, and said to each person with their own words."""

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext

from botcore.broadcasts import drafts, selectors, services
from botcore.broadcasts.models import Broadcast
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, Event
from botcore.outbox.content import Copy, Text
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Sent
from botcore.people.models import User
from botcore.people.privacy import Reader
from tests.database.broadcasts import BroadcastCase, add_person, feed, send, started, write
from tests.database.outboxes import BOT

REFUSED = {1: Sent(OutgoingState.FAILED, error="Bad Request: can't parse entities")}
PLAIN = {
    1: Sent(OutgoingState.SENT, message_id=1, error="Telegram did not take the formatting, so it went out without: x")
}
DOUBT = {1: Sent(OutgoingState.UNCERTAIN, error="no answer")}


def untested(text: str = "<b>News</b>") -> int:
    """Write a broadcast on the page."""
    return drafts.write(by="dora", content=Text(text, "HTML"), bot_id=BOT)


class TrialTests(BroadcastCase):
    """Three people; the operator is the first of them."""

    def words(self, pk: int) -> str:
        """Return what is said of the test."""
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        assert found.trial is not None
        return found.trial.words

    def assert_refused(self, pk: int, words: str) -> None:
        """Check that it does not start, and says why."""
        with self.assertRaisesMessage(ValidationError, words):
            services.start(pk, by="dora")
        self.assertEqual((self.state(pk), self.words(pk)), ("draft", words))

    def test_it_starts_only_after_a_test_that_arrived(self) -> None:
        pk = untested()
        self.assert_refused(pk, "What it says now was not tested: send a test to yourself first.")
        self.assertTrue(drafts.test(pk, by="dora", person=1))
        self.assert_refused(pk, "The test is on its way.")
        self.assertEqual(send(), [1])
        self.assertEqual(self.words(pk), "The test arrived as it is.")
        self.assertTrue(services.start(pk, by="dora"))
        feed(pk)
        self.assertEqual(self.queued(), [1, 1, 2, 3])
        row = OutgoingMessage.objects.earliest("pk")
        self.assertEqual((row.priority, row.key, row.source), (Priority.ADMIN, None, "broadcast"))
        self.assertEqual(self.progress(pk).queued, 3)

    def test_what_telegram_did_not_take_is_said_and_does_not_start(self) -> None:
        for outcomes, words in (
            (REFUSED, "Telegram did not take the test as it is: change the text, then test it again."),
            (PLAIN, "Telegram did not take the test as it is: change the text, then test it again."),
            (DOUBT, "It is not known whether the test arrived: send another one."),
        ):
            pk = untested()
            drafts.test(pk, by="dora", person=1)
            send(outcomes=outcomes)
            with self.subTest(words):
                self.assert_refused(pk, words)

    def test_another_text_needs_another_test(self) -> None:
        pk = untested()
        drafts.test(pk, by="dora", person=1)
        send()
        self.assertTrue(drafts.edit(pk, by="dora", content=Text("<i>Other</i>", "HTML")))
        self.assertFalse(drafts.edit(pk, by="dora", content=Text("<i>Other</i>", "HTML")))
        self.assert_refused(pk, "What it says now was not tested: send a test to yourself first.")
        self.assertEqual(json.loads(Broadcast.objects.get(pk=pk).payload)["text"], "<i>Other</i>")
        self.assertEqual(Event.objects.latest("pk").text, f"dora changed what broadcast {pk} says.")
        self.assertEqual(AuditEntry.objects.filter(action="broadcasts.edit").count(), 1)

    def test_a_test_that_is_no_longer_kept_is_to_be_made_anew(self) -> None:
        pk = untested()
        drafts.test(pk, by="dora", person=1)
        send()
        OutgoingMessage.objects.all().delete()
        self.assert_refused(pk, "What it says now was not tested: send a test to yourself first.")

    def test_what_was_shown_to_its_writer_needs_none(self) -> None:
        pk = write()
        self.assertEqual(self.words(pk), "Telegram took it in the chat where it was written: it needs no test.")
        self.assertTrue(services.start(pk, by="dora"))

    def test_only_drafts_are_changed_and_tested(self) -> None:
        pk = started()
        with self.assertRaisesMessage(ValidationError, f"Broadcast {pk} is running and cannot be changed."):
            drafts.edit(pk, by="dora", content=Text("Other", "HTML"))
        with self.assertRaisesMessage(ValidationError, f"Broadcast {pk} is running: only a draft is tested."):
            drafts.test(pk, by="dora", person=1)
        copy = drafts.write(by="dora", content=Copy(1, 55), bot_id=BOT)
        with self.assertRaisesMessage(ValidationError, "A copy of a message cannot be changed"):
            drafts.edit(copy, by="dora", content=Text("Other", "HTML"))

    def test_who_cannot_be_written_to_gets_no_test(self) -> None:
        add_person(9, chat={"reach": "blocked"})
        for person, words in ((None, "Link your Telegram account first"), (9, "has blocked the bot"), (77, "unknown")):
            with self.subTest(words), self.assertRaisesMessage(ValidationError, words):
                drafts.test(untested(), by="dora", person=person)
        self.assertFalse(OutgoingMessage.objects.exists())


class PersonalTests(BroadcastCase):
    """Alice, somebody without a last name, and somebody with a dangerous name."""

    def setUp(self) -> None:
        """Give them names."""
        super().setUp()
        User.objects.filter(pk=1).update(
            first_name="Alice", last_name="Smith", username="alice", telegram_language="en"
        )
        User.objects.filter(pk=2).update(first_name="", language="ru", telegram_language="en")
        User.objects.filter(pk=3).update(first_name="<b>{username}&", telegram_language="pt-br")

    def texts(self) -> list[str]:
        """Return what was queued."""
        return [
            json.loads(row)["text"] for row in OutgoingMessage.objects.order_by("pk").values_list("payload", flat=True)
        ]

    def test_each_gets_their_own_words(self) -> None:
        pk = write("Hi {first_name|<i>you</i>} {last_name}, {language}")
        services.start(pk, by="dora")
        feed(pk)
        self.assertEqual(
            self.texts(), ["Hi Alice Smith, en", "Hi <i>you</i> , ru", "Hi &lt;b&gt;{username}&amp; , pt-br"]
        )

    def test_the_test_is_for_the_operator(self) -> None:
        drafts.test(untested("Hi {first_name}"), by="dora", person=1)
        self.assertEqual(self.texts(), ["Hi Alice"])

    def test_a_batch_is_one_query_however_many_they_are(self) -> None:
        looks = []
        for count in (10, 50):
            for person in range(count, 2 * count):
                add_person(1000 * count + person)
            pk = write("Hi {first_name}")
            services.start(pk, by="dora")
            with CaptureQueriesContext(connection) as queries:
                feed(pk)
            looks.append(len(queries))
        self.assertEqual(looks[0], looks[1])

    def test_what_a_person_may_get_is_checked_in_the_draft(self) -> None:
        for text, words in (
            ("Hi {name}", "There is no variable {name}"),
            ("{last_name}", "The text is empty."),
            ("x" * 4000 + "{first_name}", "at most 4096 characters"),
            ("<a href='{username}'>x", "<a"),
        ):
            with self.subTest(text[:20]), self.assertRaisesMessage(ValidationError, words):
                untested(text)
        self.assertFalse(Broadcast.objects.exists())
