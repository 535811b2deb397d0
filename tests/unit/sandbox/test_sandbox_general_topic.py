"""The General topic of a forum, icons of topics, and who may manage them."""

from typing import Any

from sandbox.errors import Refused
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import WorldCase

ALICE, BOB = 1, 2


class Case(WorldCase):
    async def asyncSetUp(self) -> None:
        await self.result("getMe")
        self.world.set_forum(GROUP_ID, on=True)

    async def notes(self) -> list[str]:
        """What the service messages in the group say, oldest first."""
        return [name for post in self.world.messages(GROUP_ID) for name in post.extra]

    async def refuses(self, words: str, method: str, **wish: Any) -> None:
        self.assertEqual(await self.error(method, chat_id=GROUP_ID, **wish), (400, f"Bad Request: {words}"))


class General(Case):
    async def test_it_is_named_closed_opened_hidden_and_shown(self) -> None:
        for verb in ("close", "reopen", "hide", "unhide"):
            self.assertTrue(await self.result(f"{verb}GeneralForumTopic", chat_id=GROUP_ID))
        self.assertTrue(await self.result("editGeneralForumTopic", chat_id=GROUP_ID, name="Hall"))
        expected = ["closed", "reopened", "closed", "general_hidden", "general_unhidden", "edited"]
        told = [name.replace("forum_topic_", "") for name in await self.notes()]
        self.assertEqual(told, expected)
        self.assertEqual(self.world.chat(GROUP_ID).general.name, "Hall")

    async def test_what_is_so_already_is_refused(self) -> None:
        for verb in ("reopen", "unhide"):
            await self.refuses("TOPIC_NOT_MODIFIED", f"{verb}GeneralForumTopic")
        await self.refuses("TOPIC_NOT_MODIFIED", "editGeneralForumTopic", name="General")
        await self.result("hideGeneralForumTopic", chat_id=GROUP_ID)
        for verb in ("close", "hide"):
            await self.refuses("TOPIC_NOT_MODIFIED", f"{verb}GeneralForumTopic")
        await self.result("reopenGeneralForumTopic", chat_id=GROUP_ID)
        self.assertFalse(self.world.chat(GROUP_ID).general.hidden)

    async def test_when_it_is_closed_only_those_write_who_manage_topics(self) -> None:
        topic = await self.result("createForumTopic", chat_id=GROUP_ID, name="News")
        number = topic["message_thread_id"]
        self.world.close_general(self.world.chat(GROUP_ID), self.world.person(ALICE))
        with self.assertRaises(Refused) as refused:
            self.world.say(BOB, GROUP_ID, "x")
        self.assertEqual(refused.exception.sentence, "This topic is closed.")
        self.world.say(ALICE, GROUP_ID, "the owner may")
        said = self.world.say(BOB, GROUP_ID, "elsewhere", topic=number)
        await self.result("sendMessage", chat_id=GROUP_ID, text="an administrator may")
        self.world.let_bots_manage_topics(GROUP_ID, on=False)
        await self.refuses("TOPIC_CLOSED", "sendMessage", text="x")
        wish: dict[str, Any] = {"chat_id": GROUP_ID, "text": "x", "reply_parameters": {"message_id": said.message_id}}
        self.assertEqual((await self.result("sendMessage", **wish))["message_thread_id"], number)

    async def test_without_the_right_and_without_a_forum(self) -> None:
        self.world.let_bots_manage_topics(GROUP_ID, on=False)
        await self.refuses("not enough rights to edit the topic", "closeGeneralForumTopic")
        self.world.set_forum(GROUP_ID, on=False)
        await self.refuses("the chat is not a forum", "closeGeneralForumTopic")


class Icons(Case):
    async def test_icons_are_chosen_from_those_there_are(self) -> None:
        icons = await self.result("getForumTopicIconStickers")
        first, second = (icon["custom_emoji_id"] for icon in icons[:2])
        wish: dict[str, Any] = {"chat_id": GROUP_ID, "name": "News", "icon_custom_emoji_id": first}
        topic = await self.result("createForumTopic", **wish)
        self.assertEqual(topic["icon_custom_emoji_id"], first)
        change: dict[str, Any] = {"chat_id": GROUP_ID, "message_thread_id": topic["message_thread_id"]}
        await self.result("editForumTopic", **change, icon_custom_emoji_id=second)
        edited = self.world.messages(GROUP_ID)[-1].extra["forum_topic_edited"]
        self.assertEqual(edited, {"icon_custom_emoji_id": second})
        same: dict[str, Any] = {"message_thread_id": topic["message_thread_id"], "name": "News"}
        await self.refuses("TOPIC_NOT_MODIFIED", "editForumTopic", **same)

    async def test_others_are_refused(self) -> None:
        await self.refuses("DOCUMENT_INVALID", "createForumTopic", name="x", icon_custom_emoji_id="5")


class Rights(Case):
    async def test_an_administrator_without_the_right_opens_no_topic(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), {"can_pin_messages"})
        await self.refuses("not enough rights to create a topic", "createForumTopic", name="x")
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), {"can_manage_topics"})
        await self.result("createForumTopic", chat_id=GROUP_ID, name="x")
