"""Turns of a conversation: files, quotes, albums, and what was said anew."""

import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from botcore.media.attachments import kept
from botcore.models import OutgoingState, Update
from botcore.outbox import selectors
from botcore.outbox.turns import Turn
from tests.database.test_outbox_selectors import AT, heard, said


def wrote(minute: int, number: int, kind: str = "message", **message: Any) -> Update:
    """Let somebody have written a message of this number."""
    return heard(minute, json.dumps({kind: {"message_id": number, **message}}), kind=kind)


def turns() -> list[Turn]:
    """Return the conversation, the newest first."""
    return selectors.conversation(1).turns


class FilesTests(TestCase):
    """Files on both sides."""

    def test_each_side_has_its_files_by_row_and_number(self) -> None:
        came = wrote(1, 5, photo=[{"file_id": "PHOTO-1"}], caption="My garden")
        went = said(2, method="sendPhoto", payload='{"photo": "PHOTO-2", "caption": "Nice"}')
        answer, question = turns()
        self.assertEqual([(shown.incoming, shown.pk, shown.number) for shown in question.files], [(True, came.pk, 0)])
        self.assertEqual([(shown.incoming, shown.pk, shown.number) for shown in answer.files], [(False, went.pk, 0)])
        self.assertEqual((question.text, question.shows, answer.text), ("My garden", "", "Nice"))

    def test_of_an_upload_it_is_what_telegram_has_made_of_it(self) -> None:
        said(1, method="sendMediaGroup", payload='{"media": [{"type": "photo", "media": {"file": "/a"}}]}',
             files=kept([{"photo": [{"file_id": "PHOTO-1"}]}, {"video": {"file_id": "VIDEO-1"}}]))  # fmt: skip
        (turn,) = turns()
        self.assertEqual([(one.number, one.file.kind) for one in turn.files], [(0, "photo"), (1, "video")])

    def test_an_album_of_the_bot_has_the_first_caption_in_it(self) -> None:
        items = [5, {"type": "photo", "media": {"file": "/a"}},
                 {"type": "photo", "media": "PHOTO-2", "caption": "<b>Two</b>", "parse_mode": "HTML"}]  # fmt: skip
        said(1, method="sendMediaGroup", payload=json.dumps({"media": items}))
        self.assertEqual([turn.text for turn in turns()], ["Two"])

    def test_what_is_no_file_is_said_in_words(self) -> None:
        wrote(1, 5, sticker={"file_id": "STICKER", "emoji": "😀"})
        said(2, method="sendLocation", payload='{"latitude": 1, "longitude": 2}')
        said(3, method="sendPhoto", payload='{"photo": "https://example.com/a.jpg"}')
        self.assertEqual([turn.shows for turn in turns()], ["photo", "location 1.00000, 2.00000", "sticker 😀"])

    def test_an_album_that_came_in_is_one_turn_with_its_files_in_order(self) -> None:
        first = wrote(1, 5, media_group_id="77", photo=[{"file_id": "PHOTO-1"}], caption="Three")
        wrote(2, 6, media_group_id="77", photo=[{"file_id": "PHOTO-2"}])
        last = wrote(3, 7, media_group_id="77", photo=[{"file_id": "PHOTO-3"}])
        wrote(4, 8, media_group_id="78", photo=[{"file_id": "PHOTO-4"}])
        Update.objects.filter(pk=last.pk).update(state="dead", error="KeyError")
        other, album = turns()
        self.assertEqual(len(other.files), 1)
        self.assertEqual([shown.file.file_id for shown in album.files], ["PHOTO-1", "PHOTO-2", "PHOTO-3"])
        self.assertEqual((album.text, album.pk, album.at.minute), ("Three", first.pk, 3))
        self.assertEqual((album.state, album.error), ("dead", "KeyError"))

    def test_a_conversation_takes_two_questions(self) -> None:
        said(1, method="sendPhoto", payload='{"photo": "PHOTO-1"}', files=kept({"photo": [{"file_id": "PHOTO-1"}]}))
        turns()  # the first one of a process asks whether its SQLite knows JSON
        with CaptureQueriesContext(connection) as captured:
            self.assertEqual(len(turns()), 1)
        self.assertEqual(len(captured), 2, [query["sql"] for query in captured])


