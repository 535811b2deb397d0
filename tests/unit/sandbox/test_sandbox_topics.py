"""Topics of forums, and reactions: what bots do, what people do, and what bots hear of it."""

import telegram
from telegram.error import BadRequest

from sandbox.chats import Draft
from sandbox.errors import Refused
from sandbox.files import Media
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase


class Case(ServerCase):
    """The group has topics."""

    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        await self.post("/sandbox/forum", json={"chat": GROUP_ID})

    async def heard(self) -> list[telegram.Message]:
        """The messages that wait; it confirms them."""
        found = await self.bot.get_updates()
        if found:
            await self.bot.get_updates(found[-1].update_id + 1)
        return [update.message for update in found if update.message]

    async def refused(self, words: str, call: object) -> None:
        with self.assertRaises(BadRequest) as caught:
            await call  # type: ignore[misc]
        self.assertEqual(caught.exception.message, words)


class OfBots(Case):
    async def test_a_topic_is_opened_and_written_in(self) -> None:
        topic = await self.bot.create_forum_topic(GROUP_ID, "Charlie")
        sent = await self.bot.send_message(GROUP_ID, "x", message_thread_id=topic.message_thread_id)
        self.assertEqual((sent.message_thread_id, sent.is_topic_message), (topic.message_thread_id, True))
        opening = sent.reply_to_message
        assert opening
        assert opening.forum_topic_created
        self.assertEqual((opening.message_id, opening.forum_topic_created.name), (topic.message_thread_id, "Charlie"))
        self.assertTrue(sent.chat.is_forum)
        self.assertEqual(await self.heard(), [])  # what a bot does itself it does not hear of

    async def test_every_way_to_write_goes_into_the_topic(self) -> None:
        self.world.say(1, 1, "a secret")
        number = (await self.bot.create_forum_topic(GROUP_ID, "Charlie")).message_thread_id
        await self.bot.copy_message(GROUP_ID, 1, 1, message_thread_id=number)
        await self.bot.forward_message(GROUP_ID, 1, 1, message_thread_id=number)
        await self.bot.send_document(GROUP_ID, b"x", message_thread_id=number)
        first = await self.bot.send_message(GROUP_ID, "x", message_thread_id=number)
        await self.bot.send_message(GROUP_ID, "a reply", reply_to_message_id=first.message_id)
        found = [post.topic.id if post.topic else None for post in self.world.messages(GROUP_ID)]
        self.assertEqual(found, [number] * 6)

    async def test_what_cannot_be(self) -> None:
        await self.refused("Message thread not found", self.bot.send_message(GROUP_ID, "x", message_thread_id=77))
        number = (await self.bot.create_forum_topic(GROUP_ID, "Charlie")).message_thread_id
        await self.refused("Topic_not_modified", self.bot.reopen_forum_topic(GROUP_ID, number))
        await self.refused("Topic_id_invalid", self.bot.close_forum_topic(GROUP_ID, 77))
        await self.refused("Title must be non-empty", self.bot.create_forum_topic(GROUP_ID, " "))
        plain = self.world.add_group("Plain")
        await self.refused("The chat is not a forum", self.bot.create_forum_topic(plain.id, "x"))

    async def test_who_may_not_manage_topics_opens_none_and_cannot_write_in_a_closed_one(self) -> None:
        number = (await self.bot.create_forum_topic(GROUP_ID, "Charlie")).message_thread_id
        self.assertEqual((await self.bot.get_chat_member(GROUP_ID, self.bot.id)).status, "administrator")
        await self.bot.close_forum_topic(GROUP_ID, number)
        await self.bot.send_message(GROUP_ID, "an administrator may", message_thread_id=number)
        await self.post("/sandbox/forum", json={"chat": GROUP_ID, "bots_manage": False})
        self.assertEqual((await self.bot.get_chat_member(GROUP_ID, self.bot.id)).status, "member")
        await self.refused("Not enough rights to create a topic", self.bot.create_forum_topic(GROUP_ID, "x"))
        await self.refused("Topic_closed", self.bot.send_message(GROUP_ID, "x", message_thread_id=number))
        await self.bot.reopen_forum_topic(GROUP_ID, number)  # its own it may
        await self.bot.send_message(GROUP_ID, "x", message_thread_id=number)

    async def test_a_reaction_is_put_and_taken_away(self) -> None:
        post = self.world.say(1, GROUP_ID, "x")
        await self.bot.set_message_reaction(GROUP_ID, post.message_id, "👍")
        _, body = await self.get(f"/sandbox/chats/{GROUP_ID}/messages")
        self.assertEqual(body["messages"][-1]["reactions"], ["👍"])
        await self.bot.set_message_reaction(GROUP_ID, post.message_id)
        self.assertEqual(post.reactions, {})
        await self.refused("Reaction_invalid", self.bot.set_message_reaction(GROUP_ID, post.message_id, "x"))
        await self.refused("Message to react not found", self.bot.set_message_reaction(GROUP_ID, 77, "👍"))


