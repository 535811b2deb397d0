"""What a chat says of itself: title, photo, description, stickers; and all that getChat tells."""

from typing import Any

from telegram.constants import ChatType

from sandbox.stickers import SET_NAME
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import WorldCase

ALICE, BOB = 1, 2
ALL = {"can_change_info", "can_invite_users"}
PICTURE = b"a picture"


class Case(WorldCase):
    async def asyncSetUp(self) -> None:
        await self.result("getMe")
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), ALL)
        await self.updates()

    async def updates(self) -> list[dict[str, Any]]:
        """The messages and posts that wait; it confirms all updates."""
        found = await self.result("getUpdates")
        if found:
            await self.result("getUpdates", offset=found[-1]["update_id"] + 1)
        return [update.get("message") or update.get("channel_post") or {} for update in found]


class Changes(Case):
    async def test_a_title_is_changed_and_the_bot_hears_of_what_it_did(self) -> None:
        self.assertTrue(await self.result("setChatTitle", chat_id=GROUP_ID, title=" Friends "))
        (message,) = await self.updates()
        told = (message["new_chat_title"], message["chat"]["title"], message["from"]["is_bot"])
        self.assertEqual(told, ("Friends", "Friends", True))
        await self.result("setChatTitle", chat_id=GROUP_ID, title="Friends")
        self.assertEqual(await self.updates(), [])
        error = await self.error("setChatTitle", chat_id=GROUP_ID, title=" ")
        self.assertEqual(error, (400, "Bad Request: title must be non-empty"))

    async def test_a_photo_comes_and_goes(self) -> None:
        self.assertTrue(await self.result("setChatPhoto", chat_id=GROUP_ID, photo=PICTURE))
        photo = (await self.result("getChat", chat_id=GROUP_ID))["photo"]
        (message,) = await self.updates()
        self.assertEqual(message["new_chat_photo"][0]["file_id"], photo["big_file_id"])
        self.assertEqual((await self.result("getFile", file_id=photo["small_file_id"]))["file_size"], len(PICTURE))
        await self.result("deleteChatPhoto", chat_id=GROUP_ID)
        self.assertEqual([message["delete_chat_photo"] for message in await self.updates()], [True])
        error = await self.error("deleteChatPhoto", chat_id=GROUP_ID)
        self.assertEqual(error, (400, "Bad Request: CHAT_NOT_MODIFIED"))

    async def test_a_photo_must_come_with_the_call(self) -> None:
        error = await self.error("setChatPhoto", chat_id=GROUP_ID)
        self.assertEqual(error, (400, "Bad Request: there is no photo in the request"))
        error = await self.error("setChatPhoto", chat_id=GROUP_ID, photo="photos-1-x")
        self.assertEqual(error, (400, "Bad Request: photo must be uploaded as a file"))

    async def test_a_description_is_changed_once_and_silently(self) -> None:
        await self.result("setChatDescription", chat_id=GROUP_ID, description="x" * 300)
        self.assertEqual((await self.result("getChat", chat_id=GROUP_ID))["description"], "x" * 255)
        error = await self.error("setChatDescription", chat_id=GROUP_ID, description="x" * 255)
        self.assertEqual(error, (400, "Bad Request: chat description is not modified"))
        self.assertEqual(await self.updates(), [])

    async def test_a_set_of_stickers_is_chosen_and_left(self) -> None:
        await self.result("setChatStickerSet", chat_id=GROUP_ID, sticker_set_name=SET_NAME.lower())
        self.assertEqual((await self.result("getChat", chat_id=GROUP_ID))["sticker_set_name"], SET_NAME)
        await self.result("deleteChatStickerSet", chat_id=GROUP_ID)
        self.assertNotIn("sticker_set_name", await self.result("getChat", chat_id=GROUP_ID))
        error = await self.error("setChatStickerSet", chat_id=GROUP_ID, sticker_set_name="x")
        self.assertEqual(error, (400, "Bad Request: STICKERSET_INVALID"))

    async def test_without_the_right_nothing_is_changed(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), {"can_pin_messages"})
        cases = (
            ("setChatTitle", "change chat title"),
            ("setChatDescription", "set chat description"),
            ("setChatPhoto", "change chat photo"),
            ("deleteChatPhoto", "change chat photo"),
            ("setChatStickerSet", "change supergroup sticker set"),
        )
        for method, words in cases:
            with self.subTest(method):
                error = await self.error(method, chat_id=GROUP_ID, title="x", photo=PICTURE)
                self.assertEqual(error, (400, f"Bad Request: not enough rights to {words}"))

    async def test_a_private_chat_has_no_face_of_its_own(self) -> None:
        for what in ("title", "photo", "description"):
            with self.subTest(what):
                error = await self.error(f"setChat{what}", chat_id=BOB, title="x", photo=PICTURE)
                self.assertEqual(error, (400, f"Bad Request: can't change private chat {what}"))

    async def test_what_people_change_the_bot_reads(self) -> None:
        self.world.furnish(BOB, GROUP_ID, title="Bob's", description="Ours")
        (message,) = await self.updates()
        self.assertEqual((message["new_chat_title"], message["from"]["id"]), ("Bob's", BOB))

    async def test_in_a_channel_it_is_a_post(self) -> None:
        channel = self.world.add_group("News", "channel")
        await self.updates()
        await self.result("setChatTitle", chat_id=channel.id, title="Old news")
        (post,) = await self.updates()
        self.assertEqual((post["new_chat_title"], post["sender_chat"]["title"]), ("Old news", "Old news"))


class GetChat(Case):
    async def test_a_person(self) -> None:
        chat = await self.result("getChat", chat_id=BOB)
        self.assertEqual((chat["type"], chat["active_usernames"]), ("private", ["bob"]))
        self.assertNotIn("permissions", chat)

    async def test_groups_and_channels(self) -> None:
        for kind in (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL):
            with self.subTest(kind):
                chat = await self.result("getChat", chat_id=self.world.add_group("x", kind).id)
                self.assertEqual("permissions" in chat, kind != ChatType.CHANNEL)
                self.assertEqual("can_set_sticker_set" in chat, kind == ChatType.SUPERGROUP)
                self.assertEqual((chat["accent_color_id"], chat["max_reaction_count"]), (0, 11))

    async def test_a_bot_that_is_out_is_told_so(self) -> None:
        self.world.kick(ALICE, GROUP_ID)
        error = await self.error("getChat", chat_id=GROUP_ID)
        self.assertEqual(error, (403, "Forbidden: bot was kicked from the supergroup chat"))
