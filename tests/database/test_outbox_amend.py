"""Editing and deleting what the bot has sent: what is queued, what is refused and why, and what the audit says."""

import json
from datetime import timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.exceptions import ValidationError
from botcore.models import CallbackData, ChatAlias, OutboxWake, OutgoingMessage, OutgoingState, Priority, Reach
from botcore.outbox import amend
from botcore.outbox.ledger_payload import payload_of
from tests.database.outboxes import BOT, add_chat, claim

SENT = OutgoingState.SENT


def sent(method: str = "sendMessage", hours: float = 1, **facts: Any) -> OutgoingMessage:
    """Let the bot have sent something so long ago."""
    at = timezone.now() - timedelta(hours=hours)
    given = {"payload": '{"text":"Helo"}', "state": SENT, "message_id": 6, "due_at": at, "finished_at": at, **facts}
    return OutgoingMessage.objects.create(bot_id=BOT, chat_id=1, method=method, created_at=at, **given)


class AmendCase(TestCase):
    """Alice's chat."""

    def setUp(self) -> None:
        """Meet her."""
        self.chat = add_chat(1)

    def refused(self, words: str, act: Any, **more: Any) -> None:
        """Check that a change is refused with these words and leaves nothing."""
        before = OutgoingMessage.objects.count(), AuditEntry.objects.count()
        with self.subTest(words), self.assertRaises(ValidationError) as caught:
            act(by="mona", **more)
        self.assertIn(words, str(caught.exception))
        self.assertEqual((OutgoingMessage.objects.count(), AuditEntry.objects.count()), before)


class EditTests(AmendCase):
    """Other words."""

    def test_an_edit_is_queued_for_the_message_and_the_original_stays(self) -> None:
        row = sent()
        pk = amend.edit(pk=row.pk, text="Hello", by="mona")
        made = OutgoingMessage.objects.get(pk=pk)
        self.assertEqual((made.method, made.chat_id, made.bot_id, made.priority), ("editMessageText", 1, BOT, 1))
        self.assertEqual(json.loads(made.payload), {"text": "Hello", "message_id": 6})
        self.assertEqual((made.amends_id, made.state, made.source), (row.pk, OutgoingState.QUEUED, "operator"))
        self.assertTrue(OutboxWake.objects.filter(chat_id=1, priority=Priority.ADMIN).exists())
        row.refresh_from_db()
        self.assertEqual((row.payload, row.state), ('{"text":"Helo"}', SENT))
        ((lane,),) = ([*claim()],)
        self.assertEqual([ready.pk for ready in lane.messages], [pk])

    def test_the_audit_names_both_and_quotes_nothing(self) -> None:
        row = sent()
        pk = amend.edit(pk=row.pk, text="A secret", by="mona")
        entry = AuditEntry.objects.get()
        self.assertEqual((entry.action, entry.target, entry.actor), ("outbox.edit", f"message:{row.pk}", "mona"))
        self.assertEqual(json.loads(entry.after), {"message": pk})

    def test_buttons_previews_and_the_parse_mode_stay(self) -> None:
        CallbackData.objects.create(key="k" * 8, chat_id=1, data="long", expires_at=timezone.now())
        given = {"text": "<b>Helo</b>", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True},
                 "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "a:~kkkkkkkk"}]]}}  # fmt: skip
        row = sent(payload=json.dumps({**given, "disable_notification": True}))
        pk = amend.edit(pk=row.pk, text="<i>Hello</i>", by="mona")
        self.assertEqual(json.loads(OutgoingMessage.objects.get(pk=pk).payload),
                         {**given, "text": "<i>Hello</i>", "message_id": 6})  # fmt: skip

    def test_a_caption_is_edited_and_may_go(self) -> None:
        row = sent("sendPhoto", payload='{"photo":"PHOTO-1","caption":"Helo"}')
        for text, expected in (("Hello", "Hello"), ("  ", "")):
            made = OutgoingMessage.objects.get(pk=amend.edit(pk=row.pk, text=text, by="mona"))
            self.assertEqual((made.method, json.loads(made.payload)),
                             ("editMessageCaption", {"caption": expected, "message_id": 6}))  # fmt: skip
        self.refused("too long", amend.edit, pk=row.pk, text="x" * 1025)

    def test_a_draft_begins_with_the_words_as_they_are_now(self) -> None:
        row = sent(payload='{"text":"<b>Helo</b>","parse_mode":"HTML"}')
        self.assertEqual(amend.draft(row.pk), amend.Draft("<b>Helo</b>", "HTML", is_caption=False,
                                                          loses_formatting=False))  # fmt: skip
        for minutes, text, state in ((1, "<b>Hallo</b>", SENT), (2, "<b>Hello</b>", SENT), (3, "No", "failed")):
            sent("editMessageText", amends=row, state=state, finished_at=timezone.now() + timedelta(minutes=minutes),
                 payload=json.dumps({"text": text, "parse_mode": "HTML"}))  # fmt: skip
        self.assertEqual(amend.draft(row.pk).text, "<b>Hello</b>")

    def test_formatting_that_cannot_be_typed_is_announced(self) -> None:
        bold = [{"type": "bold", "offset": 0, "length": 4}]
        for facts in ({"text": "Helo", "entities": bold}, {"text": "*Helo*", "parse_mode": "Markdown"}):
            draft = amend.draft(sent(payload=json.dumps(facts)).pk)
            self.assertEqual((draft.parse_mode, draft.loses_formatting), ("", True))

    def test_what_cannot_be_edited_says_why(self) -> None:
        def edit(row: OutgoingMessage, text: str = "Hello") -> dict[str, Any]:
            return {"pk": row.pk, "text": text}

        buttons = {"reply_markup": {"inline_keyboard": [[{"text": "Go", "url": "https://a.example/?token=geheim"}]]}}
        self.refused("There is no such message", amend.edit, pk=999_999, text="x")
        for state in OutgoingState.values:
            if state != SENT:
                self.refused("Only a message that Telegram has taken", amend.edit, **edit(sent(state=state)))
        self.refused("Only a message that Telegram has taken", amend.edit, **edit(sent(message_id=None)))
        self.refused("Of an album", amend.edit, **edit(sent("sendMediaGroup")))
        self.refused("Of an album", amend.edit, **edit(sent("editMessageText")))
        self.refused("Only texts and captions", amend.edit, **edit(sent("copyMessage")))
        self.refused("Only texts and captions", amend.edit, **edit(sent("sendSticker")))
        self.refused("no longer kept", amend.edit, **edit(sent(payload="")))
        self.refused("Of its buttons", amend.edit, **edit(sent(payload=payload_of({"text": "Hi", **buttons}))))
        self.refused("empty", amend.edit, **edit(sent(), " \n"))
        self.refused("too long for one message", amend.edit, **edit(sent(), "word " * 1000))
        self.refused("too long", amend.edit, **edit(sent(), "x" * 10**7))
        self.refused("null", amend.edit, **edit(sent(), "a\x00b"))
        html = sent(payload='{"text":"<b>Helo</b>","parse_mode":"HTML"}')
        self.refused("", amend.edit, **edit(html, "<b>Hello"))

    def test_a_chat_that_is_lost_or_has_moved_is_named(self) -> None:
        row = sent()
        self.chat.reach = Reach.BLOCKED
        self.chat.save()
        self.refused("has blocked the bot", amend.edit, pk=row.pk, text="Hello")
        ChatAlias.objects.create(old_id=1, new_id=-1005, at=timezone.now())
        self.refused("supergroup", amend.delete, pk=row.pk)


