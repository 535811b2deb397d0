"""The list of feedback, marking a message as read, and answering it."""

import json
import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from botcore.models import AuditEntry, Feedback, OutgoingMessage, Priority
from tests.database.dashboard.data import PageTestCase, message, person, private, staff


def said(page: str) -> list[str]:
    """Return the texts in their order."""
    return re.findall(r'<p class="said" dir="auto">([^<]*)</p>', page)


class FeedbackTests(PageTestCase):
    """The page."""

    def setUp(self) -> None:
        super().setUp()
        self.alice_in_chat = person(1, "Alice")

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        self.assertIn("No feedback yet.", self.text("/feedback/"))
        self.assertIn("All read.", self.text("/feedback/?show=unread"))

    def test_the_newest_stands_first_and_unread_ones_are_marked(self) -> None:
        message(self.alice_in_chat, "old", read_at=timezone.now() - timedelta(minutes=3))
        message(self.alice_in_chat, "new")
        page = self.text("/feedback/")
        self.assertEqual(said(page), ["new", "old"])
        self.assertEqual(page.count('<span class="state unread">unread</span>'), 1)
        self.assertRegex(page, r'data-label="Read"[^>]*><time [^>]+>3 min ago</time>')
        self.assertEqual(said(self.text("/feedback/?show=unread")), ["new"])

    def test_a_photo_without_words_says_so(self) -> None:
        message(self.alice_in_chat, "", kind="photo")
        self.assertIn("Only a photo, without words.", self.text("/feedback/"))

    def test_hostile_texts_are_escaped_and_long_ones_kept_whole(self) -> None:
        message(self.alice_in_chat, "<script>alert(1)</script>")
        message(self.alice_in_chat, "\u202efdp.exe")
        message(self.alice_in_chat, "🦊" * 4096)
        page = self.text("/feedback/")
        self.assertEqual(said(page), ["🦊" * 4096, "\u202efdp.exe", "&lt;script&gt;alert(1)&lt;/script&gt;"])

    def test_a_name_that_turns_the_direction_turns_no_word_of_ours(self) -> None:
        turned = person(2, "\u202egnp.exe")
        message(turned, "one")
        message(turned, "two")
        page = self.text("/feedback/")
        self.assertIn("Answer to <bdi>\u202egnp.exe</bdi></label>", page)
        self.assertIn(", those of <bdi>\u202egnp.exe</bdi> on this page", page)

    def test_marking_as_read_keeps_the_first_time_and_returns_to_the_filter(self) -> None:
        row = message(self.alice_in_chat, "Hello")
        response = self.client.post(f"/feedback/{row.pk}/read/", {"back": "/feedback/?show=unread"})
        self.assertRedirects(response, "/feedback/?show=unread")
        first = Feedback.objects.get().read_at
        self.assertIsNotNone(first)
        self.client.post(f"/feedback/{row.pk}/read/")
        self.assertEqual(Feedback.objects.get().read_at, first)

    def test_all_of_a_person_that_are_shown_are_read_by_one_button(self) -> None:
        bob = person(2, "Bob")
        rows = [message(self.alice_in_chat, text) for text in ("one", "two", "three")]
        other = message(bob, "else")
        page = self.text("/feedback/")
        self.assertEqual(page.count("Mark all 3 as read"), 1)
        also = f"{rows[0].pk},{rows[1].pk}"
        self.assertIn(f'name="also" value="{also}"', page)
        later = message(self.alice_in_chat, "four")  # came after the page was shown
        self.client.post(f"/feedback/{rows[2].pk}/read/", {"also": also})
        unread = set(Feedback.objects.filter(read_at=None).values_list("pk", flat=True))
        self.assertEqual(unread, {other.pk, later.pk})
        self.assertEqual(AuditEntry.objects.filter(action="feedback.read").count(), 3)
        self.assertNotIn("Mark all", self.text("/feedback/"))

    def test_what_is_no_number_marks_nothing(self) -> None:
        row, other = message(self.alice_in_chat, "one"), message(self.alice_in_chat, "two")
        for also in ("x", "1e3", "9" * 40, "-1", f" {other.pk}", "²"):
            response = self.client.post(f"/feedback/{row.pk}/read/", {"also": also})
            self.assertEqual(response.status_code, 302, also)
        self.assertIsNone(Feedback.objects.get(pk=other.pk).read_at)

    def test_an_answer_says_how_much_else_of_the_person_is_unread(self) -> None:
        private(self.alice_in_chat)
        rows = [message(self.alice_in_chat, text) for text in ("one", "two", "three")]
        page = self.client.post(f"/feedback/{rows[0].pk}/answer/", {"text": "Hi"}, follow=True).content.decode()
        self.assertIn("The answer is on its way. 2 other messages of theirs are unread.", page)

    def test_the_way_back_never_leads_to_another_site(self) -> None:
        row = message(self.alice_in_chat, "Hello")
        for back in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
            with self.subTest(back):
                response = self.client.post(f"/feedback/{row.pk}/read/", {"back": back})
                self.assertEqual(response.headers["Location"], "/feedback/")

    def test_it_takes_a_post_a_token_a_message_and_the_permission(self) -> None:
        row = message(self.alice_in_chat, "Hello")
        self.assertRedirects(self.client.get(f"/feedback/{row.pk}/read/"), "/feedback/")
        self.assertEqual(self.client.post("/feedback/999/read/").status_code, 404)
        self.assertEqual(self.client.post(f"/feedback/{10**40}/read/").status_code, 404)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post(f"/feedback/{row.pk}/read/").status_code, 403)
        self.client.force_login(staff("bob", "view_feedback"))
        self.assertEqual(self.client.post(f"/feedback/{row.pk}/read/").status_code, 403)
        self.assertNotIn("Mark as read", self.text("/feedback/"))
        self.assertIsNone(Feedback.objects.get().read_at)

    def test_an_answer_goes_below_the_message_which_is_read_then(self) -> None:
        private(self.alice_in_chat)
        row = message(self.alice_in_chat, "Hello")
        form = {"text": "Hello, <Alice>", "back": "/feedback/?show=unread"}
        response = self.client.post(f"/feedback/{row.pk}/answer/", form, follow=True)
        self.assertRedirects(response, "/feedback/?show=unread")
        self.assertIn("The answer is on its way.", response.content.decode())
        sent = OutgoingMessage.objects.get()
        self.assertEqual((sent.chat_id, sent.source, sent.priority), (1, "feedback", Priority.ADMIN))
        self.assertEqual(json.loads(sent.payload)["text"], "Hello, <Alice>")
        self.assertEqual(json.loads(sent.payload)["reply_parameters"]["message_id"], row.message_id)
        self.assertIsNotNone(Feedback.objects.get().read_at)

    def test_an_answer_that_cannot_be_sent_says_why(self) -> None:
        row = message(self.alice_in_chat, "Hello")
        for text in ("", " \n", "Hello"):  # the last one: there is no chat with her
            self.client.post(f"/feedback/{row.pk}/answer/", {"text": text})
            self.assertIn('class="notice warn', self.text("/feedback/"), text)
        self.assertFalse(OutgoingMessage.objects.exists())
        self.assertIsNone(Feedback.objects.get().read_at)

    def test_an_answer_takes_a_post_a_message_and_the_permission(self) -> None:
        row = message(self.alice_in_chat, "Hello")
        self.assertRedirects(self.client.get(f"/feedback/{row.pk}/answer/"), "/feedback/")
        self.assertEqual(self.client.post("/feedback/999/answer/", {"text": "x"}).status_code, 404)
        self.client.force_login(staff("bob", "view_feedback"))
        self.assertEqual(self.client.post(f"/feedback/{row.pk}/answer/", {"text": "x"}).status_code, 403)
        self.assertNotIn("Answer…", self.text("/feedback/"))

    def test_an_unknown_filter_is_refused(self) -> None:
        self.text("/feedback/?show=everything", 400)

    def test_the_menu_counts_unread_messages_on_every_page(self) -> None:
        message(self.alice_in_chat, "Hello")
        message(self.alice_in_chat, "Hello again")
        for address in ("/", "/updates/", "/people/", "/people/1/", "/feedback/"):
            with self.subTest(address):
                self.assertIn('<span id="unread" class="badge">2<', self.text(address))
