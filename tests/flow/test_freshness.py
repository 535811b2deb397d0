"""Updates whose answer nobody waits for any more are set aside and counted; all others are handled, however late."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.utils import timezone
from telegram import Update as TelegramUpdate
from telegram.ext import InlineQueryHandler

from botcore.clock import Clock
from botcore.database import in_database
from botcore.inbox import replay
from botcore.inbox.models import State, Update
from botcore.inbox.selection import Selection
from botcore.monitoring.models import UpdateCount
from botcore.people.models import User
from botcore.pipeline.context import Context
from botcore.registry import add, button, command
from tests.telegram import BotTestCase


@command("hello")
async def hello(_update: TelegramUpdate, context: Context) -> None:
    """Answer a message."""
    await context.tell("hello")


@button("go")
async def go(_update: TelegramUpdate, context: Context) -> None:
    """Answer a pressed button."""
    await context.toast("gone")


async def found(_update: TelegramUpdate, _context: Context) -> None:
    """Answer an inline query."""


inline = add(InlineQueryHandler(found), name="inline")

ALICE = {"id": 1, "is_bot": False, "first_name": "Alice"}
KINDS: dict[str, dict[str, Any]] = {
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 1, "type": "private"},
        "from": ALICE,
        "text": "/hello",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    },
    "callback_query": {"id": "1", "from": ALICE, "chat_instance": "1", "data": "go:"},
    "inline_query": {"id": "1", "from": ALICE, "query": "x", "offset": ""},
}


class FreshnessTests(BotTestCase):
    """What is still handled after how long."""

    features = (hello, go, inline)

    async def state_after(self, kind: str, seconds: float) -> str:
        """Let an update arrive that long ago, handle it, and return its state."""
        await self.bot()
        self.world.deliver({kind: KINDS[kind]})
        await self._accept_batch()
        await Update.objects.filter(state=State.PENDING).aupdate(
            received_at=timezone.now() - timedelta(seconds=seconds)
        )
        await self.settle()
        return (await self.newest_update()).state

    async def test_each_kind_has_its_time(self) -> None:
        for kind, seconds, state in (
            ("callback_query", 100, State.DONE),
            ("callback_query", 160, State.EXPIRED),
            ("inline_query", 20, State.DONE),
            ("inline_query", 40, State.EXPIRED),
            ("message", 23 * 3600, State.DONE),
            ("message", 25 * 3600, State.EXPIRED),
        ):
            with self.subTest(f"{kind} after {seconds} s"):
                self.assertEqual(await self.state_after(kind, seconds), state)

    async def test_what_expired_says_so_and_is_counted(self) -> None:
        await self.state_after("inline_query", 40)
        update = await self.newest_update()
        self.assertEqual(update.error, "40 s old; the answer to inline_query is waited for 30 s")
        counted = UpdateCount.objects.filter(state="expired").values_list("count", flat=True)
        self.assertEqual([number async for number in counted], [1])

    async def test_a_machine_whose_clock_differs_from_the_others_expires_nothing(self) -> None:
        ahead = patch("django.utils.timezone.now", lambda: datetime.now(UTC) + timedelta(hours=1))
        await self.bot()
        self.world.deliver({"callback_query": KINDS["callback_query"]})
        await self._accept_batch()
        with ahead:
            await self.settle()
        update = await self.newest_update()
        self.assertEqual(update.state, State.DONE)
        self.assertLess(update.latency_ms or 0, 60_000)

    async def test_a_clock_that_was_set_expires_nothing(self) -> None:
        await self.bot()
        self._pipeline._clock = Clock()
        self._pipeline._clock._offset -= 3600  # as if the clock had been set by an hour since
        self.assertEqual(await self.state_after("callback_query", 3600), State.DONE)

    async def test_what_an_operator_sends_through_again_is_handled_however_old(self) -> None:
        self.assertEqual(await self.state_after("message", 25 * 3600), State.EXPIRED)
        selection = Selection(states=(State.EXPIRED,))
        await in_database(replay.replay, selection, by="alice")
        await self.handle()
        update = await self.newest_update()
        self.assertEqual((update.state, self.alice.sees), (State.DONE, "hello"))
        self.assertIsNotNone(update.latency_ms)
        self.assertLess(update.latency_ms or 0, 60_000, "counted from the replay")
        self.assertEqual((await User.objects.aget()).last_seen, update.received_at)

    async def test_interactive_ones_past_their_time_are_not_sent_through_again(self) -> None:
        await self.state_after("inline_query", 40)
        plan = await in_database(replay.replay, Selection(states=(State.EXPIRED,)), by="alice")
        self.assertEqual((await self.newest_update()).state, State.EXPIRED)
        self.assertEqual((plan.again, plan.late), ({}, 1))
