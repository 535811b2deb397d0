"""Around the handlers: strange updates, failing features, roles, people without rights."""

import json
import logging
import random
from typing import Any

from django.db import OperationalError
from telegram import Update as TelegramUpdate
from telegram.error import Forbidden
from telegram.ext import ConversationHandler, MessageHandler, filters

from botcore.access.roles import Role
from botcore.errors.reference import in_base32
from botcore.exceptions import Postponed
from botcore.inbox.envelope import read_envelope
from botcore.inbox.models import State, Update
from botcore.people.models import User
from botcore.pipeline.context import Context
from botcore.registry import Order, add, command, message
from tests.telegram import BotTestCase

KINDS = ["message", "callback_query", "inline_query", "poll", "my_chat_member", "edited_message", "hologram"]
WORDS = [
    "chat",
    "from",
    "id",
    "message",
    "message_id",
    "date",
    "text",
    "type",
    "first_name",
    "data",
    "entities",
    "is_bot",
]


def garbage(chance: random.Random, depth: int) -> Any:
    """Make something that is JSON and not much more."""
    leaves = [None, True, 0, 1, -5, 2**70, 1.5, "", "private", "\x00", "/start", "🦊" * 50]
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(leaves)
    if chance.random() < 0.2:
        return [garbage(chance, depth - 1) for _ in range(chance.randrange(3))]
    return {chance.choice(WORDS): garbage(chance, depth - 1) for _ in range(chance.randrange(1, 7))}


class StrangeUpdateTests(BotTestCase):
    """What Telegram may send one day."""

    async def test_an_unknown_type_is_stored_and_ignored(self) -> None:
        await self.bot()
        self.world.deliver({"hologram": {"chat": {"id": 1, "type": "private"}, "depth": 3}})
        await self.settle()
        update = await self.newest_update()
        self.assertEqual((update.kind, update.state, update.error), ("hologram", State.IGNORED, ""))
        self.assertEqual(json.loads(update.raw)["hologram"]["depth"], 3)

    async def test_unknown_fields_change_nothing(self) -> None:
        await self.bot()
        chat = {"id": 3, "type": "private", "first_name": "Charlie", "aura": "blue"}
        sender = {"id": 3, "is_bot": False, "first_name": "Charlie", "karma": {"points": 7}}
        body = {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "hi", "mood": "good"}
        self.world.deliver({"message": body})
        await self.settle()
        self.assertEqual((await self.newest_update()).state, State.DONE)
        self.assertEqual(self.charlie.sees, "Thank you! Your message was passed on.")

    async def test_an_update_that_cannot_be_decoded_is_quarantined_and_the_next_one_flows(self) -> None:
        await self.bot()
        self.world.deliver({"message": {"message_id": "nine", "date": "yesterday", "chat": 5}})
        with self.assertLogs("botcore.pipeline.pipeline", "ERROR"):
            await self.alice.says("/about")
        states = [row.state async for row in Update.objects.order_by("id")]
        self.assertEqual(states, [State.QUARANTINED, State.DONE])
        self.assertNotEqual((await Update.objects.order_by("id").afirst()).error, "")  # type: ignore[union-attr]
        self.assertIn("Botdeck", self.alice.sees)

    async def test_one_whose_text_is_no_json_is_quarantined_with_its_text(self) -> None:
        await self.bot()
        self.world.deliver({"unreadable": "{[[[nul"})
        with self.assertLogs("botcore.pipeline.pipeline", "ERROR"):
            await self.settle()
        update = await self.newest_update()
        self.assertEqual((update.state, json.loads(update.raw)["unreadable"]), (State.QUARANTINED, "{[[[nul"))
        self.assertIn("no JSON that can be read", update.error)

    async def test_an_id_no_column_can_hold_costs_one_update(self) -> None:
        await self.bot()
        chat, sender = {"id": 2**70, "type": "private"}, {"id": 2**70, "is_bot": False, "first_name": "Mallory"}
        self.world.deliver({"message": {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "hi"}})
        with self.assertLogs("botcore.pipeline.pipeline", "ERROR"):
            await self.alice.says("/about")
        states = [row.state async for row in Update.objects.order_by("id")]
        self.assertEqual(states, [State.QUARANTINED, State.DONE])
        self.assertIn("Botdeck", self.alice.sees)

    async def test_a_person_no_row_can_hold_costs_one_update(self) -> None:
        await self.bot()
        chat, sender = {"id": 7, "type": "private"}, {"id": 7, "is_bot": {"maybe": 1}, "first_name": "Mallory"}
        self.world.deliver({"message": {"message_id": 9, "date": 1, "chat": chat, "from": sender, "text": "hi"}})
        with self.assertLogs("botcore.pipeline.pipeline", "ERROR"):
            await self.alice.says("/about")
        states = [row.state async for row in Update.objects.order_by("id")]
        self.assertEqual(states, [State.QUARANTINED, State.DONE])

    async def test_random_bodies_never_stop_the_bot(self) -> None:
        await self.bot()
        chance = random.Random(7)
        for _ in range(300):
            self.world.deliver({chance.choice(KINDS): garbage(chance, 4)})
        logging.disable(logging.ERROR)
        self.addCleanup(logging.disable, logging.NOTSET)
        await self.settle()
        self.assertEqual(await Update.objects.filter(state=State.PENDING).acount(), 0)
        await self.alice.says("/about")
        self.assertIn("Botdeck", self.alice.sees)

    async def test_an_edited_command_is_not_run_again(self) -> None:
        await self.alice.says("/about")
        body = self.world.messages(1)[0].to_json() | {"edit_date": 2}
        self.world.deliver({"edited_message": body})
        await self.settle()
        self.assertEqual(len(self.alice.answers), 1)
        self.assertEqual((await self.newest_update()).state, State.IGNORED)

    async def test_the_same_update_again_is_handled_once(self) -> None:
        await self.alice.says("/about")
        again = read_envelope(json.loads((await self.newest_update()).raw))
        assert again is not None
        await self.accept([again])
        await self.settle()
        self.assertEqual(len(self.alice.answers), 1)


