"""The pages that edit and delete what the bot has sent, and what a conversation shows of that."""

import json
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.access.roles import Role
from botcore.models import OutgoingMessage, OutgoingState
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase, outgoing, person, private
from tests.database.dashboard.test_outbox import HOSTILE, plain

CHAT = "/chats/3/"


class AmendPageTests(PageTestCase):
    """A message to Charlie."""

    def setUp(self) -> None:
        """Send it."""
        super().setUp()
        private(person(3, "Charlie"))
        self.row = outgoing(chat_id=3, payload='{"text":"Helo"}', message_id=6)
        self.edit, self.delete = f"/outbox/{self.row.pk}/edit/", f"/outbox/{self.row.pk}/delete/"

    def changes(self) -> list[OutgoingMessage]:
        """Return what was queued about it."""
        return list(self.row.amendments.order_by("pk"))

    def test_the_conversation_leads_to_both_and_back(self) -> None:
        page = self.text(CHAT)
        self.assertIn(f'href="{self.edit}?back=%2Fchats%2F3%2F"', page)
        self.assertIn(f'href="{self.delete}?back=%2Fchats%2F3%2F"', page)
        self.assertIn('name="back" value="/chats/3/"', self.text(f"{self.edit}?back=/chats/3/"))
        for page in (self.edit, self.delete):
            self.assertIn('href="/chats/3/">Back to the message', self.text(f"{page}?back=/chats/3/"))
            evil = self.text(f"{page}?back=https://evil.example/")
            self.assertIn(f'href="/outbox/{self.row.pk}/">Back to the message', evil)
        response = self.client.post(self.edit, {"text": "Hello", "back": CHAT})
        self.assertRedirects(response, CHAT, fetch_redirect_response=False)
        self.assertIn("The edit is on its way.", self.text(CHAT))
        self.assertRedirects(self.client.post(self.delete, {"back": "https://evil.example/"}),
                             f"/outbox/{self.row.pk}/")  # fmt: skip

    def test_an_edit_begins_with_the_words_and_a_refused_one_stays(self) -> None:
        self.assertIn(">Helo</textarea>", self.text(self.edit))
        response = self.client.post(self.edit, {"text": "x" * 5000})
        page = response.content.decode()
        self.assertIn("x" * 5000, page)
        self.assertIn("That is too long for one message.", page)
        self.assertEqual(self.changes(), [])

    def test_the_conversation_shows_what_becomes_of_an_edit(self) -> None:
        self.client.post(self.edit, {"text": "Hello"})
        (made,) = self.changes()
        words = plain(self.text(CHAT))
        self.assertIn("Its edit: queued", words)
        self.assertIn("Helo", words)
        OutgoingMessage.objects.filter(pk=made.pk).update(state=OutgoingState.FAILED, error="message can't be edited")
        self.assertIn("message can&#x27;t be edited", self.text(CHAT))
        OutgoingMessage.objects.filter(pk=made.pk).update(
            state=OutgoingState.SENT, error="", finished_at=timezone.now()
        )
        page = self.text(CHAT)
        self.assertIn('<p class="said" dir="auto">Hello</p>', page)
        self.assertNotIn(">Helo<", page)
        self.assertIn(f'<a href="/outbox/{self.row.pk}/">edited</a>', page)
        history = self.text(f"/outbox/{self.row.pk}/")
        self.assertIn("What was changed since", history)
        self.assertIn("Helo", history)
        self.assertIn(f'<a href="/outbox/{self.row.pk}/">message {self.row.pk}</a>', self.text(f"/outbox/{made.pk}/"))

    def test_a_deleted_message_is_struck_out(self) -> None:
        self.client.post(self.delete, {})
        (made,) = self.changes()
        self.assertEqual((made.method, json.loads(made.payload)), ("deleteMessage", {"message_id": 6}))
        self.assertIn("Its deletion: queued", plain(self.text(CHAT)))
        OutgoingMessage.objects.filter(pk=made.pk).update(state=OutgoingState.SENT, finished_at=timezone.now())
        page = self.text(CHAT)
        self.assertIn("<del>Helo</del>", page)
        self.assertNotIn(self.delete, page)
        self.assertIn("It is deleted already.", self.text(self.delete))

    def test_what_cannot_be_done_says_so_instead_of_asking(self) -> None:
        old = timezone.now() - timedelta(hours=49)
        row = outgoing(chat_id=3, message_id=7, created_at=old)
        page = self.text(f"/outbox/{row.pk}/delete/")
        self.assertIn("more than 48 hours ago", page)
        self.assertNotIn("Delete the message", page)
        self.client.post(f"/outbox/{row.pk}/delete/", {})
        self.assertEqual(row.amendments.count(), 0)
        failed = outgoing(OutgoingState.FAILED, chat_id=3)
        self.assertIn("Only a message that Telegram has taken", self.text(f"/outbox/{failed.pk}/edit/"))
        self.text("/outbox/999999/edit/", 404)
        self.text("/outbox/999999/delete/", 404)

    def test_the_pages_ask_few_questions(self) -> None:
        self.client.post(self.edit, {"text": "Hello"})
        self.row.amendments.update(state=OutgoingState.SENT, finished_at=timezone.now())
        moderator = Client()
        moderator.force_login(account("mona", Role.MODERATOR))
        for address in (self.edit, self.delete, f"/outbox/{self.row.pk}/", CHAT):
            moderator.get(address)
            with self.subTest(address), CaptureQueriesContext(connection) as captured:
                self.assertEqual(moderator.get(address).status_code, 200)
            self.assertLessEqual(len(captured), 12, [query["sql"][:150] for query in captured])

    def test_hostile_words_are_escaped(self) -> None:
        row = outgoing(chat_id=3, message_id=8, payload=json.dumps({"text": HOSTILE}))
        for address in (f"/outbox/{row.pk}/edit/?back={HOSTILE}", f"/outbox/{row.pk}/delete/", CHAT):
            self.assertNotIn(HOSTILE, self.text(address))
        response = self.client.post(f"/outbox/{row.pk}/edit/", {"text": HOSTILE * 300, "back": HOSTILE})
        self.assertNotIn(HOSTILE, response.content.decode())

    def test_it_takes_a_moderator_who_may_read_the_chat(self) -> None:
        owners = outgoing(chat_id=1, message_id=9)
        for role, statuses in ((Role.SUPPORT, (403, 403)), (Role.MODERATOR, (200, 403)), (Role.OWNER, (200, 200))):
            client = Client()
            client.force_login(account(role.name.lower(), role))
            for act in ("edit", "delete"):
                with self.subTest(act, role=role.name):
                    found = [client.get(f"/outbox/{row.pk}/{act}/").status_code for row in (self.row, owners)]
                    self.assertEqual(tuple(found), statuses)
                    if statuses[1] == 403:
                        client.post(f"/outbox/{owners.pk}/{act}/", {"text": "x"})
        self.assertEqual(owners.amendments.count(), 0)
        client = Client()
        client.force_login(account("sam", Role.SUPPORT))
        self.assertNotIn(self.edit, client.get(CHAT).content.decode())

    def test_the_state_of_each_message_is_said_in_full(self) -> None:
        page = self.text(CHAT)
        self.assertRegex(page, r'title="Telegram took it on \d+ \w+ \d{4}, [\d:]{8} UTC, in 90 ms; message 6\."')
        for state, words in (
            (OutgoingState.QUEUED, "it waits for its time or its turn."),
            (OutgoingState.SENDING, "the call to Telegram is under way."),
            (OutgoingState.FAILED, "it was refused, or could not be sent."),
            (OutgoingState.UNCERTAIN, "it may have arrived."),
            (OutgoingState.CANCELLED, "before it was sent."),
        ):
            with self.subTest(state):
                OutgoingMessage.objects.filter(pk=self.row.pk).update(state=state)
                self.assertRegex(self.text(CHAT), rf'<span class="state {state}" title="[^"]*{words}">')