class DeleteTests(AmendCase):
    """Out of the chat."""

    def test_a_deletion_is_queued_and_audited(self) -> None:
        row = sent("copyMessage", payload='{"from_chat_id":1,"message_id":2}')
        pk = amend.delete(pk=row.pk, by="mona")
        made = OutgoingMessage.objects.get(pk=pk)
        self.assertEqual((made.method, made.payload, made.amends_id), ("deleteMessage", '{"message_id":6}', row.pk))
        entry = AuditEntry.objects.get()
        self.assertEqual((entry.action, entry.target, entry.actor), ("outbox.delete", f"message:{row.pk}", "mona"))

    def test_it_is_deleted_once_and_not_edited_after_that(self) -> None:
        row = sent()
        made = amend.delete(pk=row.pk, by="mona")
        self.refused("It is being deleted", amend.delete, pk=row.pk)
        self.refused("It is being deleted", amend.edit, pk=row.pk, text="Hello")
        OutgoingMessage.objects.filter(pk=made).update(state=SENT)
        self.refused("It is deleted already", amend.delete, pk=row.pk)
        self.refused("It is deleted already", amend.edit, pk=row.pk, text="Hello")

    def test_one_that_failed_or_was_cancelled_may_be_tried_again(self) -> None:
        row = sent()
        for state in (OutgoingState.FAILED, OutgoingState.CANCELLED, OutgoingState.UNCERTAIN):
            made = amend.delete(pk=row.pk, by="mona")
            OutgoingMessage.objects.filter(pk=made).update(state=state)
        self.assertEqual(row.amendments.count(), 3)

    def test_after_48_hours_telegram_deletes_nothing(self) -> None:
        amend.check_delete(sent(hours=47.9).pk)
        self.refused("48 hours", amend.delete, pk=sent(hours=48.1).pk)
        with self.assertRaises(ValidationError):
            amend.check_delete(sent(hours=48.1).pk)
        amend.edit(pk=sent(hours=1000).pk, text="An edit may be later", by="mona")
