"""What the ledger keeps of a call's parameters, what it never does, and its mark for that."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import SimpleTestCase
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, InputMediaPhoto

from botcore.outbox.ledger_payload import LONGEST_PAYLOAD, is_whole, payload_of, unmarked

AT = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = "123456789:" + "A" * 35


class PayloadTests(SimpleTestCase):
    """Parameters as JSON."""

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