class OfPeople(Case):
    async def say(self, **wish: object) -> tuple[int, dict[str, object]]:
        return await self.post("/sandbox/say", json={"person": 2, "chat": GROUP_ID, "text": "x", **wish})

    async def act(self, do: str, **wish: object) -> tuple[int, dict[str, object]]:
        return await self.post("/sandbox/topic", json={"person": 1, "chat": GROUP_ID, "do": do, **wish})

    async def test_they_write_in_a_topic_by_its_number_or_by_a_reply(self) -> None:
        number = (await self.bot.create_forum_topic(GROUP_ID, "Charlie")).message_thread_id
        await self.say(topic=number)
        _, body = await self.say(reply_to=number)
        first, second = await self.heard()
        self.assertEqual((first.message_thread_id, second.message_thread_id), (number, number))
        self.assertEqual(body["message"]["topic"], "Charlie")  # type: ignore[index]
        self.assertEqual((await self.say(topic=77))[0], 404)

    async def test_bots_hear_what_becomes_of_a_topic_but_for_its_end(self) -> None:
        _, body = await self.act("open", name="News")
        topic = body["topic"]
        for do in ("close", "reopen", "delete"):
            await self.act(do, topic=topic)
        told = await self.heard()
        self.assertEqual(
            [bool(one.forum_topic_created or one.forum_topic_closed or one.forum_topic_reopened) for one in told],
            [True] * 3,
        )
        self.assertEqual(self.world.messages(GROUP_ID), [])

    async def test_a_closed_topic_is_for_the_owner(self) -> None:
        _, body = await self.act("open", name="News")
        await self.act("close", topic=body["topic"])
        with self.assertRaises(Refused):
            self.world.say(2, GROUP_ID, "x", topic=int(str(body["topic"])))
        self.world.say(1, GROUP_ID, "x", topic=int(str(body["topic"])))

    async def test_the_state_shows_topics(self) -> None:
        _, body = await self.act("open", name="News")
        _, state = await self.get("/sandbox/state")
        group = state["chats"][-1]
        self.assertEqual(group["topics"], [{"topic": body["topic"], "name": "News", "closed": False}])

    async def test_wrong_wishes_are_refused(self) -> None:
        self.assertEqual((await self.act("shut", topic=1))[0], 404)
        _, body = await self.act("open", name="News")
        self.assertEqual((await self.act("shut", topic=body["topic"]))[0], 400)
        plain = self.world.add_group("Plain", "group")
        self.assertEqual((await self.post("/sandbox/forum", json={"chat": plain.id}))[0], 400)

    async def test_a_file_of_a_person_is_copied_into_a_topic(self) -> None:
        file = self.world.files.keep_stub(1, "photo", "it", "image/png")
        media = Media("photo", file, {"width": 1, "height": 1})
        post = self.world.post(self.world.chat(2), self.world.person(2), Draft(media=media))
        number = (await self.bot.create_forum_topic(GROUP_ID, "Bob")).message_thread_id
        await self.bot.copy_message(GROUP_ID, 2, post.message_id, message_thread_id=number)
        copied = self.world.messages(GROUP_ID)[-1]
        self.assertEqual((copied.media, copied.topic.id if copied.topic else 0), (media, number))
