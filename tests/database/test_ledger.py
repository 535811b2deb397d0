"""The ledger: what is written of a call, what never is, and how it comes into the table."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.test import SimpleTestCase, TestCase
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaPhoto

from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.outbox import services
from botcore.outbox.ledger import entry, says_something, store_ledger
from botcore.outbox.ledger_payload import LONGEST_PAYLOAD, is_whole, payload_of, unmarked
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

    def test_secrets_in_addresses_are_hidden(self) -> None:
        for address, shown in (
            ("https://user:pw@x.org/a", "https://[hidden]@x.org/a"),
            ("https://user:p@w@x.org", "https://[hidden]@x.org"),
            ("https://x.org/?a=1&access_token=abc&b=2#c", "https://x.org/?a=1&access_token=[hidden]&b=2#c"),
            ("https://x.org/?Key=abc", "https://x.org/?Key=[hidden]"),
            (
                '<a href="https://x.org/?a=1&amp;token=abc">x</a>',
                '<a href="https://x.org/?a=1&amp;token=[hidden]">x</a>',
            ),
        ):
            with self.subTest(address):
                said = payload_of({"media": [{"media": address}]})
                self.assertEqual((json.loads(said)["media"][0]["media"], is_whole(said)), (shown, False))
        for address in ("https://x.org/@user?a=1", "https://x.org me@x.org", '<a href="https://x.org">me@x.org</a>'):
            with self.subTest(address):
                said = payload_of({"photo": address})
                self.assertEqual((json.loads(said), is_whole(said)), ({"photo": address}, True))

    def test_what_is_not_as_it_was_sent_is_marked(self) -> None:
        many: list[Any] = ["a"] * 101
        deep: list[Any] = ["a"]
        for _ in range(10):
            deep = [deep]
        left_out: tuple[object, ...] = (
            "x" * 5001, "a\x00", f"my token is {TOKEN}", b"abc", InputFile(b"abc"), many,
            {str(number): 1 for number in range(101)}, {"n" * 101: 1}, float("nan"), object(), deep,
            InputMediaPhoto(InputFile(b"abc")), {"provider_token": "x"},
        )  # fmt: skip
        for value in left_out:
            said = payload_of({"value": value})
            with self.subTest(str(value)[:40]):
                self.assertEqual((is_whole(said), json.loads(said)["left_out"]), (False, True))
                self.assertNotIn("left_out", json.loads(unmarked(said)))
        whole: tuple[object, ...] = (
            "[file 3 of 5] is late",
            "[hidden]",
            '{"left_out":true,',
            "x" * 5000,
            1.5,
            None,
            many[1:],
        )
        for value in whole:
            said = payload_of({"value": value})
            with self.subTest(str(value)[:40]):
                self.assertEqual((json.loads(said), is_whole(said), unmarked(said)), ({"value": value}, True, said))

    def test_times_are_those_of_the_bot_api(self) -> None:
        data = {
            "close_date": AT,
            "naive": AT.replace(tzinfo=None),
            "period": timedelta(minutes=1),
            "part": timedelta(milliseconds=500),
        }
        said = payload_of(data)
        self.assertEqual(json.loads(said), {"close_date": 1767225600, "naive": 1767225600, "period": 60, "part": 0.5})
        self.assertTrue(is_whole(said))

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

    def test_the_longest_text_is_kept_and_of_too_much_the_first(self) -> None:
        markup = {"inline_keyboard": [[{"text": "Да", "callback_data": "v:1"}]]}
        self.assertTrue(is_whole(payload_of({"text": "я" * 4096, "reply_markup": markup})))
        said = json.loads(payload_of({"text": "Hello", "title": "😀" * 5000, "items": ["я" * 5000] * 3, "last": 5}))
        self.assertEqual((said["left_out"], said["text"], said["items"], said["last"]), (True, "Hello", "[…]", 5))
        self.assertRegex(said["title"], "^😀{1000,}$")

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
