"""What a bot may pin, delete and send in groups and channels, in the real server's words; and people."""

from io import BytesIO
from typing import Any

from sandbox.chats import Chat, Draft
from sandbox.errors import Refused
from sandbox.files import Upload
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

ALICE, BOB = 1, 2
DAY = 86_400
NO_PINS = (400, "Bad Request: not enough rights to manage pinned messages in the chat")
KEPT = (400, "Bad Request: message can't be deleted")
KEPT_FOR_EVERYONE = (400, "Bad Request: message can't be deleted for everyone")


class Case(WorldCase):
    def rights(self, *rights: str, chat_id: int = GROUP_ID) -> None:
        self.world.promote(ALICE, chat_id, self.world.bot(), rights)

    def made(self, kind: str) -> Chat:
        return self.world.add_group("New", kind)

    async def sent(self, chat_id: int = GROUP_ID) -> dict[str, Any]:
        post = await self.result("sendMessage", chat_id=chat_id, text="x")
        return {"chat_id": chat_id, "message_id": post["message_id"]}


class Pins(Case):
    async def test_without_the_right_nothing_is_pinned_or_taken_down(self) -> None:
        for kind, other in (("group", "can_delete_messages"), ("supergroup", ""), ("channel", "can_post_messages")):
            chat = self.made(kind)
            if other:
                self.rights(other, chat_id=chat.id)
            place = await self.sent(chat.id)
            self.world.pin(chat.posts[place["message_id"]], self.world.person(ALICE))
            for method in ("pinChatMessage", "unpinChatMessage"):
                with self.subTest(kind, method=method):
                    self.assertEqual(await self.error(method, **place), NO_PINS)
            self.assertEqual(await self.error("unpinChatMessage", chat_id=chat.id), NO_PINS)
            self.assertEqual(await self.error("unpinAllChatMessages", chat_id=chat.id), NO_PINS)

    async def test_the_right_is_another_one_in_channels(self) -> None:
        for kind, right in (
            ("group", "can_pin_messages"),
            ("supergroup", "can_pin_messages"),
            ("channel", "can_edit_messages"),
        ):
            with self.subTest(kind):
                chat = self.made(kind)
                self.rights(right, "can_post_messages", chat_id=chat.id)
                place = await self.sent(chat.id)
                self.assertTrue(await self.result("pinChatMessage", **place))
                self.assertTrue(await self.result("unpinChatMessage", **place))

    async def test_the_pins_of_one_topic_are_taken_down(self) -> None:
        chat = self.world.set_forum(GROUP_ID, on=True)
        news = self.world.open_topic(chat, self.world.person(ALICE), "News")
        inside = self.world.say(ALICE, GROUP_ID, "news", topic=news.id)
        outside = self.world.say(ALICE, GROUP_ID, "general")
        for post in (inside, outside):
            self.world.pin(post, self.world.person(ALICE))
        place: dict[str, Any] = {"chat_id": GROUP_ID, "message_thread_id": news.id}
        await self.result("unpinAllForumTopicMessages", **place)
        self.assertEqual(self.world.pins[chat], {outside.message_id})
        await self.result("unpinAllGeneralForumTopicMessages", chat_id=GROUP_ID)
        self.assertEqual(self.world.pins[chat], set())
        wrong = {**place, "message_thread_id": 999}
        self.assertEqual(
            await self.error("unpinAllForumTopicMessages", **wrong), (400, "Bad Request: TOPIC_ID_INVALID")
        )
        self.rights("can_delete_messages")
        self.assertEqual(await self.error("unpinAllForumTopicMessages", **place), NO_PINS)
        self.assertEqual(await self.error("unpinAllGeneralForumTopicMessages", chat_id=GROUP_ID), NO_PINS)
        self.world.set_forum(GROUP_ID, on=False)
        error = await self.error("unpinAllGeneralForumTopicMessages", chat_id=GROUP_ID)
        self.assertEqual(error, (400, "Bad Request: the chat is not a forum"))

    async def test_people_need_the_right_too(self) -> None:
        channel = self.made("channel")
        place = await self.sent(channel.id)
        with self.assertRaisesRegex(Refused, "can_edit_messages"):
            self.world.pin_message(BOB, channel.id, place["message_id"])
        self.world.pin_message(ALICE, channel.id, place["message_id"])
        service = self.world.messages(channel.id)[-1].message_id
        with self.assertRaisesRegex(Refused, "only tells of something"):
            self.world.pin_message(ALICE, channel.id, service)
        self.world.group.profile.permissions -= {"can_pin_messages"}
        post = self.world.say(BOB, GROUP_ID, "x")
        with self.assertRaisesRegex(Refused, "can_pin_messages"):
            self.world.pin_message(BOB, GROUP_ID, post.message_id)
        with self.assertRaisesRegex(Refused, "another person"):
            self.world.pin_message(BOB, ALICE, post.message_id)