class QuoteTests(TestCase):
    """What answers what."""

    def test_a_reply_quotes_and_leads_to_what_it_answers(self) -> None:
        asked = wrote(1, 5, text="What time is it?")
        told = said(2, "Noon", message_id=6, payload='{"text": "Noon", "reply_parameters": {"message_id": 5}}')
        wrote(3, 7, text="Thanks", reply_to_message={"message_id": 6, "text": "Noon"})
        thanks, noon, question = turns()
        assert thanks.quote
        assert noon.quote
        self.assertEqual((thanks.quote.text, thanks.quote.anchor), ("Noon", f"out-{told.pk}"))
        self.assertEqual((noon.quote.text, noon.quote.anchor), ("What time is it?", f"in-{asked.pk}"))
        self.assertIsNone(question.quote)
        self.assertEqual((noon.anchor, question.anchor), (f"out-{told.pk}", f"in-{asked.pk}"))

    def test_what_is_not_on_the_page_is_quoted_without_a_link(self) -> None:
        wrote(1, 7, text="Thanks", reply_to_message={"message_id": 6, "text": "N" * 500})
        said(2, payload='{"text": "Noon", "reply_parameters": {"message_id": 5}}')
        noon, thanks = turns()
        assert thanks.quote
        assert noon.quote
        self.assertEqual((thanks.quote.text, thanks.quote.anchor), ("N" * 200, ""))
        self.assertEqual((noon.quote.text, noon.quote.message_id), ("", 5))

    def test_chosen_words_and_media_are_quoted(self) -> None:
        wrote(1, 7, text="That", reply_to_message={"message_id": 6, "text": "This and that"}, quote={"text": "that"})
        wrote(2, 8, text="Nice", reply_to_message={"message_id": 5, "photo": [{"file_id": "PHOTO-1"}]})
        self.assertEqual([turn.quote.text for turn in turns() if turn.quote], ["photo", "that"])

    def test_odd_replies_are_none(self) -> None:
        for number, odd in enumerate((5, [], {}, {"message_id": "x"}, {"message_id": -1}, {"message_id": True})):
            wrote(number, 9, text="Hi", reply_to_message=odd)
            said(number, payload=json.dumps({"text": "Hi", "reply_parameters": odd}))
        self.assertEqual([turn.quote for turn in turns()], [None] * 12)


class EditTests(TestCase):
    """What was said anew."""

    def test_an_edit_of_a_persons_and_its_message_lead_to_each_other(self) -> None:
        wrote(1, 5, text="Helo")
        wrote(2, 5, "edited_message", text="Hello")
        edit, first = turns()
        self.assertEqual((edit.is_edit, edit.text, first.text), (True, "Hello", "Helo"))
        self.assertEqual((first.later, edit.later), (edit.anchor, ""))

    def test_so_do_those_that_handlers_make(self) -> None:
        said(1, "Wait", message_id=6)
        said(2, "Done", method="editMessageText", message_id=6, payload='{"text": "Done", "message_id": 6}')
        edit, first = turns()
        self.assertEqual((first.later, edit.is_edit, edit.can_edit), (edit.anchor, True, False))

    def test_an_operators_edit_is_how_it_reads_and_no_turn_of_its_own(self) -> None:
        row = said(1, "Helo", message_id=6)
        for minute, text, state in ((2, "Hallo", "sent"), (4, "Hey", "failed"), (3, "Hello", "sent")):
            said(minute, method="editMessageText", state=state, amends=row,
                 payload=json.dumps({"text": text, "message_id": 6}))  # fmt: skip
        (turn,) = turns()
        assert turn.edited
        assert turn.open_change
        self.assertEqual((turn.text, turn.edited.text, turn.deleted), ("Hello", "Hello", None))
        self.assertEqual((turn.open_change.state, turn.open_change.text), (OutgoingState.FAILED, "Hey"))
        row.refresh_from_db()
        self.assertIn("Helo", row.payload)

    def test_a_deletion_leaves_the_words_and_nothing_more_to_change(self) -> None:
        row = said(1, "Oops", message_id=6)
        self.assertEqual((turns()[0].can_edit, turns()[0].can_delete), (True, True))
        said(2, method="deleteMessage", amends=row, payload='{"message_id": 6}')
        (turn,) = turns()
        assert turn.deleted
        self.assertEqual((turn.text, turn.deleted.at, turn.can_edit, turn.can_delete),
                         ("Oops", AT + timedelta(minutes=2), False, False))  # fmt: skip

    def test_what_was_not_sent_or_makes_several_cannot_be_changed(self) -> None:
        several: tuple[dict[str, Any], ...] = (
            {"state": "failed"}, {"message_id": None}, {"method": "sendMediaGroup"}, {"method": "copyMessages"},
            {"method": "editMessageText"},
        )  # fmt: skip
        for facts in several:
            said(1, **{"message_id": 6, **facts})
        said(2, method="copyMessage", message_id=7, payload='{"from_chat_id": 1, "message_id": 2}')
        self.assertEqual([turn.can_edit for turn in turns()], [False] * 6)
        self.assertEqual([turn.can_delete for turn in turns()], [True] + [False] * 5)
