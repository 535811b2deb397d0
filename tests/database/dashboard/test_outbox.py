"""What the bot says: the list and its filters, a message and what may be done with it, the conversation of a chat."""

import json
import re
from datetime import timedelta

from django.utils import timezone

from botcore.models import OutgoingMessage, OutgoingState, Priority
from botcore.outbox.ledger_payload import payload_of
from tests.database.dashboard.data import PageTestCase, group, outgoing, person, private, update

HOSTILE = "<script>alert(1)</script>"


def numbers(page: str) -> list[int]:
    """Return the rows' ids in their order on the page."""
    return [int(number) for number in re.findall(r'<tr id="outgoing-(\d+)">', page)]


def plain(page: str) -> str:
    """Return the words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


class ListTests(PageTestCase):
    """The table and its filters."""

    def test_an_empty_list_says_how_to_fill_it(self) -> None:
        self.assertIn("The bot has said nothing yet.", self.text("/outbox/"))

    def test_what_waits_for_its_time_says_when_that_is(self) -> None:
        outgoing(OutgoingState.QUEUED, due_at=timezone.now() + timedelta(hours=7, minutes=1))
        outgoing(OutgoingState.QUEUED)
        self.assertEqual(plain(self.text("/outbox/")).count("due in 7 h"), 1)

    def test_a_row_shows_method_words_chat_state_priority_latency_and_time(self) -> None:
        group(-5, "Gardeners")
        payload = json.dumps({"text": "<b>Hi</b> &amp; bye", "parse_mode": "HTML"})
        row = outgoing(chat_id=-5, payload=payload, priority=Priority.BROADCAST)
        page = self.text("/outbox/")
        words = plain(page[page.index("<tbody>") : page.index("</tbody>")]).split()[3:]  # without its box
        self.assertEqual(
            words,
            [
                f"#{row.pk}",
                "sendMessage",
                "Hi",
                "&amp;",
                "bye",
                "Gardeners",
                "sent",
                "broadcast",
                "90",
                "ms",
                "just",
                "now",
            ],
        )
        self.assertIn('<a class="name" href="/chats/-5/"><bdi>Gardeners</bdi></a>', page)

    def test_words_that_show_nothing_are_a_dash(self) -> None:
        outgoing(OutgoingState.FAILED, payload=json.dumps({"text": " \n"}))
        self.assertRegex(self.text("/outbox/"), r'<td [^>]*c-words[^>]*><span class="soft">–</span></td>')

    def test_filters_narrow_the_list_and_stay_in_the_links(self) -> None:
        sent, failed = outgoing(), outgoing(OutgoingState.FAILED, chat_id=-7)
        waiting = outgoing(OutgoingState.QUEUED, chat_id=-7, priority=Priority.ALERT)
        for query, expected in {
            "": [waiting.pk, failed.pk, sent.pk],
            "state=failed": [failed.pk],
            "state=sent": [sent.pk],
            "chat=-7": [waiting.pk, failed.pk],
            "priority=alert": [waiting.pk],
            "state=failed&priority=alert": [],
            "chat=-7&state=queued&priority=alert": [waiting.pk],
        }.items():
            with self.subTest(query):
                self.assertEqual(numbers(self.text(f"/outbox/?{query}")), expected)
        page = self.text("/outbox/?chat=-7&priority=alert")
        self.assertIn('href="?chat=-7&amp;priority=alert&amp;state=failed"', page)
        self.assertIn('value="-7"', page)
        self.assertIn('<option value="alert" selected>alert</option>', page)
        self.assertIn("No message fits.", self.text("/outbox/?state=failed&priority=alert"))

    def test_what_is_no_filter_is_refused(self) -> None:
        for query in ("state=nonsense", "priority=9", "priority=x", "chat=alice", "chat=" + "9" * 20, "cursor=x"):
            with self.subTest(query):
                self.text(f"/outbox/?{query}", 400)

    def test_pages_lead_through_all(self) -> None:
        made = [outgoing().pk for _ in range(60)]
        first = self.text("/outbox/")
        older = re.search(r'href="(\?cursor=before[^"]+)"', first)
        self.assertIsNotNone(older)
        second = self.text(f"/outbox/{older[1] if older else ''}")
        self.assertEqual(numbers(first) + numbers(second), made[::-1])

    def test_an_open_page_refreshes_itself_only_when_something_is_new(self) -> None:
        outgoing()
        seen = re.search(r"seen=([0-9a-f]+)", self.text("/outbox/"))
        address = f"/outbox/?seen={seen[1] if seen else ''}"
        self.assertEqual(self.poll(address).status_code, 204)
        row = outgoing(OutgoingState.UNCERTAIN)
        response = self.poll(address)
        self.assertContains(response, f'id="outgoing-{row.pk}"')
        self.assertNotContains(response, "<html")


class MessageTests(PageTestCase):
    """One message."""

    def test_shows_everything_and_the_update_that_caused_it(self) -> None:
        cause = update()
        row = outgoing(
            OutgoingState.FAILED, update=cause, source="start.start", error="Bad Request: chat not found", key="k1"
        )
        page = self.text(f"/outbox/{row.pk}/")
        self.assertIn(f'<a href="/updates/{cause.pk}/">update #{cause.pk}</a>', page)
        for words in (
            "start.start",
            "Bad Request: chat not found",
            "90 ms",
            "k1",
            "&quot;text&quot;: &quot;Hello&quot;",
        ):
            self.assertIn(words, page)

    def test_hostile_words_are_escaped(self) -> None:
        row = outgoing(payload=json.dumps({"text": HOSTILE}), error=HOSTILE, method="sendMessage")
        for address in ("/outbox/", f"/outbox/{row.pk}/", f"/outbox/{row.pk}/retry/"):
            page = self.text(address)
            self.assertNotIn(HOSTILE, page)

    def test_the_mark_of_what_the_ledger_left_out_is_no_parameter(self) -> None:
        row = outgoing(payload=payload_of({"chat_id": 1, "photo": b"abc"}))
        page = self.text(f"/outbox/{row.pk}/")
        self.assertIn("[file of 3 bytes]", page)
        self.assertNotIn("left_out", page)

    def test_a_payload_that_is_no_object_still_has_a_page(self) -> None:
        for payload in ("", "[]", "{", '{"text": 5}', '{"text": "<b>", "parse_mode": "HTML"}', '{"photo": "x"}'):
            with self.subTest(payload):
                self.text(f"/outbox/{outgoing(payload=payload).pk}/")
        self.text("/outbox/")

    def test_what_is_not_there_is_not_found(self) -> None:
        for address in ("/outbox/999/", "/outbox/999/cancel/", "/outbox/999/retry/", f"/outbox/{10**30}/"):
            self.text(address, 404)

    def test_cancelling_asks_first_and_then_holds_a_waiting_message_back(self) -> None:
        row = outgoing(OutgoingState.QUEUED)
        self.assertIn("Cancel this message?", self.text(f"/outbox/{row.pk}/cancel/"))
        row.refresh_from_db()
        self.assertEqual(row.state, OutgoingState.QUEUED)
        response = self.client.post(f"/outbox/{row.pk}/cancel/", follow=True)
        self.assertContains(response, "It is cancelled and will not be sent.")
        row.refresh_from_db()
        self.assertEqual((row.state, row.error), (OutgoingState.CANCELLED, "cancelled by alice"))

    def test_what_is_being_sent_cannot_be_cancelled_any_more(self) -> None:
        row = outgoing(OutgoingState.SENDING)
        self.assertIn("no longer waiting", self.text(f"/outbox/{row.pk}/cancel/"))
        self.assertContains(self.client.post(f"/outbox/{row.pk}/cancel/", follow=True), "could not be cancelled")
        row.refresh_from_db()
        self.assertEqual(row.state, OutgoingState.SENDING)

    def test_sending_again_warns_of_what_may_have_arrived(self) -> None:
        private(person(1, "Alice"))
        row = outgoing(OutgoingState.UNCERTAIN)
        self.assertIn("it arrives a second time", plain(self.text(f"/outbox/{row.pk}/retry/")))
        response = self.client.post(f"/outbox/{row.pk}/retry/", follow=True)
        self.assertContains(response, "It is queued again.")
        row.refresh_from_db()
        self.assertEqual(row.state, OutgoingState.QUEUED)

    def test_what_was_sent_is_not_sent_again(self) -> None:
        row = outgoing()
        self.assertNotIn("Send it again", self.text(f"/outbox/{row.pk}/retry/"))
        self.assertContains(self.client.post(f"/outbox/{row.pk}/retry/", follow=True), "cannot be sent again")
        self.assertEqual(OutgoingMessage.objects.get().state, OutgoingState.SENT)

    def test_an_update_shows_what_it_caused(self) -> None:
        cause = update()
        self.assertIn("The bot has said nothing because of it.", self.text(f"/updates/{cause.pk}/"))
        mine, other = outgoing(update=cause), outgoing()
        page = self.text(f"/updates/{cause.pk}/")
        self.assertIn(f'href="/outbox/{mine.pk}/"', page)
        self.assertNotIn(f'href="/outbox/{other.pk}/"', page)
