"""What a payload says, also when only its beginning is there."""

import json

from django.test import SimpleTestCase

from botcore.outbox.ledger_payload import payload_of
from botcore.outbox.words import of_payload, of_update, read_object

WORDS = 'Привет, "мир" 😀\n\\ '


class PayloadTests(SimpleTestCase):
    """Text and media."""

    def test_a_beginning_says_as_much_as_it_holds(self) -> None:
        whole = json.dumps({"text": WORDS * 100, "entities": [{"type": "bold"}]}, separators=(",", ":"))
        for length in range(20, 400):
            text, media = of_payload(whole[:length])
            with self.subTest(length):
                self.assertTrue((WORDS * 100).startswith(text.removesuffix("?")), text)
                self.assertGreaterEqual(len(text), (length - 9) // 6 - 2)
                self.assertEqual(media, "")

    def test_formatting_is_left_out_of_a_beginning_too(self) -> None:
        html = "<b>one</b> two " * 100
        whole = json.dumps({"parse_mode": "HTML", "text": html})
        for length in range(60, 200):
            self.assertNotRegex(of_payload(whole[:length])[0], "[<>]")
        self.assertEqual(of_payload(whole[:100])[0], "one two one two one two one two one")

    def test_the_medium_and_its_caption(self) -> None:
        whole = json.dumps({"photo": {"file": "/cat.jpg"}, "caption": 'a "video": and "text":"x' * 100})
        self.assertEqual(of_payload(whole[:60]), ('a "video": and', "photo"))

    def test_what_the_ledger_cut_still_says_something(self) -> None:
        kept = payload_of(
            {"chat_id": 1, "text": "Hello", **{f"n{number}": "x" * 5000 for number in range(9)}, "end": [1]}
        )
        self.assertEqual(of_payload(kept), ("Hello", ""))
        self.assertEqual(of_payload(kept[:4096]), ("Hello", ""))

    def test_what_no_page_can_show_is_left_out(self) -> None:
        odd = {"data": "half \ud83d, whole \U0001f98a, null \x00"}
        self.assertEqual(of_update(json.dumps({"callback_query": odd})), ("half ?, whole \U0001f98a, null ", ""))
        self.assertEqual(of_payload(json.dumps({"text": odd["data"]})), ("half ?, whole \U0001f98a, null ", ""))
        deep = {"poll": {"question": "\udc00", "options": [{"text": "\ud83e\udd8a \ud800"}]}}
        self.assertEqual(str(read_object(json.dumps(deep))).encode().count(b"?"), 2)

    def test_what_is_no_payload_says_nothing(self) -> None:
        for payload in ("", "[]", "{", '{"text": 5', '{"text": "\\', '{"text": "\\x', "null", "[" * 100_000):
            with self.subTest(payload[:20]):
                self.assertEqual(of_payload(payload), ("", ""))
