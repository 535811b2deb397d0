"""The conversation of a chat, both ways: on its page and on its person's."""

import json
import re
from datetime import timedelta

from django.utils import timezone

from botcore.models import ChatAlias, OutgoingMessage, OutgoingState, Reach
from botcore.outbox.words import of_payload, of_update
from tests.database.dashboard.data import PageTestCase, group, outgoing, person, private, update
from tests.database.dashboard.test_outbox import HOSTILE, plain


class ConversationTests(PageTestCase):
    """What was said in a chat, both ways."""

    def setUp(self) -> None:
        """Let Alice and the bot have talked."""
        super().setUp()
        self.person = person(1, "Alice")
        private(self.person)

    def talk(self, count: int) -> None:
        """Say something and answer it, so many times, a minute apart."""
        start = timezone.now() - timedelta(hours=5)
        for number in range(count):
            at = start + timedelta(minutes=number)
            raw = json.dumps({"message": {"text": f"question {number}"}})
            cause = update(raw=raw, received_at=at)
            outgoing(
                payload=json.dumps({"text": f"answer {number}"}), update=cause, created_at=at + timedelta(seconds=1)
            )

    def said(self, page: str) -> list[str]:
        """Return the words of the turns on a page."""
        return re.findall(r'<p class="said" dir="auto">([^<]*)</p>', page)

    def test_both_sides_stand_newest_first_with_the_cause_of_each_answer(self) -> None:
        self.talk(2)
        page = self.text("/chats/1/")
        self.assertEqual(self.said(page), ["answer 1", "question 1", "answer 0", "question 0"])
        row = OutgoingMessage.objects.latest("pk")
        self.assertIn(f'<a href="/updates/{row.update_id}/">because of update #{row.update_id}</a>', page)
        self.assertIn(f'<a href="/outbox/{row.pk}/">sendMessage</a>', page)

    def test_what_nobody_asked_for_names_its_source(self) -> None:
        outgoing(source="shop.promotion")
        self.assertIn("from shop.promotion", self.text("/chats/1/"))

    def test_a_group_that_moved_keeps_its_conversation_and_its_old_address(self) -> None:
        group(-1007, "Gardeners")
        ChatAlias.objects.create(old_id=-7, new_id=-1007, at=timezone.now())
        outgoing(chat_id=-7, payload='{"text": "before"}')
        outgoing(chat_id=-1007, payload='{"text": "after"}')
        self.assertEqual(self.said(self.text("/chats/-1007/")), ["after", "before"])
        self.assertRedirects(self.client.get("/chats/-7/"), "/chats/-1007/")
        for chat in ("-7", "-1007"):
            page = plain(self.text(f"/outbox/?chat={chat}").partition("<tbody>")[2])
            self.assertEqual((page.count("before"), page.count("after"), page.count("Gardeners")), (1, 1, 2))

    def test_what_became_of_the_bot_is_said_in_words(self) -> None:
        for status, chat, words in (
            ("kicked", "private", "blocked the bot"),
            ("member", "private", "lets the bot write again"),
            ("left", "group", "the bot was removed"),
            ("administrator", "group", "the bot became administrator"),
        ):
            change = {"chat": {"type": chat}, "new_chat_member": {"status": status}}
            with self.subTest(words):
                self.assertEqual(of_update(json.dumps({"my_chat_member": change})), ("", words))
        self.assertEqual(of_payload('{"from_chat_id": 1, "message_id": 5}'), ("", "message 5 of chat 1"))

    def test_older_turns_are_on_further_pages_each_once(self) -> None:
        self.talk(60)
        seen, address, pages = [], "/chats/1/", 0
        while address:
            page = self.text(address)
            seen += self.said(page)
            older = re.search(r'href="(\?before=[^"]+)"', page)
            address, pages = (f"/chats/1/{older[1]}" if older else ""), pages + 1
        expected = [f"{side} {number}" for number in reversed(range(60)) for side in ("answer", "question")]
        self.assertEqual((pages, seen), (6, expected))

    def test_the_profile_shows_the_newest_turns_and_leads_to_all(self) -> None:
        self.talk(15)
        page = self.text("/people/1/")
        self.assertEqual(len(self.said(page)), 10)
        self.assertIn('<a href="/chats/1/">Whole conversation</a>', page)

    def test_media_trouble_and_states_are_shown(self) -> None:
        update(raw=json.dumps({"message": {"photo": [{"file_id": "x"}], "caption": "My garden"}}))
        outgoing(OutgoingState.UNCERTAIN, error="No answer in 20 s", payload='{"photo": "y"}', method="sendPhoto")
        words = plain(self.text("/chats/1/"))
        for expected in ("photo", "My garden", "uncertain", "No answer in 20 s", "sendPhoto"):
            self.assertIn(expected, words)

    def test_a_silent_chat_says_what_will_be_here(self) -> None:
        self.assertIn("Nothing was said yet.", self.text("/chats/1/"))
        self.assertIn("Nothing was said yet.", self.text("/people/1/"))

    def test_a_chat_that_cannot_be_reached_says_why(self) -> None:
        private(person(2, "Bob"), reach=Reach.BLOCKED)
        self.assertIn("no: blocked by the person", plain(self.text("/chats/2/")))

    def test_unknown_chats_and_places_are_refused(self) -> None:
        self.text("/chats/-77/", 404)
        for place in ("x", "1", "1.2.3", "9" * 30 + ".1", "1." + "9" * 30):
            with self.subTest(place):
                self.text(f"/chats/1/?before={place}", 400)

    def test_hostile_words_are_escaped(self) -> None:
        update(raw=json.dumps({"message": {"text": HOSTILE}}))
        outgoing(payload=json.dumps({"text": HOSTILE}), error=HOSTILE)
        self.assertNotIn(HOSTILE, self.text("/chats/1/"))
