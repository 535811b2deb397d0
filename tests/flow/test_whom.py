"""Whom a command means that answers a message: in groups, in topics, of forwarded messages, of bots."""

from typing import Any

from botcore.pipeline.arguments import Person
from botcore.pipeline.context import Context
from botcore.registry import command
from sandbox.world import GROUP_ID
from tests.telegram import BotTestCase

BOB, CHARLIE = 2, 3
GROUP: dict[str, Any] = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team", "is_forum": True}


@command("point", args=[Person("who")], help="Name somebody")
async def point(_update: object, context: Context) -> None:
    """Say who is meant."""
    await context.answer("sentence", sentence=f"It is {context.arguments['who'].name}.")


class WhomTests(BotTestCase):
    """Alice answers."""

    features = (point,)

    async def points(self, answered: dict[str, Any], chat: dict[str, Any] | None = None, **fields: Any) -> str:
        """Let Alice answer a message with the command; return what the bot says."""
        await self.bob.says("hello")
        await self.charlie.says("hello")
        place = chat or GROUP
        quoted = {"message_id": 50, "date": 1_790_000_000, "chat": place, "text": "before", **answered}
        entities = [{"type": "bot_command", "offset": 0, "length": 6}]
        alice = self.world.people[1].to_json()
        message = {"message_id": 99, "date": 1_790_000_000, "chat": place, "from": alice, "text": "/point"}
        self.world.deliver({"message": message | {"entities": entities, "reply_to_message": quoted, **fields}})
        await self.settle()
        return (self.alice if chat else self.alice_in_group).sees

    def sender(self, person: int) -> dict[str, Any]:
        """Return a person as Telegram describes them."""
        return self.world.people[person].to_json()

    async def test_the_author_of_the_answered_message(self) -> None:
        self.assertEqual(await self.points({"from": self.sender(BOB)}), "It is Bob.")

    async def test_in_a_group_who_forwarded_it_and_not_who_wrote_it_elsewhere(self) -> None:
        origin = {"type": "user", "date": 1, "sender_user": self.sender(CHARLIE)}
        self.assertEqual(await self.points({"from": self.sender(BOB), "forward_origin": origin}), "It is Bob.")

    async def test_in_private_who_wrote_what_was_forwarded(self) -> None:
        origin = {"type": "user", "date": 1, "sender_user": self.sender(CHARLIE)}
        private: dict[str, Any] = {"id": 1, "type": "private", "first_name": "Alice"}
        said = await self.points({"from": self.sender(1), "forward_origin": origin}, private)
        self.assertEqual(said, "It is Charlie Clark.")

    async def test_in_a_topic_the_first_message_is_answered_by_nobody(self) -> None:
        self.world.set_forum(GROUP_ID, on=True)
        number = self.world.open_topic(self.world.chat(GROUP_ID), self.world.person(BOB), "News").id
        topic: dict[str, Any] = {"message_thread_id": number, "is_topic_message": True}
        opened: dict[str, Any] = {"forum_topic_created": {"name": "News", "icon_color": 1}}
        first = {"from": self.sender(BOB), "message_id": number, "message_thread_id": number}
        said = await self.points({**first, **opened}, **topic)
        self.assertIn("Name a person", said)
        said = await self.points(first, **topic)
        self.assertIn("Name a person", said)

    async def test_no_bot_nor_who_stands_for_a_channel(self) -> None:
        channel = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        for author in (anonymous, channel):
            with self.subTest(author["id"]):
                self.assertIn("Name a person", await self.points({"from": author}))
