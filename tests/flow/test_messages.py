"""/message: a message by its number; what was sent is edited, and deleted after a question."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.outbox.models import OutgoingMessage, OutgoingState
from tests.database.dashboard.data import group, outgoing
from tests.flow.operators import OperatorCase
from tests.flow.people import is_refusal

GARDENERS = -5


class MessageTests(OperatorCase):
    """Messages to a group that is known."""

    def setUp(self) -> None:
        super().setUp()
        group(GARDENERS, "Gardeners")

    async def sent(self, **facts: Any) -> OutgoingMessage:
        """Add one that Telegram has taken."""
        return await in_database(outgoing, chat_id=GARDENERS, message_id=6, **facts)

    async def changes(self, row: OutgoingMessage) -> list[tuple[str, dict[str, object]]]:
        """Return what is queued about it."""
        return [(one.method, json.loads(one.payload)) async for one in row.amendments.order_by("pk")]

    async def actions(self) -> list[tuple[str, str]]:
        """Return the audit."""
        return [(row.action, row.target) async for row in AuditEntry.objects.order_by("pk")]

    async def test_it_is_shown_and_edited_in_its_own_formatting(self) -> None:
        row = await self.sent(payload=json.dumps({"text": "<b>Hi</b>", "parse_mode": "HTML"}))
        await self.alice.says(f"/message {row.pk}")
        self.assertTrue(self.alice.sees.startswith(f"Message {row.pk} · sent\nGardeners -5\n"), self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Delete", "↻", "List"])
        await self.alice.says(f"/message {row.pk} edit <i>Other</i>\nwords")
        self.assertEqual(self.alice.sees, "The edit is on its way.")
        wanted = {"parse_mode": "HTML", "text": "<i>Other</i>\nwords", "message_id": 6}
        self.assertEqual(await self.changes(row), [("editMessageText", wanted)])
        self.assertEqual(await self.actions(), [("outbox.edit", f"message:{row.pk}")])

    async def test_it_is_deleted_after_a_question(self) -> None:
        row = await self.sent()
        await self.alice.says("/queue sent")
        await self.alice.presses("1")
        await self.alice.presses("Delete")
        self.assertEqual(self.alice.sees, "Delete this message in its chat?\n\nGardeners: Hello")
        self.assertEqual(await self.changes(row), [])
        self.assertEqual(await self.alice.presses("Delete"), ["The message is being deleted."])
        self.assertEqual(await self.changes(row), [("deleteMessage", {"message_id": 6})])
        self.assertEqual(await self.actions(), [("outbox.delete", f"message:{row.pk}")])
        await self.alice.says(f"/message {row.pk} delete")
        self.assertEqual(self.alice.sees, "It is being deleted.")

    async def test_what_cannot_be_changed_is_said_why(self) -> None:
        waits = await in_database(outgoing, OutgoingState.QUEUED, chat_id=GARDENERS)
        old = await self.sent(finished_at=timezone.now() - timedelta(hours=49))
        plain = await self.sent(payload='{"text": "Hello"}')
        for typed, words in {
            f"{waits.pk} edit Hello": "Only a message that Telegram has taken can be changed.",
            f"{waits.pk} delete": "Only a message that Telegram has taken can be changed.",
            f"{old.pk} delete": "It was sent more than 48 hours ago",
            f"{plain.pk} edit": "empty",
            f"{plain.pk} burn": "Choose one of: edit, delete.",
            "0": "Write a number from 1 to",
            "999999": "This message is no longer kept.",
            "x": "whole number",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/message {typed}")
                self.assertIn(words, self.alice.sees)
        self.assertEqual(await self.actions(), [])

    async def test_what_was_said_to_a_higher_role_is_neither_read_nor_changed(self) -> None:
        await self.promote(Role.MODERATOR)
        row = await in_database(outgoing, chat_id=self.alice.id, message_id=6, payload='{"text": "The key"}')
        await self.charlie.says("/start")
        for typed in ("", " edit Hello", " delete"):
            with self.subTest(typed):
                await self.charlie.says(f"/message {row.pk}{typed}")
                self.assertIn("it was said to somebody with your role or a higher one", self.charlie.sees)
        notice = await self.charlie.forges(f"outgoing_delete:{row.pk}")
        self.assertIn("with your role or a higher one", notice or "")
        self.assertEqual((await self.changes(row), "The key" in "".join(self.charlie.answers)), ([], False))

    async def test_is_for_moderators(self) -> None:
        row = await self.sent()
        await self.assert_needs(Role.MODERATOR, f"/message {row.pk}", buttons=(f"outgoing_delete:{row.pk}",))
        await self.promote(Role.SUPPORT)
        await self.charlie.says(f"/message {row.pk} edit Hello")
        self.assertTrue(is_refusal(self.charlie.sees))
        self.assertEqual(await self.changes(row), [])