class Deletions(Case):
    async def delete(self, chat: Chat, number: int) -> tuple[int, str] | bool:
        answer = await self.call("deleteMessage", chat_id=chat.id, message_id=number)
        return bool(answer.body.get("result")) or (answer.status, answer.body["description"])

    async def test_what_people_say_needs_the_right(self) -> None:
        for kind, words in (("supergroup", KEPT), ("group", KEPT_FOR_EVERYONE)):
            with self.subTest(kind):
                chat = self.made(kind)
                number = self.world.say(BOB, chat.id, "x").message_id
                self.assertEqual(await self.delete(chat, number), words)
                self.rights("can_delete_messages", chat_id=chat.id)
                self.assertIs(await self.delete(chat, number), True)

    async def test_any_administrator_deletes_in_a_basic_group_but_not_in_a_supergroup(self) -> None:
        for kind, outcome in (("group", True), ("supergroup", KEPT)):
            with self.subTest(kind):
                chat = self.made(kind)
                self.rights("can_invite_users", chat_id=chat.id)
                self.assertEqual(await self.delete(chat, self.world.say(BOB, chat.id, "x").message_id), outcome)

    async def test_its_own_it_deletes_for_48_hours(self) -> None:
        for kind, words in (("supergroup", KEPT), ("channel", KEPT), ("group", KEPT_FOR_EVERYONE)):
            with self.subTest(kind):
                chat = self.made(kind)
                young, old = [(await self.sent(chat.id))["message_id"] for _ in range(2)]
                self.clock.advance(DAY)
                self.assertIs(await self.delete(chat, young), True)
                self.clock.advance(DAY + 1)
                self.assertEqual(await self.delete(chat, old), words)

    async def test_in_a_channel_its_own_need_the_right_to_post_and_others_that_to_delete(self) -> None:
        channel = self.made("channel")
        own = (await self.sent(channel.id))["message_id"]
        theirs = self.world.post(channel, self.world.person(ALICE), Draft()).message_id
        self.rights("can_edit_messages", chat_id=channel.id)
        self.assertEqual(await self.delete(channel, own), KEPT)
        self.rights("can_post_messages", chat_id=channel.id)
        self.assertIs(await self.delete(channel, own), True)
        self.assertEqual(await self.delete(channel, theirs), KEPT)
        self.rights("can_delete_messages", chat_id=channel.id)
        self.assertIs(await self.delete(channel, theirs), True)

    async def test_service_messages_need_the_right_and_those_of_a_creation_stay(self) -> None:
        self.rights("can_pin_messages")
        await self.result("pinChatMessage", **await self.sent())
        service = self.world.messages(GROUP_ID)[-1].message_id
        self.assertEqual(await self.delete(self.world.group, service), KEPT)
        self.rights("can_delete_messages")
        self.assertIs(await self.delete(self.world.group, service), True)
        self.world.set_forum(GROUP_ID, on=True)
        topic = self.world.open_topic(self.world.group, self.world.person(ALICE), "News")
        self.assertEqual(await self.delete(self.world.group, topic.id), KEPT)

    async def test_in_private_it_deletes_everything_but_a_dice_of_the_day(self) -> None:
        private = self.world.chat(ALICE)
        self.assertIs(await self.delete(private, self.world.say(ALICE, ALICE, "x").message_id), True)
        dice = (await self.result("sendDice", chat_id=ALICE))["message_id"]
        self.assertEqual(await self.delete(private, dice), KEPT_FOR_EVERYONE)
        self.clock.advance(DAY)
        self.assertIs(await self.delete(private, dice), True)