@command("crash")
async def crash(_update: TelegramUpdate, _context: Context) -> None:
    """Fail as a feature with a bug does."""
    raise RuntimeError("token 123456789:AAF-abcdefghijklmnopqrstuvwxyz12345 <b>")


@command("left")
async def left(_update: TelegramUpdate, _context: Context) -> None:
    """Fail as a send to somebody who left does."""
    raise Forbidden("Forbidden: bot was blocked by the user")


@command("owners", help="For owners", role=Role.OWNER)
async def owners(_update: TelegramUpdate, context: Context) -> None:
    """Answer owners."""
    await context.tell("Welcome, owner.")


@message(order=Order.FALLBACK)
async def other(_update: TelegramUpdate, context: Context) -> None:
    """Answer the rest."""
    await context.tell("something else")


class BrokenFilter(filters.MessageFilter):
    """A filter with a bug."""

    def filter(self, message: object) -> bool:
        """Fail for one text."""
        if getattr(message, "text", "") == "break the filter":
            raise KeyError("filter")
        return False


broken = add(MessageHandler(BrokenFilter(), other.handler.callback), name="broken")


@command("away")
async def away(_update: TelegramUpdate, _context: Context) -> None:
    """Fail as a service does while the database is away."""
    raise OperationalError("server closed the connection unexpectedly")


@command("exit")
async def leave(_update: TelegramUpdate, _context: Context) -> None:
    """Fail as a library does that ends the process."""
    raise SystemExit(3)


class GuardTests(BotTestCase):
    """Features that fail and people without rights."""

    features = (crash, left, owners, other, broken, away, leave)

    async def test_a_database_that_is_away_is_nobodys_fault_and_the_update_stays_pending(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "WARNING"), self.assertRaises(Postponed):
            await self.alice.says("/away")
        self.assertEqual((await self.newest_update()).state, State.PENDING)
        self.assertEqual(self.alice.answers, [])

    async def test_a_feature_cannot_end_the_process(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/exit")
        self.assertEqual((await self.newest_update()).state, State.DEAD)

    async def test_a_bug_costs_one_update_and_is_apologised_for(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/crash")
        update = await self.newest_update()
        self.assertEqual((update.state, update.handler), (State.DEAD, "tests.flow.test_pipeline.crash"))
        self.assertIn("RuntimeError: token", update.error)
        self.assertRegex(self.alice.sees, rf"Reference: [0-9A-Z]{{4}}-{in_base32(update.pk).rjust(4, '0')}$")
        await self.alice.says("and now?")
        self.assertEqual(self.alice.sees, "something else")

    async def test_the_token_never_reaches_a_row(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/crash")
        self.assertNotIn("AAF-abc", (await self.newest_update()).error)

    async def test_a_bug_in_a_filter_costs_one_update_too(self) -> None:
        with self.assertLogs("botcore.pipeline.pipeline", "ERROR"):
            await self.alice.says("break the filter")
        self.assertEqual((await self.newest_update()).state, State.DEAD)

    async def test_a_person_who_blocked_the_bot_is_no_error(self) -> None:
        await self.alice.says("/left")
        update = await self.newest_update()
        self.assertEqual((update.state, update.error), (State.DONE, "Forbidden: bot was blocked by the user"))

    async def test_an_owner_passes_and_a_member_is_told_no(self) -> None:
        await self.alice.says("/owners")
        self.assertEqual(self.alice.sees, "Welcome, owner.")
        await self.charlie.says("/owners")
        self.assertEqual(self.charlie.sees, "This is for the people behind this bot only.")

    async def test_people_are_rows_even_when_nobody_handles_their_update(self) -> None:
        await self.bob_in_group.says("hello")
        self.assertTrue(await User.objects.filter(pk=2).aexists())


async def ask(_update: TelegramUpdate, context: Context) -> int:
    """Begin the conversation."""
    await context.tell("What is your name?")
    return 1


async def thank(_update: TelegramUpdate, context: Context) -> int:
    """End it."""
    await context.tell(f"Hello, {context.message.text}")
    return ConversationHandler.END


conversation = add(
    ConversationHandler(
        entry_points=[MessageHandler(filters.Regex("^begin$"), ask)],
        states={1: [MessageHandler(filters.TEXT, thank)]},
        fallbacks=[],
    ),
    name="conversation",
    order=Order.CONVERSATION,
)


class AnyHandlerTests(BotTestCase):
    """`add` takes every handler of python-telegram-bot."""

    features = (conversation, other)

    async def test_a_conversation_keeps_its_place_per_chat(self) -> None:
        await self.alice.says("begin")
        await self.charlie.says("hi")
        await self.alice.says("Alice")
        self.assertEqual(self.alice.answers, ["What is your name?", "Hello, Alice"])
        self.assertEqual(self.charlie.sees, "something else")
        self.assertEqual((await self.newest_update()).handler, "conversation")
