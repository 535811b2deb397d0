"""A handler whose message may have arrived is not run again by itself: the person must not read it twice."""

from telegram import Update as TelegramUpdate

from botcore.inbox.models import State
from botcore.pipeline.context import Context
from botcore.registry import command
from tests.telegram import BotTestCase


@command("say")
async def say(_update: TelegramUpdate, context: Context) -> None:
    """Say something."""
    await context.tell("said")


class UncertainTests(BotTestCase):
    """The answer of sendMessage is lost."""

    features = (say,)

    async def test_it_becomes_a_dead_letter_at_once_and_was_said_once(self) -> None:
        await self.bot()
        self.world.faults.add(kind="bad_gateway", method="sendMessage", count=1, performed=True)
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/say")
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DEAD, 1))
        self.assertEqual(self.alice.answers.count("said"), 1)