class Media(Case):
    async def test_each_medium_is_refused_by_its_name(self) -> None:
        here = {"latitude": 1, "longitude": 1}
        poll: dict[str, Any] = {"question": "?", "options": [{"text": "a"}, {"text": "b"}]}
        prices = [{"label": "a", "amount": 1}]
        price = {"title": "T", "description": "D", "payload": "p", "currency": "XTR", "prices": prices}
        cases: list[tuple[str, str, dict[str, Any], str]] = [
            ("Photo", "can_send_photos", {"photo": b"x"}, "photos"),
            ("Video", "can_send_videos", {"video": b"x"}, "videos"),
            ("Animation", "can_send_other_messages", {"animation": b"x"}, "animations"),
            ("Audio", "can_send_audios", {"audio": b"x"}, "audios"),
            ("Voice", "can_send_voice_notes", {"voice": b"x"}, "voice notes"),
            ("VideoNote", "can_send_video_notes", {"video_note": b"x"}, "video notes"),
            ("Document", "can_send_documents", {"document": b"x"}, "documents"),
            ("Sticker", "can_send_other_messages", {"sticker": b"x"}, "stickers"),
            ("Dice", "can_send_other_messages", {}, "dice"),
            ("Poll", "can_send_polls", poll, "polls"),
            ("Contact", "can_send_messages", {"phone_number": "1", "first_name": "B"}, "contacts"),
            ("Location", "can_send_messages", here, "locations"),
            ("Location", "can_send_messages", {**here, "live_period": 60}, "live locations"),
            ("Venue", "can_send_messages", {**here, "title": "T", "address": "A"}, "venues"),
            ("Invoice", "can_send_messages", price, "invoice messages"),
            ("Message", "can_send_messages", {"text": "x"}, "text messages"),
        ]
        for kind, permission, given, words in cases:
            with self.subTest(kind, words=words):
                self.world.restrict(
                    ALICE, GROUP_ID, self.world.bot(), self.world.group.profile.permissions - {permission}
                )
                error = await self.error(f"send{kind}", chat_id=GROUP_ID, **given)
                self.assertEqual(error, (400, f"Bad Request: not enough rights to send {words} to the chat"))
                self.world.restrict(ALICE, GROUP_ID, self.world.bot(), {permission})
                await self.result(f"send{kind}", chat_id=GROUP_ID, **given)

    async def test_copies_and_albums_are_looked_at_too(self) -> None:
        photo = await self.result("sendPhoto", chat_id=ALICE, photo=Upload("a.jpg", "image/jpeg", BytesIO(b"x")))
        self.world.restrict(ALICE, GROUP_ID, self.world.bot(), {"can_send_messages"})
        words = (400, "Bad Request: not enough rights to send photos to the chat")
        source: dict[str, Any] = {"chat_id": GROUP_ID, "from_chat_id": ALICE}
        for method in ("copyMessages", "forwardMessages"):
            self.assertEqual(await self.error(method, **source, message_ids=[photo["message_id"]]), words)
        part = {"type": "photo", "media": photo["photo"][0]["file_id"]}
        self.assertEqual(await self.error("sendMediaGroup", chat_id=GROUP_ID, media=[part, part]), words)


class People(ServerCase):
    async def test_a_person_deletes_what_is_theirs_and_no_bot_hears_of_it(self) -> None:
        post = self.world.say(BOB, GROUP_ID, "x")
        wish = {"person": BOB, "chat": GROUP_ID, "message": post.message_id}
        status, body = await self.post("/sandbox/delete", json={**wish, "person": 3})
        self.assertEqual(
            (status, body["error"]), (400, "Charlie Clark has no right to do this here (can_delete_messages).")
        )
        before = len(await self.result("getUpdates"))
        self.assertEqual(await self.post("/sandbox/delete", json=wish), (200, {}))
        self.assertEqual(self.world.messages(GROUP_ID), [])
        self.assertEqual(len(await self.result("getUpdates")), before)
        self.assertEqual((await self.post("/sandbox/delete", json=wish))[0], 404)

    async def test_the_owner_deletes_anything_but_what_tells_of_a_topic(self) -> None:
        self.world.set_forum(GROUP_ID, on=True)
        number = self.world.say(BOB, GROUP_ID, "x").message_id
        self.world.withdraw(ALICE, GROUP_ID, number)
        topic = self.world.open_topic(self.world.group, self.world.person(ALICE), "News")
        with self.assertRaisesRegex(Refused, "stays as long"):
            self.world.withdraw(ALICE, GROUP_ID, topic.id)
