"""The operators' inbox on the pages: who waits, the conversation, answering, and two operators at once."""

import json
from datetime import timedelta
from importlib import import_module

from django.db import connection
from django.test import Client
from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.conversations import replies, selectors, services, waits
from botcore.conversations.models import Conversation
from botcore.feedback import services as feedback
from botcore.feedback.models import Feedback
from botcore.feedback.services import Note
from botcore.models import OutgoingMessage, PersonNote, User
from botcore.people import notes, tags
from tests.database.dashboard.data import PageTestCase, main_of, outgoing, person, private, staff, update

RAW = '{"message": {"message_id": 77, "text": "The map is wrong"}}'


class InboxCase(PageTestCase):
    """Bob has written: one message, which nobody has read."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = person(2, "Bob", username="bobby")
        private(self.bob)
        self.arrived = update(user_id=2, raw=RAW)
        self.wrote = self.writes(self.bob, "The map is wrong")

    def writes(self, who: User, text: str) -> Feedback:
        """Let somebody write to the operators."""
        last = Feedback.objects.order_by("-pk").first()
        number = (last.update_pk if last else 1000) + 1
        feedback.keep(Note(number, who.pk, who.pk, number, "text", text, timezone.now(), unread=True))
        return Feedback.objects.get(update_pk=number)

    @property
    def row(self) -> Conversation:
        """The conversation with Bob as it is now."""
        return Conversation.objects.get(pk=2)

    def act(self, name: str, **form: object) -> str:
        """Press a button; return the page that follows."""
        response = self.client.post("/conversations/2/act/", {"action": name, **form}, follow=True)
        return str(response.content.decode())

    def reply(self, text: str = "It is mended", **form: object) -> str:
        """Send an answer as the page has it; return the page that follows."""
        seen = {"answers": self.row.answers, "upto": self.wrote.pk}
        response = self.client.post("/conversations/2/reply/", {"text": text, **seen, **form}, follow=True)
        return str(response.content.decode())


class ListTests(InboxCase):
    """The list."""

    def test_who_wrote_waits_with_what_they_wrote_and_how_much_of_it_is_unread(self) -> None:
        self.writes(self.bob, "It really is")
        page = main_of(self.text("/conversations/"))
        self.assertIn('href="/conversations/2/"', page)
        self.assertIn("It really is", page)
        self.assertNotIn("The map is wrong", page)
        self.assertIn('<span class="state unread">2</span>', page)

    def test_tabs_narrow_and_count(self) -> None:
        services.assign(user_id=person(3, "Carol").pk, account_id=self.alice.pk, by="")
        services.close(user_id=person(4, "Dora").pk, by="")
        for tab, names in (("", "Bob Carol Dora"), ("waiting", "Bob"), ("mine", "Carol"), ("closed", "Dora")):
            with self.subTest(tab):
                page = main_of(self.text(f"/conversations/?show={tab}"))
                found = [name for name in ("Bob", "Carol", "Dora") if f"<bdi>{name}</bdi>" in page]
                self.assertEqual(found, names.split())
        self.assertEqual(page.count('class="tally">1<'), 3)

    def test_the_search_takes_the_start_of_a_name_and_a_tag(self) -> None:
        tags.tag(user_id=2, name="vip", by="")
        services.reopen(user_id=person(3, "Carol").pk, by="")
        for words in ("bo", "Bob", "@bobby", "#vip", "2"):
            with self.subTest(words):
                page = main_of(self.client.get("/conversations/", {"search": words}).content.decode())
                self.assertIn("<bdi>Bob</bdi>", page)
                self.assertNotIn("<bdi>Carol</bdi>", page)

    def test_who_may_not_read_sees_no_words(self) -> None:
        self.client.force_login(staff("erin", "view_conversation"))
        page = self.text("/conversations/")
        self.assertIn("<bdi>Bob</bdi>", page)
        self.assertNotIn("The map is wrong", page)

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        Conversation.objects.all().delete()
        self.assertIn("No conversations yet.", self.text("/conversations/"))
        self.assertIn("Nobody waits for an answer.", self.text("/conversations/?show=waiting"))


class AgreementTests(InboxCase):
    """Whoever answers or reads, wherever: the list of feedback and the inbox say the same."""

    def assert_agree(self) -> None:
        """Compare who waits with what is unread."""
        first = Feedback.objects.filter(user_id=2, read_at=None).order_by("pk").values_list("sent_at", flat=True)
        self.assertEqual(self.row.waiting_since, first.first())

    def test_reading_all_of_it_ends_the_waiting(self) -> None:
        second = self.writes(self.bob, "It really is")
        self.assertEqual(self.row.waiting_since, self.wrote.sent_at)
        self.client.post(f"/feedback/{self.wrote.pk}/read/")
        self.assertEqual(self.row.waiting_since, second.sent_at)
        self.client.post(f"/feedback/{second.pk}/read/")
        self.assertIsNone(self.row.waiting_since)
        self.assert_agree()

    def test_an_answer_to_feedback_reads_what_came_before_and_leaves_what_came_after(self) -> None:
        second, third = self.writes(self.bob, "two"), self.writes(self.bob, "three")
        self.client.post(f"/feedback/{second.pk}/answer/", {"text": "Hi"})
        self.assertEqual(list(Feedback.objects.filter(read_at=None)), [third])
        self.assertEqual((self.row.answers, self.row.answered_by), (1, "alice"))
        self.assert_agree()

    def test_a_letter_is_an_answer(self) -> None:
        self.client.post("/people/2/write/", {"text": "Hello"})
        self.assertIsNone(self.row.waiting_since)
        self.assertEqual(self.row.answers, 1)
        self.assert_agree()

    def test_what_django_admin_deletes_is_waited_for_by_nobody(self) -> None:
        self.client.post(f"/admin/botcore/feedback/{self.wrote.pk}/delete/", {"post": "yes"})
        self.assertFalse(Feedback.objects.exists())
        self.assert_agree()

    def test_a_message_opens_a_closed_conversation_again(self) -> None:
        services.close(user_id=2, by="")
        self.writes(self.bob, "Again")
        self.assertTrue(self.row.is_open)
        self.assert_agree()

    def test_another_attempt_at_the_same_update_makes_nobody_wait_again(self) -> None:
        note = Note(5, 2, 2, 5, "text", "x", timezone.now(), unread=True)
        feedback.keep(note)
        services.close(user_id=2, by="")
        feedback.keep(note)
        self.assertIsNone(self.row.waiting_since)
        self.assertFalse(self.row.is_open)

    def test_it_goes_with_the_person(self) -> None:
        notes.write(user_id=2, text="Likes maps", account_id=None, by="")
        self.bob.delete()
        self.assertFalse(Conversation.objects.exists() or PersonNote.objects.exists())

    def test_it_stays_when_the_account_goes_that_had_it(self) -> None:
        erin = staff("erin")
        services.assign(user_id=2, account_id=erin.pk, by="")
        erin.delete()
        self.assertIsNone(self.row.assignee_id)


class ConversationTests(InboxCase):
    """The page of one."""

    def test_it_shows_both_sides_and_notes_where_they_were_made(self) -> None:
        outgoing(chat_id=2, payload='{"text": "Thank you"}', created_at=timezone.now() - timedelta(minutes=1))
        notes.write(user_id=2, text="Likes maps", account_id=None, by="erin")
        page = main_of(self.text("/conversations/2/"))
        places = [page.index(f'dir="auto">{words}') for words in ("Likes maps", "Thank you")]
        self.assertEqual(places, sorted(places))
        PersonNote.objects.update(at=timezone.now() - timedelta(hours=1))
        page = main_of(self.text("/conversations/2/"))
        self.assertLess(page.index('class="turn"'), page.index("Likes maps"))

    def test_of_many_notes_the_newest_stand_here_and_all_with_the_person(self) -> None:
        for number in range(selectors.NOTES + 2):
            notes.write(user_id=2, text=f"note {number}.", account_id=None, by="erin")
        page = main_of(self.text("/conversations/2/"))
        self.assertIn("note 2.", page)
        self.assertNotIn("note 1.", page)
        self.assertLess(page.index("note 2."), page.index('href="/people/2/?notes=all#noted"'))
        self.assertLess(page.index("notes=all"), page.index('class="turn"'))

    def test_an_answer_goes_out_formatted_below_the_message_and_nobody_waits(self) -> None:
        page = self.reply("It is <b>mended</b>", format="HTML", below=f"u{self.arrived.pk}")
        self.assertIn("It is on its way.", page)
        sent = OutgoingMessage.objects.get()
        said = json.loads(sent.payload)
        self.assertEqual((sent.chat_id, said["text"], said["parse_mode"]), (2, "It is <b>mended</b>", "HTML"))
        self.assertEqual(said["reply_parameters"]["message_id"], 77)
        self.assertIsNone(self.row.waiting_since)
        self.assertIsNotNone(Feedback.objects.get().read_at)
        self.assertEqual(AuditEntry.objects.latest("pk").action, "people.write")

    def test_what_came_while_the_answer_was_written_still_waits(self) -> None:
        later = self.writes(self.bob, "One more thing")
        self.reply()
        self.assertEqual(self.row.waiting_since, later.sent_at)

    def test_who_is_slower_hears_who_answered_and_keeps_the_text(self) -> None:
        services.take_over(user_id=2, by="erin")
        stale = self.row.answers
        self.client.post("/people/2/write/", {"text": "I was first"})
        page = self.reply("Mine <too>", answers=stale)
        self.assertIn("alice has answered meanwhile.", page)
        self.assertIn("Mine &lt;too&gt;</textarea>", page)
        self.assertEqual(OutgoingMessage.objects.count(), 1)

    def test_a_text_that_cannot_be_sent_stays_in_its_field(self) -> None:
        page = self.reply("<b>half", format="HTML")
        self.assertIn("Nothing is sent.", page)
        self.assertIn("&lt;b&gt;half</textarea>", page)
        self.assertFalse(OutgoingMessage.objects.exists())
        self.assertEqual(self.row.answers, 0)

    def test_only_a_message_of_this_chat_can_be_answered(self) -> None:
        other = update(user_id=3, raw=RAW)
        for below in (f"u{other.pk}", f"o{outgoing(chat_id=3, message_id=9).pk}", "u", "x1", "u" + "9" * 40):
            with self.subTest(below):
                self.assertIn("no longer kept", self.reply(below=below))

    def test_an_answer_can_close_it(self) -> None:
        self.assertIn("It is closed.", self.reply(do="close"))
        self.assertFalse(self.row.is_open)

    def test_closing_something_that_nobody_has_read_is_refused(self) -> None:
        later = self.writes(self.bob, "One more thing")
        self.assertIn("Something new has come meanwhile.", self.act("close", upto=self.wrote.pk))
        self.assertTrue(self.row.is_open)
        self.act("close", upto=later.pk)
        self.assertFalse(self.row.is_open)
        self.assertIsNone(self.row.waiting_since)
        self.assertFalse(Feedback.objects.filter(read_at=None).exists())

    def test_two_who_give_it_at_once_hear_of_each_other(self) -> None:
        erin = staff("erin")
        services.assign(user_id=2, account_id=erin.pk, by="")
        self.assertIn("It was given to erin meanwhile.", self.act("assign", user=self.alice.pk, was=0))
        self.assertEqual(self.row.assignee_id, erin.pk)
        self.act("assign", user=self.alice.pk, was=erin.pk)
        self.assertEqual(self.row.assignee_id, self.alice.pk)

    def test_a_takeover_of_another_operator_is_not_taken_from_them(self) -> None:
        services.take_over(user_id=2, by="erin")
        self.assertIn("erin has taken over already.", self.act("take_over"))
        self.act("hand_back")
        self.assertIsNone(self.row.taken_until)

    def test_an_open_page_gets_what_is_new_and_nothing_otherwise(self) -> None:
        page = self.text("/conversations/2/")
        seen = page.partition("?seen=")[2].partition('"')[0]
        self.assertEqual(self.poll(f"/conversations/2/?seen={seen}").status_code, 204)
        self.writes(self.bob, "One more thing")
        fragment = self.poll(f"/conversations/2/?seen={seen}").content.decode()
        self.assertIn('id="live"', fragment)
        self.assertNotIn("<html", fragment)

    def test_who_may_not_read_it_sees_how_it_stands_and_no_words(self) -> None:
        notes.write(user_id=2, text="Likes maps", account_id=None, by="")
        looks = ("view_conversation", "view_update", "view_outgoingmessage")
        client = Client()
        client.force_login(staff("erin", *looks))
        page = client.get("/conversations/2/").content.decode()
        self.assertIn("waits for an answer", page)
        for words in ("The map is wrong", "Likes maps", "textarea"):
            self.assertNotIn(words, main_of(page))

    def test_somebody_who_never_wrote_can_be_written_to(self) -> None:
        private(person(5, "Fay"))
        self.assertIn("Nothing was said yet.", self.text("/conversations/5/"))
        self.client.post("/conversations/5/reply/", {"text": "Hello", "answers": "0", "upto": "0"})
        self.assertTrue(Conversation.objects.get(pk=5).is_open)
        self.text("/conversations/999/", 404)

    def test_it_asks_the_database_seldom(self) -> None:
        replies.save(name="Hello", words="Hello {first_name}", parse_mode="", by="")
        for number in range(30):
            outgoing(chat_id=2, payload=json.dumps({"text": f"turn {number}"}))
            notes.write(user_id=2, text=f"note {number}", account_id=None, by="")
        self.text("/conversations/2/")  # what is kept in memory
        with self.assertNumQueries(10):  # others have two more, for their permissions and role
            self.text("/conversations/2/")


class WaitsTests(InboxCase):
    """What the rows say."""

    def test_nobody_is_begun_whom_the_bot_does_not_know(self) -> None:
        self.assertIsNone(waits.began(404))
        waits.answered(404, operator="x")
        self.assertEqual(Conversation.objects.count(), 1)

    def test_who_wrote_before_there_were_conversations_has_one(self) -> None:
        carol = self.writes(person(3, "Carol"), "Hello")
        feedback.mark_read(carol.pk, by="")
        Conversation.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(import_module("botcore.migrations.0021_conversations_of_feedback").MADE)
        found = Conversation.objects.order_by("pk").values_list("pk", "is_open", "waiting_since", "last_at")
        sent = self.wrote.sent_at
        self.assertEqual(list(found), [(2, True, sent, sent), (3, False, None, carol.sent_at)])
