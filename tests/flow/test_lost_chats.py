"""Errors of the Bot API on their way through a whole bot: who is lost, who comes back, what goes out all the same."""

import json
from typing import Any

from telegram import Update
from telegram.error import ChatMigrated, Forbidden
from telegram.request import RequestData

from botcore.models import Chat, OutgoingMessage, Reach
from botcore.models import Update as Row
from botcore.pipeline.context import Context
from botcore.registry import command
from sandbox.world import World
from tests.telegram import BotTestCase, InProcessTelegram

OLD, NEW = -555, -1_000_000_000_555


@command("broken")
async def broken(update: Update, _context: Context) -> None:
    """Answer with a tag that does not end."""
    assert update.effective_chat
    await update.effective_chat.send_message("<b>half", parse_mode="HTML")


@command("again")
async def again(update: Update, context: Context) -> None:
    """Edit a message to what it is, answer a query that nobody waits for, delete what is not there."""
    assert update.effective_chat
    chat = update.effective_chat.id
    message = await context.bot.send_message(chat, "the same")
    results = [
        await context.bot.edit_message_text("the same", chat, message.message_id),
        await context.bot.answer_callback_query("123"),
        await context.bot.delete_message(chat, 999_999),
    ]
    await context.bot.send_message(chat, str(results))


@command("group")
async def group(_update: Update, context: Context) -> None:
    """Write to a group by its old id."""
    await context.bot.send_message(OLD, "hello")


class MigratingTelegram(InProcessTelegram):
    """A Telegram in which a group has become a supergroup."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sent_to: list[int] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Refuse the old id, take the new one."""
        chat = int((request_data.json_parameters if request_data else {}).get("chat_id", 0))
        if chat in {-1, -2}:  # each says that it is the other one now
            self.sent_to.append(chat)
            error = {"ok": False, "description": "x", "parameters": {"migrate_to_chat_id": -3 - chat}}
            return 400, json.dumps(error).encode()
        if chat not in {OLD, NEW}:
            return await super().do_request(url, method, request_data, *args, **kwargs)
        self.sent_to.append(chat)
        if chat == OLD:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            error = {"ok": False, "error_code": 400, "description": words, "parameters": {"migrate_to_chat_id": NEW}}
            return 400, json.dumps(error).encode()
        message = {"message_id": 5, "date": 1, "chat": {"id": NEW, "type": "supergroup", "title": "x"}, "text": "hello"}
        return 200, json.dumps({"ok": True, "result": message}).encode()


class LostChatTests(BotTestCase):
    """People who block the bot and come back."""

    async def reach(self) -> str:
        """Return Bob's state."""
        return str((await Chat.objects.aget(pk=2)).reach)

    async def test_who_blocks_the_bot_is_marked_by_the_update_and_open_again_by_the_next_one(self) -> None:
        await self.bob.says("/start")
        self.assertEqual(await self.reach(), Reach.OPEN)
        self.world.block(2)
        await self.settle()
        self.assertEqual(await self.reach(), Reach.BLOCKED)
        self.world.unblock(2)
        await self.settle()
        self.assertEqual(await self.reach(), Reach.OPEN)

    async def test_a_chat_is_known_as_soon_as_the_bot_is_in_it(self) -> None:
        await self.bot()
        made = [self.world.add_group("News", "channel"), self.world.add_group("Friends", "group")]
        await self.settle()
        known = [await Chat.objects.aget(pk=chat.id) for chat in made]
        expected = [("channel", "News", Reach.OPEN), ("group", "Friends", Reach.OPEN)]
        self.assertEqual([(chat.type, chat.title, chat.reach) for chat in known], expected)

    async def test_a_message_that_is_refused_marks_the_chat_and_the_next_message_opens_it(self) -> None:
        await self.bob.says("/start")
        row = await self.newest_update()
        await OutgoingMessage.objects.acreate(
            bot_id=row.bot_id,
            chat_id=2,
            method="sendMessage",
            payload="{}",
            due_at=row.received_at,
            created_at=row.received_at,
        )
        self.world.block(2)
        self.world.bot().queue.clear()  # the update about it comes late
        application = await self.bot()
        with self.assertRaises(Forbidden):
            await application.bot.send_message(2, "hello")
        self.assertEqual(await self.reach(), Reach.BLOCKED)
        self.assertEqual((await OutgoingMessage.objects.aget()).state, "cancelled")
        self.world.unblock(2)
        self.world.bot().queue.clear()
        await self.bob.says("/start")
        self.assertEqual(await self.reach(), Reach.OPEN)


class ErrorTests(BotTestCase):
    """Errors that a handler does not see."""

    features = (broken, again, group)

    def setUp(self) -> None:
        """Let a group have moved."""
        super().setUp()
        self.telegram: MigratingTelegram = MigratingTelegram(self.world)

    async def states(self) -> list[str]:
        """Return the states of all updates."""
        return [row.state async for row in Row.objects.order_by("id")]

    async def test_broken_markup_goes_out_as_plain_text_and_is_an_event(self) -> None:
        with self.assertLogs("botcore.connection.consequences", "ERROR"):
            await self.alice.says("/broken")
        self.assertEqual((self.alice.sees, await self.states()), ("half", ["done"]))
        self.assertEqual([(kind, level) for kind, level, _ in self.told], [("markup", "error")])

    async def test_groups_that_point_at_each_other_are_left_after_the_second_call(self) -> None:
        application = await self.bot()
        with self.assertRaises(ChatMigrated):
            await application.bot.send_message(-1, "hello")
        self.assertEqual(self.telegram.sent_to, [-1, -2])

    async def test_what_is_benign_counts_as_done(self) -> None:
        await self.alice.says("/again")
        self.assertEqual((self.alice.sees, await self.states()), ("[True, True, True]", ["done"]))

    async def test_a_group_that_moved_is_found_once_and_then_known(self) -> None:
        await self.alice.says("/group")
        await self.alice.says("/group")
        self.assertEqual((self.telegram.sent_to, await self.states()), ([OLD, NEW, NEW], ["done", "done"]))
