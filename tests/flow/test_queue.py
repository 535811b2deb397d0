"""/queue: what waits, lists of messages, and a message's card."""

import json
from datetime import timedelta

from django.utils import timezone

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.inbox.models import State
from botcore.outbox.models import OutgoingMessage, OutgoingState
from tests.database.dashboard.data import group, outgoing, update
from tests.flow.operators import OperatorCase

GARDENERS = -5


class QueueTests(OperatorCase):
    """Messages of another bot, so that nobody sends them here, to a group that is known."""

    def setUp(self) -> None:
        super().setUp()
        group(GARDENERS, "Gardeners")

    async def message(self, state: OutgoingState, **facts: object) -> OutgoingMessage:
        """Add a message in this state."""
        return await in_database(outgoing, state, chat_id=GARDENERS, **facts)

    async def state(self, row: OutgoingMessage) -> str:
        """Return how a message stands now."""
        return (await OutgoingMessage.objects.aget(pk=row.pk)).state

    async def test_says_that_nothing_waits(self) -> None:
        await self.alice.says("/queue")
        self.assertIn("To be sent\nwaiting: 0, being sent: 0\nfailed: 0, in doubt: 0", self.alice.sees)

    async def test_tells_what_waits_and_went_wrong(self) -> None:
        await in_database(update, State.PENDING, received_at=timezone.now() - timedelta(hours=3))
        await self.message(OutgoingState.QUEUED, due_at=timezone.now() - timedelta(minutes=5))
        await self.message(OutgoingState.UNCERTAIN)
        failed = await self.message(OutgoingState.FAILED, payload=json.dumps({"text": "<b>Hi</b> there"}))
        await self.alice.says("/queue")
        self.assertIn("Updates: 2, in chats: ", self.alice.sees)  # the command itself is one
        self.assertIn("\nThe oldest came 3 h ago\n", self.alice.sees)
        self.assertIn(
            "waiting: 1, being sent: 0\nThe oldest was due 5 min ago\nfailed: 1, in doubt: 1", self.alice.sees
        )
        self.assertIn(
            "1. failed · Gardeners: <b>Hi</b> there just now\n2. in doubt · Gardeners: Hello", self.alice.sees
        )
        self.assertEqual(self.alice.buttons, ["1", "2", "↻", "Waiting", "Failed", "In doubt"])
        await self.alice.presses("1")
        self.assertTrue(self.alice.sees.startswith(f"Message {failed.pk} · failed\nGardeners -5\n<b>Hi</b> there\n"))

    async def test_lists_a_state(self) -> None:
        for _ in range(9):
            await self.message(OutgoingState.QUEUED)
        await self.alice.says("/queue queued")
        self.assertTrue(self.alice.sees.startswith("Messages · waiting\n\n1. Gardeners: Hello just now"))
        await self.alice.presses("»")
        self.assertEqual(self.alice.sees, "Messages · waiting\n\n1. Gardeners: Hello just now")
        await self.alice.presses("Failed")
        self.assertEqual(self.alice.sees, "Messages · failed\n\nThere are none.")
        await self.alice.presses("Overview")
        self.assertTrue(self.alice.sees.startswith("To be handled"))

    async def test_cancels_after_a_question(self) -> None:
        row = await self.message(OutgoingState.QUEUED)
        await self.alice.says("/queue queued")
        await self.alice.presses("1")
        await self.alice.presses("Cancel")
        self.assertEqual(self.alice.sees, "Cancel this message, so that it is not sent?\n\nGardeners: Hello")
        self.assertEqual(await self.state(row), "queued")
        self.assertEqual(await self.alice.presses("Do not send it"), ["Cancelled"])
        self.assertEqual(await self.state(row), "cancelled")
        self.assertTrue(self.alice.sees.startswith(f"Message {row.pk} · cancelled"))
        self.assertIn("cancelled by Alice (Telegram 1)", self.alice.sees)
        entry = await AuditEntry.objects.aget()
        self.assertEqual((entry.action, entry.target, entry.actor_id), ("outbox.cancel", f"message:{row.pk}", 1))

    async def test_what_was_sent_meanwhile_is_said_so(self) -> None:
        row = await self.message(OutgoingState.QUEUED)
        await self.alice.says("/queue queued")
        await self.alice.presses("1")
        await self.alice.presses("Cancel")
        await OutgoingMessage.objects.filter(pk=row.pk).aupdate(state="sent")
        await self.alice.presses("Do not send it")
        self.assertIn("It no longer waits: it could not be cancelled.", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["↻", "List"])

    async def test_sends_again_what_is_in_doubt_with_a_warning(self) -> None:
        row = await self.message(OutgoingState.UNCERTAIN)
        await self.alice.says("/queue uncertain")
        await self.alice.presses("1")
        await self.alice.presses("Send again")
        self.assertIn("It may have arrived: look into the chat first.", self.alice.sees)
        self.assertEqual(await self.alice.presses("Send it again"), ["Queued again"])
        self.assertEqual(await self.state(row), "queued")

    async def test_what_is_not_kept_cannot_be_sent_again(self) -> None:
        row = await self.message(OutgoingState.FAILED, payload="")
        await self.alice.says("/queue failed")
        await self.alice.presses("1")
        await self.alice.presses("Send again")
        notice = await self.alice.presses("Send it again")
        self.assertEqual(notice, ["What this message said is no longer kept: it cannot be sent again."])
        self.assertEqual(await self.state(row), "failed")

    async def test_wrong_words_and_numbers(self) -> None:
        await self.alice.says("/queue faild")
        self.assertIn("did you mean failed?", self.alice.sees)
        await self.alice.says("/queue failed now")
        self.assertIn("more than this command takes", self.alice.sees)
        for value in ("", "x", "0", "9" * 40):
            for name in ("outgoing", "outgoing_cancel", "outgoing_again"):
                self.assertEqual(await self.alice.forges(f"{name}:{value}"), "This message is no longer kept.")

    async def test_moderators_only(self) -> None:
        row = await self.message(OutgoingState.QUEUED)
        buttons = (
            "queue:|",
            *(f"{name}:{row.pk}" for name in ("outgoing", "outgoing_cancel", "cancel_ok", "again_ok")),
        )
        await self.assert_needs(Role.MODERATOR, "/queue", buttons=buttons)
        self.assertEqual(await self.state(row), "queued")

    async def test_the_words_to_somebody_with_the_same_role_or_a_higher_one_are_not_shown(self) -> None:
        await self.promote(Role.MODERATOR)
        await self.charlie.says("/start")
        row = await in_database(outgoing, OutgoingState.FAILED, chat_id=self.alice.id, payload='{"text": "The key"}')
        await self.charlie.says("/queue failed")
        for data in ("", f"outgoing:{row.pk}"):
            if data:
                await self.charlie.forges(data)
            self.assertIn("Not shown: it was said to somebody", self.charlie.sees)
            self.assertNotIn("The key", self.charlie.sees)
        await self.alice.says("/queue failed")
        self.assertIn("The key", self.alice.sees)
