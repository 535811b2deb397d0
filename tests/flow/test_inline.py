"""The tutorial's inline query: what fits is offered, what is unknown is said so, and failures end at once."""

from django.test import SimpleTestCase
from telegram import Update

from botcore.access.models import Restriction
from botcore.access.throttle import TYPING
from botcore.inbox.models import State
from botcore.pipeline.context import Context
from botcore.registry import Registry, inline
from tests import tutorial
from tests.telegram import BotTestCase

INLINE = tutorial.load("inline")


@inline("fail")
async def failing(_update: Update, _context: Context) -> None:
    """Fail."""
    raise KeyError("phrases")


class InlineTests(BotTestCase):
    """What a person sees who types behind the bot's name."""

    features = (failing, *tutorial.features_of(INLINE))

    async def test_what_fits_is_offered(self) -> None:
        seen = await self.charlie.types(" THANK ")
        self.assertEqual([result["title"] for result in seen.results or []], ["Thank you"])
        self.assertEqual((await self.newest_update()).handler, "inline.find")

    async def test_before_the_first_letter_everything_is(self) -> None:
        seen = await self.charlie.types("")
        self.assertEqual(len(seen.results or []), 4)

    async def test_a_mistake_is_said_in_the_place_of_results(self) -> None:
        seen = await self.charlie.types("xyzzy")
        self.assertEqual(seen.results, [])
        said = {"text": "There is no such phrase. Press here to suggest it.", "start_parameter": "inline"}
        self.assertEqual(seen.button, said)

    async def test_who_types_fast_is_neither_muted_nor_told_to_wait(self) -> None:
        await self.bot()
        asked = [self.world.ask_inline(3, "thank") for _ in range(TYPING.burst + 60)]
        await self.settle()
        self.assertEqual(sum(one.results is not None for one in asked), TYPING.burst)
        self.assertEqual((await Restriction.objects.acount(), self.charlie.answers), (0, []))

    async def test_a_bug_is_a_dead_letter_at_once_and_told_in_their_place(self) -> None:
        seen = await self.charlie.types("fail")
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DEAD, 1))
        self.assertTrue(seen.button["text"].startswith("Something went wrong here."))


class RegistryTests(SimpleTestCase):
    """What Telegram is asked for."""

    def test_inline_queries_are_delivered_only_to_a_bot_that_handles_them(self) -> None:
        registry = Registry(tutorial.features_of(INLINE))
        self.assertEqual(registry.allowed_updates(), ["inline_query", "my_chat_member"])
