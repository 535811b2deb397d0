"""What handlers remember: user_data, chat_data and conversations, kept with the update that changed them."""

import asyncio
import json
from datetime import UTC, datetime

from django.test import SimpleTestCase
from telegram import Update as TelegramUpdate

from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.inbox.models import State
from botcore.inbox.store import Pending
from botcore.persistence import services as persistence
from botcore.persistence.models import PersistentData
from botcore.persistence.services import Change
from botcore.pipeline.context import Context
from botcore.pipeline.memory import Memory, Shelf
from botcore.registry import Order, command, conversation, message
from tests.telegram import BotTestCase


@command("count")
async def count(_update: TelegramUpdate, context: Context) -> None:
    """Count a person's and a chat's commands."""
    context.user_data["count"] = context.user_data.get("count", 0) + 1
    context.chat_data["count"] = context.chat_data.get("count", 0) + 1
    await context.tell(f"you {context.user_data['count']}, here {context.chat_data['count']}")


@command("forget")
async def forget(_update: TelegramUpdate, context: Context) -> None:
    """Remove a value."""
    context.user_data.pop("count", None)


@command("crash", retry=False)
async def crash(_update: TelegramUpdate, context: Context) -> None:
    """Change something, then fail."""
    context.user_data["count"] = 1000
    raise RuntimeError("no")


@command("odd", retry=False)
async def odd(_update: TelegramUpdate, context: Context) -> None:
    """Remember what JSON cannot hold."""
    context.user_data["when"] = datetime.now(UTC)


@command("survey")
async def survey(_update: TelegramUpdate, context: Context) -> None:
    """Begin a conversation."""
    context.conversation.start("survey", step="name")
    await context.tell("Your name?")


@conversation("survey", step="name")
async def name(_update: TelegramUpdate, context: Context) -> None:
    """Take the name."""
    context.conversation.answers["name"] = context.message.text
    context.conversation.go("age")
    await context.tell("Your age?")


@conversation("survey", step="age")
async def age(_update: TelegramUpdate, context: Context) -> None:
    """Take the age and end."""
    text = context.message.text or ""
    context.conversation.answers["tries"] = context.conversation.answers.get("tries", 0) + 1
    if not text.isdigit():
        raise UserError("A number, please.")
    told = f"{context.conversation.answers['name']} is {text}"
    context.conversation.end()
    await context.tell(told)


@command("brief")
async def brief(_update: TelegramUpdate, context: Context) -> None:
    """Begin a conversation that is over at once."""
    context.conversation.start("survey", step="name", seconds=-1)


@message(order=Order.FALLBACK)
async def other(_update: TelegramUpdate, context: Context) -> None:
    """Answer the rest."""
    await context.tell("something else")


class MemoryTests(BotTestCase):
    """user_data and chat_data."""

    features = (count, forget, crash, odd, other)

    async def test_people_and_chats_are_remembered_apart(self) -> None:
        await self.alice.says("/count")
        await self.alice.says("/count")
        await self.alice_in_group.says("/count")
        await self.bob_in_group.says("/count")
        self.assertEqual(self.alice.sees, "you 2, here 2")
        self.assertEqual(self.alice_in_group.answers, ["you 3, here 1", "you 1, here 2"])

    async def test_updates_of_one_claim_build_on_each_other(self) -> None:
        await self.bot()
        for _ in range(5):
            self.world.say(1, 1, "/count")
        await self.settle()
        self.assertEqual(self.alice.answers, [f"you {number}, here {number}" for number in range(1, 6)])

    async def test_a_removed_value_is_gone(self) -> None:
        for text in ("/count", "/forget", "/count"):
            await self.alice.says(text)
        self.assertEqual(self.alice.sees, "you 1, here 2")

    async def test_what_a_failing_handler_changed_is_not_remembered(self) -> None:
        await self.bot()
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            for text in ("/count", "/crash", "/count"):
                self.world.say(1, 1, text)
            await self.settle()
        self.assertEqual(self.alice.sees, "you 2, here 2")

    async def test_what_json_cannot_hold_fails_with_a_sentence(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/odd")
        update = await self.newest_update()
        self.assertEqual(update.state, State.DEAD)
        self.assertIn("user:1['when'] cannot be remembered", update.error)

    async def test_it_is_saved_in_the_transaction_of_the_completion(self) -> None:
        await self.alice.says("/count")
        rows = {row.key: json.loads(row.data) async for row in PersistentData.objects.all()}
        self.assertEqual(rows, {"user:1": {"count": 1}, "chat:1": {"count": 1}})


class NeighbourTests(SimpleTestCase):
    """Two chats of one person in the same claim."""

    def setUp(self) -> None:
        """Let two handlers open the same dict at the same time."""
        self.shelf = Shelf({"user:1": json.dumps({"count": 10})})
        self.first, self.second = (Memory(self.shelf, pending(user=1, chat=chat)) for chat in (2, 3))
        self.mine, self.other = self.first.user, self.second.user

    def test_what_a_neighbour_changed_meanwhile_stays(self) -> None:
        self.mine["count"] += 1
        self.mine["name"] = "Alice"
        self.first.keep()
        self.other["late"] = True
        self.assertEqual(self.second.keep(), (Change("user:1", {"late": True}),))
        self.assertEqual(self.shelf.read("user:1"), {"count": 11, "name": "Alice", "late": True})

    def test_a_name_that_is_no_text_is_refused_however_deep_it_stands(self) -> None:
        self.mine["by_day"] = [{5: 1}]
        with self.assertRaisesMessage(TypeError, "5 is no text"):
            self.first.keep()


def pending(*, user: int, chat: int) -> Pending:
    """Return an update of a person in a chat."""
    return Pending(1, 1, "message", chat, user, "{}", datetime.now(UTC))


class ConversationTests(BotTestCase):
    """Steps."""

    features = (survey, name, age, brief, other)

    async def test_a_conversation_goes_from_step_to_step_and_ends(self) -> None:
        for text in ("/survey", "Alice", "what?", "33", "hello"):
            await self.alice.says(text)
        self.assertEqual(
            self.alice.answers, ["Your name?", "Your age?", "A number, please.", "Alice is 33", "something else"]
        )

    async def test_each_person_in_a_group_has_their_own(self) -> None:
        await self.alice_in_group.says("/survey")
        await self.bob_in_group.says("hello")
        await self.alice_in_group.says("Alice")
        self.assertEqual(self.alice_in_group.answers, ["Your name?", "something else", "Your age?"])

    async def test_commands_still_work_in_the_middle(self) -> None:
        for text in ("/survey", "/help"):
            await self.alice.says(text)
        self.assertEqual(self.alice.sees, "something else")

    async def test_one_that_took_too_long_is_forgotten(self) -> None:
        for text in ("/brief", "Alice"):
            await self.alice.says(text)
        self.assertEqual(self.alice.answers, ["something else"])


class PersistenceTests(BotTestCase):
    """Two chats of one person at the same moment."""

    async def test_changes_of_different_names_do_not_overwrite_each_other(self) -> None:
        await asyncio.gather(
            *(in_database(persistence.save, 9, [Change("user:1", {f"name {n}": n})]) for n in range(10))
        )
        stored = json.loads((await in_database(persistence.load, 9, ["user:1", "user:2"]))["user:1"])
        self.assertEqual(stored, {f"name {n}": n for n in range(10)})

    async def test_strange_texts_survive(self) -> None:
        strange = {"\x00": "\ud800 🦊"}
        await in_database(persistence.save, 9, [Change("user:1", strange)])
        self.assertEqual(json.loads((await in_database(persistence.load, 9, ["user:1"]))["user:1"]), strange)
