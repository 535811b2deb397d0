"""Reading the outbox: a conversation both ways, and counts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.outbox import listing, selectors
from botcore.outbox.content import Text
from botcore.outbox.ledger_payload import payload_of
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.services import send
from botcore.people.privacy import Reader
from tests.database.outboxes import add_chat

AT = datetime(2026, 1, 1, tzinfo=UTC)


def said(minute: int, text: str = "Hi", chat: int = 1, **facts: Any) -> OutgoingMessage:
    """Let the bot have said something."""
    at = AT + timedelta(minutes=minute)
    given = {"method": "sendMessage", "payload": f'{{"text": "{text}"}}', "state": "sent", "due_at": at, **facts}
    return OutgoingMessage.objects.create(bot_id=9, chat_id=chat, created_at=at, finished_at=at, **given)


def heard(minute: int, raw: str = '{"message": {"text": "Hello"}}', chat: int = 1, **facts: Any) -> Update:
    """Let somebody have said something."""
    at = AT + timedelta(minutes=minute)
    number = Update.objects.count() + 1
    given = {"kind": "message", "user_id": 5, "state": "done", "lane_key": chat, **facts}
    return Update.objects.create(bot_id=9, update_id=number, chat_id=chat, raw=raw, received_at=at, **given)


class ConversationTests(TestCase):
    """What was said in a chat."""

    def test_both_ways_by_time_newest_first(self) -> None:
        question = heard(1, '{"message": {"text": "What time is it?"}}')
        said(2, "Noon", update=question, source="clock.ask")
        heard(3, '{"message": {"photo": [], "caption": "A cat"}}')
        heard(4, chat=2)
        said(5, chat=2)
        lines = selectors.conversation(1).turns
        self.assertEqual(
            [(line.incoming, line.text, line.source) for line in lines],
            [(True, "A cat", ""), (False, "Noon", "clock.ask"), (True, "What time is it?", "")],
        )
        self.assertEqual((lines[1].update_pk, lines[1].kind, lines[1].state), (question.pk, "sendMessage", "sent"))

    def test_pages_hold_everything_once_and_in_order(self) -> None:
        for minute in range(40):
            (heard if minute % 3 else said)(minute)
        for extra in range(5):
            said(40 + extra)
        for limit in (1, 2, 7, 44, 45, 100):
            seen, before = [], ""
            while True:
                page = selectors.conversation(1, before=before, limit=limit)
                self.assertLessEqual(len(page.turns), limit)
                seen += page.turns
                before = page.older
                if not before:
                    break
            times = [line.at for line in seen]
            with self.subTest(limit):
                self.assertEqual((len(seen), len({(line.incoming, line.pk) for line in seen})), (45, 45))
                self.assertEqual(times, sorted(times, reverse=True))

    def test_what_came_meanwhile_shifts_nothing(self) -> None:
        for minute in range(6):
            heard(minute)
        first = selectors.conversation(1, limit=3)
        heard(10)
        said(11)
        second = selectors.conversation(1, before=first.older, limit=10)
        self.assertEqual([line.at.minute for line in first.turns + second.turns], [5, 4, 3, 2, 1, 0])

    def test_an_odd_raw_text_or_payload_is_no_obstacle(self) -> None:
        for raw in ("no json", "[]", '{"message": 5}', '{"message": {"text": 5}}', "[" * 100_000):
            heard(1, raw)
        heard(2, '{"message": {"text": "\\ud800 half"}}')
        said(3, payload="[]")
        self.assertEqual([line.text for line in selectors.conversation(1).turns], ["", "? half"] + [""] * 5)

    def test_an_unreadable_place_is_refused(self) -> None:
        for before in ("x", "1", "1.2.3", "-1.5", "1." + "9" * 30, "٣.٣"):
            with self.subTest(before), self.assertRaises(ValidationError):
                selectors.conversation(1, before=before)

    def test_an_empty_chat_is_empty(self) -> None:
        self.assertEqual(selectors.conversation(1), selectors.Conversation([], "", []))


class BriefTests(TestCase):
    """How much of a payload lists load."""

    def test_lists_load_the_beginning_of_a_payload_only(self) -> None:
        cause = heard(1)
        said(2, payload='{"text": "' + "x" * 1_000_000 + '"}', update=cause)
        asks: tuple[Callable[[], str], ...] = (
            lambda: selectors.conversation(1).turns[0].text,
            lambda: listing.outgoing(reader=Reader()).rows[0].text,
            lambda: listing.caused_by(cause.pk, reader=Reader())[0].text,
        )
        for ask in asks:
            with CaptureQueriesContext(connection) as asked:
                text = ask()
            self.assertEqual(text, "x" * 4086)
            for query in asked.captured_queries:
                self.assertNotRegex(query["sql"], r'(?<!\()"botcore_outgoingmessage"."payload"')

    def test_long_formatted_texts_are_listed_without_their_formatting(self) -> None:
        add_chat(1)
        html = f"<b>{'слово ' * 600}</b>"
        send(chat_id=1, content=Text(html, "HTML"))
        said(1, payload=payload_of({"chat_id": 1, "text": html[:4000], "parse_mode": "HTML"}))
        for row in listing.outgoing(reader=Reader()).rows:
            self.assertRegex(row.text, "^(слово ){50}")

    def test_a_messages_page_has_all_of_it(self) -> None:
        row = listing.one(said(1, "x" * 10_000).pk, reader=Reader())
        self.assertEqual((row.text, len(row.payload)) if row else None, ("x" * 10_000, 10_016))


class CountTests(TestCase):
    """What waits and what went wrong."""

    def test_states_are_counted_without_those_that_were_sent(self) -> None:
        for state in ("failed", "failed", "queued", "sent"):
            said(1, state=state)
        self.assertEqual(selectors.counts(), {"queued": 1, "sending": 0, "failed": 2, "uncertain": 0, "cancelled": 0})

    def test_counting_and_listing_by_state_use_the_index(self) -> None:
        if connection.vendor != "sqlite":
            self.skipTest("PostgreSQL chooses by the table's size")
        for rows in (
            OutgoingMessage.objects.filter(selectors.OPEN, state="failed").order_by()[:10],
            OutgoingMessage.objects.filter(state="failed").filter(selectors.OPEN).order_by("-id")[:10],
        ):
            self.assertIn("outgoing_open_by_state", rows.explain())
