"""A getUpdates answer with one entry that no reader takes: the others come through, that one with its text."""

import json

from django.test import SimpleTestCase
from telegram.error import TelegramError

from botcore.connection.salvage import salvage
from botcore.connection.transport import PollRequest
from botcore.inbox.envelope import read_envelope

GOOD = [{"update_id": number, "message": {"text": 'a, "b" ]}[{ \\ \u00fc'}} for number in (1, 3)]
DEEP = '{"update_id": 2, "message": ' + "[" * 5000 + "]" * 5000 + "}"


def answer(*entries: str) -> bytes:
    """Return an answer as the Bot API words it."""
    return f'{{"ok": true, "result": [{", ".join(entries)}]}}'.encode()


class SalvageTests(SimpleTestCase):
    """What is left of a broken batch."""

    def test_the_good_entries_come_through_and_the_bad_one_keeps_number_and_text(self) -> None:
        first, last = (json.dumps(update) for update in GOOD)
        for bad in (DEEP, '{"update_id": 2, "message": {"text": "\\x"}}', '{"update_id": 2, "message": nul}'):
            with self.subTest(bad[:40]):
                found = PollRequest.parse_json_payload(answer(first, bad, last))["result"]
                self.assertEqual([found[0], found[2]], GOOD)
                self.assertEqual(found[1], {"update_id": 2, "unreadable": bad})
                self.assertEqual(read_envelope(found[1]).kind, "unreadable")

    def test_an_answer_that_can_be_read_is_left_alone(self) -> None:
        whole = {"ok": True, "result": GOOD}
        self.assertEqual(PollRequest.parse_json_payload(json.dumps(whole).encode()), whole)

    def test_what_is_no_such_answer_is_still_an_error(self) -> None:
        for payload in (b"<html>", b"", b'{"ok": false, "result": [nul]}', b"[[[", b'{"ok": true, "result": ['):
            with self.subTest(payload), self.assertRaises(TelegramError):
                PollRequest.parse_json_payload(payload)

    def test_an_end_that_is_missing_costs_the_last_entry_only(self) -> None:
        first = json.dumps(GOOD[0])
        self.assertEqual(salvage(f'{{"ok":true,"result":[{first},{{"update_id": 2, "mess'.encode()), [GOOD[0]])

    def test_a_huge_hostile_answer_is_read_in_one_pass(self) -> None:
        found = salvage(answer(*["[" * 100_000] * 3))
        self.assertEqual(found, [])
