"""The ledger: what is written of a call, what never is, and how it comes into the table."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import SimpleTestCase, TestCase

from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.outbox import services
from botcore.outbox.ledger import entry, says_something, store_ledger
from botcore.outbox.models import OutgoingMessage, OutgoingState, Priority
from tests.database.outboxes import add_chat, claim

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

    def test_no_error_shows_the_token(self) -> None:
        self.assertNotIn("AAAA", entry_error(f"cannot reach /bot{TOKEN}/sendMessage"))

    def test_a_channels_number_comes_from_the_answer(self) -> None:
        data = {"chat_id": "@news", "text": "Hi"}
        self.assertEqual(record(data=data, result={"message_id": 7, "chat": {"id": -1005}})["chat_id"], -1005)
        self.assertEqual(record(data=data, result=None)["chat_id"], 0)
        for chat, number in (("5", 5), ("-1005", -1005), (" 5", 0), ("9" * 30, 0), ("5.0", 0)):
            self.assertEqual(record(data={"chat_id": chat, "text": "Hi"}, result=None)["chat_id"], number)
        self.assertEqual(record(result=[{"message_id": 8}, {"message_id": 9}])["message_id"], 8)
        self.assertIsNone(record(result=True)["message_id"])


def entry_error(text: str) -> str:
    """Return what a record keeps of an error."""
    return str(record(error=text)["error"])


class StoreTests(TestCase):
    """The writer."""

    def test_what_telegram_made_of_a_file_is_kept_and_records_of_before_have_none(self) -> None:
        photo = [{"file_id": "SMALL-1", "width": 90}, {"file_id": "LARGE-1", "width": 1280}]
        sent = record("a", endpoint="sendPhoto", result={"message_id": 7, "photo": photo, "caption": "Hello"})
        older = {name: value for name, value in record("b").items() if name != "files"}
        store_ledger([sent, older, record("c")])
        kept, *others = OutgoingMessage.objects.order_by("key").values_list("files", flat=True)
        self.assertEqual(json.loads(kept), [{"photo": photo}])
        self.assertEqual(others, ["", ""])

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

    def test_what_is_whole_is_sent_again_and_the_rest_is_not(self) -> None:
        add_chat(1)
        failed = {"state": OutgoingState.FAILED, "result": None}
        whole = {"chat_id": 1, "text": "[file 3 of 5] is late", "parse_mode": "HTML"}
        store_ledger([record("a", data=whole, **failed), record("b", data={"chat_id": 1, "photo": b"abc"}, **failed)])
        said, file = OutgoingMessage.objects.order_by("id")
        services.retry(said.pk)
        ((message,),) = [lane.messages for lane in claim()]
        self.assertEqual(json.loads(message.payload), {"text": "[file 3 of 5] is late", "parse_mode": "HTML"})
        with self.assertRaisesMessage(ValidationError, "Of this message not everything is kept"):
            services.retry(file.pk)

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
