"""What the outbox' tests share: chats, queued messages, and a sender's moves on them."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.inbox.models import Update
from botcore.outbox import services, store
from botcore.outbox.models import CallbackData, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Advanced, Begin, Done, End, Sent, advance
from botcore.outbox.store import ClaimedLane, Queued, Ready
from botcore.people.models import Chat

BOT = 99
BLANKS = ("", " \n\t ", "\u200b", "\u2060\u2800", "\u200b" * 5000)  # Telegram finds them all empty
SENT = Sent(OutgoingState.SENT, message_id=7)


def add_chat(chat_id: int = 1, **changes: Any) -> Chat:
    """Add a private chat."""
    now = timezone.now()
    facts: dict[str, Any] = {"type": "private", "title": "Alice", "first_seen": now, "last_seen": now, **changes}
    return Chat.objects.create(id=chat_id, **facts)


def add_update() -> Update:
    """Add an update of Alice's that is done."""
    now = timezone.now()
    facts: dict[str, Any] = {"kind": "message", "chat_id": 1, "user_id": 1, "lane_key": 1, "raw": "{}", "state": "done"}
    return Update.objects.create(bot_id=BOT, update_id=Update.objects.count() + 1, received_at=now, **facts)


def queue(*texts: str, chat: int = 1, priority: Priority = Priority.ALERT, **changes: Any) -> list[int]:
    """Queue messages in one chat."""
    payloads = [f'{{"text": "{text}"}}' for text in texts]
    return store.queue(BOT, [Queued(chat, "sendMessage", payload, priority, **changes) for payload in payloads])


def claim(owner: str = "one", **changes: Any) -> list[ClaimedLane]:
    """Claim as a sender does."""
    wish: dict[str, Any] = {"lanes": 10, "each": 10, "lease_seconds": 60, **changes}
    return store.claim(BOT, owner=owner, **wish)


def begin(lane: ClaimedLane, *messages: Ready) -> Advanced:
    """Mark messages as being sent, all of the lane without any."""
    return advance([Begin(lane, message) for message in messages or lane.messages], [], [])


def end(lane: ClaimedLane, message: Ready, sent: Sent = SENT) -> End:
    """Return the end of a call that took 50 ms."""
    now = timezone.now()
    return End(lane, message, sent, now - timedelta(milliseconds=50), now)


def send_all(lane: ClaimedLane) -> Advanced:
    """Send everything that a claim has handed out, and give the lane back."""
    begin(lane)
    return advance([], [end(lane, message) for message in lane.messages], [Done(lane, more=lane.more)])


def states() -> list[str]:
    """Return the states of all messages, oldest first."""
    return list(OutgoingMessage.objects.order_by("id").values_list("state", flat=True))


def texts(lane: ClaimedLane) -> list[str]:
    """Return the texts of the lane's messages in order."""
    return [message.payload.split('"')[3] for message in lane.messages]


def queued() -> tuple[str, dict[str, Any]]:
    """Return method and parameters of the only message."""
    row = OutgoingMessage.objects.get()
    return row.method, json.loads(row.payload)


class SendCase(TestCase):
    """Alice's chat, and a file."""

    def setUp(self) -> None:
        """Meet Alice."""
        add_chat(1)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name).resolve()
        self.file = self.directory / "cat.jpg"
        self.file.write_bytes(b"a cat")


class RefusalCase(SendCase):
    """Wishes that are refused."""

    def refused(self, sentence: str, **wish: Any) -> None:
        """Check that the wish is refused with this sentence and leaves nothing."""
        with self.subTest(sentence), self.assertRaises(ValidationError) as caught:
            services.send(**{"chat_id": 1, "text": None if "content" in wish else "Hello", **wish})
        self.assertEqual(str(caught.exception), sentence)
        self.assertFalse(OutgoingMessage.objects.exists() or CallbackData.objects.exists())
