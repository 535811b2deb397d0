"""The ledger: what is written of a call, what never is, and how it comes into the table."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import SimpleTestCase, TestCase
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaPhoto

from botcore.inbox.models import Update
from botcore.outbox.ledger import LONGEST_PAYLOAD, entry, payload_of, says_something, store_ledger
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from tests.database.outboxes import claim

AT = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = "123456789:" + "A" * 35


def record(key: str = "a", **changes: Any) -> dict[str, Any]:
    """Return a record as the recorder hands it to its writer."""
    facts: dict[str, Any] = {
        "bot_id": 99,
        "endpoint": "sendMessage",
        "data": {"chat_id": 1, "text": "Hi"},
        "state": OutgoingState.SENT,
        "result": {"message_id": 7, "chat": {"id": 1}},
        "started_at": AT,
        "finished_at": AT + timedelta(milliseconds=80),
        **changes,
    }
    return {**json.loads(json.dumps(entry(**facts))), "key": key}


class EntryTests(SimpleTestCase):
    """What a record says."""

    def test_only_calls_that_show_something_in_a_chat_are_written(self) -> None:
        for endpoint in (
            "sendMessage",
            "sendMediaGroup",
            "copyMessage",
            "forwardMessages",
            "editMessageText",
            "sendPoll",
        ):
            self.assertTrue(says_something(endpoint), endpoint)
        for endpoint in (
            "sendChatAction",
            "sendMessageDraft",
            "answerCallbackQuery",
            "getMe",
            "deleteMessage",
            "editForumTopic",
            "setMyCommands",
        ):
            self.assertFalse(says_something(endpoint), endpoint)

    def test_the_librarys_objects_become_what_was_said(self) -> None:
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="v:1")]])
        said = json.loads(payload_of({"chat_id": 1, "text": "Hi", "reply_markup": markup}))
        self.assertEqual(
            said, {"text": "Hi", "reply_markup": {"inline_keyboard": [[{"text": "Yes", "callback_data": "v:1"}]]}}
        )

    def test_files_are_named_but_not_kept(self) -> None:
        photo = InputFile(b"secret bytes", filename="cat.jpg")
        data = {
            "photo": photo,
            "raw": b"secret bytes",
            "media": [InputMediaPhoto(InputFile(b"secret", filename="a.jpg"))],
        }
        text = payload_of(data)
        self.assertNotIn("secret", text)
        self.assertEqual((json.loads(text)["photo"], json.loads(text)["raw"]), ("[file cat.jpg]", "[file of 12 bytes]"))

    def test_secrets_are_hidden(self) -> None:
        text = payload_of({"provider_token": "live:4242", "text": f"my token is {TOKEN}"})
        self.assertNotIn("4242", text)
        self.assertNotIn("AAAA", text)
        self.assertNotIn("AAAA", entry_error(f"cannot reach /bot{TOKEN}/sendMessage"))

    def test_sizes_are_bounded_and_it_stays_json(self) -> None:
        circle: list[Any] = []
        circle.append(circle)
        for data in (
            {"text": "x" * 10_000_000},
            {f"n{number}": '"' * 5000 for number in range(50)},
            {"items": ["яяя"] * 1_000_000},
            {"circle": circle},
            {"text": "\ud800\x00", "number": float("nan"), "object": object()},
        ):
            text = payload_of(data)
            self.assertLessEqual(len(text), LONGEST_PAYLOAD + 100)
            self.assertTrue(text.isascii())
            json.loads(text)

    def test_a_channels_number_comes_from_the_answer(self) -> None:
        data = {"chat_id": "@news", "text": "Hi"}
        self.assertEqual(record(data=data, result={"message_id": 7, "chat": {"id": -1005}})["chat_id"], -1005)
        self.assertEqual(record(data=data, result=None)["chat_id"], 0)
        self.assertEqual(record(result=[{"message_id": 8}, {"message_id": 9}])["message_id"], 8)
        self.assertIsNone(record(result=True)["message_id"])


def entry_error(text: str) -> str:
    """Return what a record keeps of an error."""
    return str(record(error=text)["error"])


class StoreTests(TestCase):
    """The writer."""

    def test_a_call_becomes_a_row_of_the_conversation(self) -> None:
        store_ledger([record(update_pk=5, handler="start.start", priority=Priority.ADMIN)])
        row = OutgoingMessage.objects.get()
        self.assertEqual(
            (row.bot_id, row.chat_id, row.method, row.payload, row.state, row.message_id, row.update_id, row.source),
            (99, 1, "sendMessage", '{"text":"Hi"}', "sent", 7, 5, "start.start"),
        )
        self.assertEqual((row.created_at, row.due_at, row.attempts, row.priority), (AT, AT, 1, Priority.ADMIN))
        self.assertAlmostEqual(row.latency_ms or 0, 80)

    def test_the_same_record_again_is_one_row(self) -> None:
        store_ledger([record("a"), record("b")])
        store_ledger([record("b", error="other"), record("c")])
        self.assertEqual(
            list(OutgoingMessage.objects.order_by("id").values_list("key", "error")),
            [("ledger:a", ""), ("ledger:b", ""), ("ledger:c", "")],
        )

    def test_failures_are_kept_and_nothing_of_it_is_sent(self) -> None:
        store_ledger(
            [
                record("a", state=OutgoingState.FAILED, error="Forbidden", result=None),
                record("b", state=OutgoingState.UNCERTAIN, error="Timed out", result=None),
            ]
        )
        self.assertEqual(
            list(OutgoingMessage.objects.order_by("id").values_list("state", flat=True)), ["failed", "uncertain"]
        )
        self.assertEqual(claim(), [])

    def test_a_hundred_records_are_one_statement(self) -> None:
        with self.assertNumQueries(1):
            store_ledger([record(str(number)) for number in range(100)])
        self.assertEqual(OutgoingMessage.objects.count(), 100)

    def test_a_record_that_is_none_is_refused_on_both_databases(self) -> None:
        for wrong in (
            {"state": "queued"},
            {"state": "new"},
            {"chat_id": 2**63},
            {"chat_id": "1"},
            {"message_id": 2**70},
            {"started_at": "yesterday"},
            {"update_pk": True},
            {"priority": 77},
        ):
            with self.subTest(wrong), self.assertRaises((ValueError, TypeError)):
                store_ledger([{**record(), **wrong}])
        self.assertFalse(OutgoingMessage.objects.exists())

    def test_an_update_that_is_not_there_is_no_obstacle(self) -> None:
        store_ledger([record(update_pk=123456)])
        connection.check_constraints()
        self.assertFalse(Update.objects.exists())
        self.assertEqual(OutgoingMessage.objects.get().update_id, 123456)
