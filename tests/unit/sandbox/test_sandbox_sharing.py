"""What people do with messages: send anything, change what they wrote, react, forward, press keys."""

from io import BytesIO
from typing import Any

from sandbox import contents
from sandbox.bots import Bot
from sandbox.chats import Draft
from sandbox.entities.formatted import from_plain
from sandbox.errors import Refused
from sandbox.files import Upload
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import TOKEN, WorldCase


class PeopleCase(WorldCase):
    async def updates(self, token: str = TOKEN) -> list[dict[str, Any]]:
        """The updates since the last time, from the queue itself: with a clock that stands still a poll is held."""
        queue = self.world.bot(token).queue
        found = [dict(update) for update in queue.take(0, 100, self.clock.now())]
        for update in found:
            queue.forget(update.pop("update_id"))
        return found

    async def update(self) -> dict[str, Any]:
        (update,) = await self.updates()
        return update

    def refuses(self, sentence: str) -> Any:
        return self.assertRaisesRegex(Refused, sentence)

    def upload(self, content: bytes = b"x", name: str = "a.png", content_type: str = "image/png") -> Upload:
        return Upload(name, content_type, BytesIO(content))


class Sent(PeopleCase):
    async def test_files_of_every_kind_come_with_their_caption_and_can_be_downloaded(self) -> None:
        for token in ("77:x", TOKEN):
            await self.call("getMe", token)
        for kind in ("photo", "document", "video", "audio", "voice", "animation", "video_note", "sticker"):
            with self.subTest(kind):
                caption = "" if kind in {"video_note", "sticker"} else "look"
                draft = contents.file(self.world.files, kind, self.upload(), caption)
                self.world.share(1, GROUP_ID, draft)
                message = (await self.update())["message"]
                self.assertEqual(message.get("caption", ""), caption)
                sent = message[kind][-1] if kind == "photo" else message[kind]
                for token in (TOKEN, "77:x"):
                    found = await self.result("getFile", token, file_id=sent["file_id"])
                    self.assertEqual(found["file_size"], 1)
                again = await self.result("sendDocument", chat_id=1, document=sent["file_id"])
                self.assertEqual(again["document"]["file_id"], sent["file_id"])

    async def test_an_album_is_one_and_has_two_parts_at_least(self) -> None:
        parts = [contents.file(self.world.files, "photo", self.upload()) for _ in range(2)]
        self.world.share_album(1, 1, parts)
        groups = {update["message"]["media_group_id"] for update in await self.updates()}
        self.assertEqual(len(groups), 1)
        with self.refuses("An album has two to ten files"):
            self.world.share_album(1, 1, parts[:1])

    async def test_places_contacts_and_dice_are_sent(self) -> None:
        person = self.world.person(3)
        self.world.share(3, 3, contents.location(1, 2, live_period=60))
        self.world.share(3, 3, contents.own_contact(person))
        self.world.share(3, 3, contents.dice("🎯"))
        place, contact, dice = (update["message"] for update in await self.updates())
        self.assertEqual(place["location"], {"latitude": 1.0, "longitude": 2.0, "live_period": 60})
        self.assertEqual((contact["contact"]["user_id"], contact["contact"]["last_name"]), (3, "Clark"))
        self.assertIn(dice["dice"]["value"], range(1, 7))
        with self.refuses("There is no dice"):
            contents.dice("x")

    async def test_a_poll_of_a_person_is_told_when_it_is_closed(self) -> None:
        post = self.world.ask(1, GROUP_ID, "Tea?", ["Yes", "No"], is_anonymous=False)
        self.assertEqual((await self.update())["message"]["poll"]["question"], "Tea?")
        self.world.vote(2, GROUP_ID, post.message_id, [0])
        self.assertEqual(await self.updates(), [])
        with self.refuses("Only who made a poll"):
            self.world.stop_poll(2, GROUP_ID, post.message_id)
        self.world.stop_poll(1, GROUP_ID, post.message_id)
        poll = (await self.update())["poll"]
        self.assertEqual((poll["is_closed"], poll["options"][0]["voter_count"]), (True, 1))
        quiz = self.world.ask(1, GROUP_ID, "1+1?", ["2", "3"], correct=[0])
        self.assertNotIn("correct_option_ids", (await self.update())["message"]["poll"])
        copy = await self.error("copyMessage", chat_id=1, from_chat_id=GROUP_ID, message_id=quiz.message_id)
        self.assertEqual(copy[1], "Bad Request: the message can't be copied")

    async def test_where_a_person_may_not_write_nothing_is_sent(self) -> None:
        channel = self.world.add_group("News", "channel").id
        self.world.block(2)
        for person, chat, sentence in (
            (1, 2, "cannot write in another person's private chat"),
            (2, 2, "has blocked this bot"),
            (3, channel, "may not post in this channel"),
        ):
            with self.subTest(sentence), self.refuses(sentence):
                self.world.share(person, chat, contents.dice())


class Changed(PeopleCase):
    async def test_a_person_changes_a_text_and_a_caption_of_their_own(self) -> None:
        said = self.world.say(1, GROUP_ID, "one")
        shown = self.world.share(1, GROUP_ID, contents.file(self.world.files, "photo", self.upload(), "one"))
        await self.updates()
        self.world.rewrite(1, GROUP_ID, said.message_id, "two /start")
        edited = (await self.update())["edited_message"]
        self.assertEqual((edited["message_id"], edited["text"], edited["entities"][0]["type"]),
                         (said.message_id, "two /start", "bot_command"))  # fmt: skip
        self.assertTrue(edited["edit_date"])
        self.world.rewrite(1, GROUP_ID, shown.message_id, "")
        self.assertNotIn("caption", (await self.update())["edited_message"])

    async def test_nothing_else_is_changed(self) -> None:
        said = self.world.say(1, GROUP_ID, "one").message_id
        sticker = self.world.share(1, GROUP_ID, contents.file(self.world.files, "sticker", self.upload())).message_id
        by_bot = (await self.result("sendMessage", chat_id=GROUP_ID, text="x"))["message_id"]
        for person, number, text, sentence in (
            (2, said, "x", "only what they wrote themselves"),
            (1, by_bot, "y", "only what they wrote themselves"),
            (1, said, "one", "says already"),
            (1, said, " ", "between 1 and 4096"),
            (1, sticker, "x", "no text in this message"),
        ):
            with self.subTest(sentence), self.refuses(sentence):
                self.world.rewrite(person, GROUP_ID, number, text)


class Reactions(PeopleCase):
    def hear(self, *kinds: str) -> None:
        self.world.bot().allowed_types = frozenset(kinds)

    async def test_a_bot_that_asks_for_it_hears_of_reactions_in_a_private_chat(self) -> None:
        number = (await self.result("sendMessage", chat_id=1, text="x"))["message_id"]
        self.world.give_reaction(1, 1, number, "👍")
        self.assertEqual(await self.updates(), [])
        self.hear("message_reaction")
        for emoji, old, new in (("❤", ["👍"], ["❤"]), ("", ["❤"], [])):
            self.world.give_reaction(1, 1, number, emoji)
            told = (await self.update())["message_reaction"]
            self.assertEqual((told["user"]["id"], told["message_id"]), (1, number))
            shown = [[one["emoji"] for one in told[name]] for name in ("old_reaction", "new_reaction")]
            self.assertEqual(shown, [old, new])
        self.world.give_reaction(1, 1, number, "")
        self.assertEqual(await self.updates(), [])
        with self.refuses("is no reaction"):
            self.world.give_reaction(1, 1, number, "x")

    async def test_in_a_group_only_an_administrator_hears_of_them(self) -> None:
        self.hear("message_reaction")
        number = self.world.say(1, GROUP_ID, "x").message_id
        self.world.give_reaction(2, GROUP_ID, number, "👍")
        self.assertEqual(await self.updates(), [])

    async def test_in_a_channel_they_are_counted(self) -> None:
        channel = self.world.add_group("News", "channel").id
        number = (await self.result("sendMessage", chat_id=channel, text="x"))["message_id"]
        self.hear("message_reaction_count", "message_reaction")
        for person in (1, 2):
            self.world.give_reaction(person, channel, number, "👍")
        told = (await self.updates())[-1]["message_reaction_count"]
        self.assertEqual(told["reactions"], [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 2}])


class Forwarded(PeopleCase):
    async def test_a_message_comes_with_its_origin(self) -> None:
        channel = self.world.add_group("News", "channel").id
        await self.updates()
        posted = (await self.result("sendMessage", chat_id=channel, text="news"))["message_id"]
        self.world.forward(1, channel, [posted], 1)
        message = (await self.update())["message"]
        self.assertEqual((message["text"], message["from"]["id"], message["forward_origin"]["type"]),
                         ("news", 1, "channel"))  # fmt: skip

    async def test_an_album_is_a_new_album_and_one_part_of_it_is_none(self) -> None:
        parts = self.world.share_album(1, 1, [Draft(from_plain(text)) for text in "ab"])
        old, numbers = parts[0].extra["media_group_id"], [part.message_id for part in parts]
        albums = {post.extra["media_group_id"] for post in self.world.forward(1, 1, numbers, GROUP_ID)}
        self.assertEqual(len(albums), 1)
        self.assertNotIn(old, albums)
        self.assertNotIn("media_group_id", self.world.forward(1, 1, numbers[:1], GROUP_ID)[0].extra)
        where: dict[str, Any] = {"chat_id": GROUP_ID, "from_chat_id": 1}
        for method in ("copyMessages", "forwardMessages"):
            sent = await self.result(method, message_ids=numbers, **where)
            again = {self.world.chat(GROUP_ID).posts[one["message_id"]].extra["media_group_id"] for one in sent}
            self.assertEqual(len(again), 1)
            self.assertTrue(again.isdisjoint({old, *albums}))
            albums |= again
        self.assertNotIn("media_group_id", await self.result("forwardMessage", message_id=numbers[0], **where))

    async def test_none_is_forwarded_where_one_cannot_be(self) -> None:
        number = self.world.say(1, 1, "x").message_id
        with self.refuses("no message 99"):
            self.world.forward(1, 1, [number, 99], GROUP_ID)
        with self.refuses("1 to 100"):
            self.world.forward(1, 1, [], GROUP_ID)
        self.assertEqual(self.world.messages(GROUP_ID), [])

    async def test_protected_ones_and_service_messages_stay(self) -> None:
        secret = await self.result("sendMessage", chat_id=1, text="x", protect_content=True)
        await self.result("pinChatMessage", chat_id=1, message_id=secret["message_id"])
        for number in (secret["message_id"], secret["message_id"] + 1):
            with self.refuses("cannot be forwarded"):
                self.world.forward(1, 1, [number], GROUP_ID)
        with self.refuses("another person's private chat"):
            self.world.forward(2, 1, [secret["message_id"]], GROUP_ID)


class Keys(PeopleCase):
    async def show(self, keyboard: dict[str, Any], chat_id: int = 1, text: str = "Choose", **more: Any) -> int:
        sent = await self.result("sendMessage", chat_id=chat_id, text=text, reply_markup=keyboard, **more)
        return int(sent["message_id"])

    def keyboard(self, person_id: int = 1, chat_id: int = 1) -> Any:
        found = self.world.keyboard_of(self.world.person(person_id), self.world.chat(chat_id))
        return found and found.keyboard

    async def test_a_key_sends_its_words(self) -> None:
        number = await self.show({"keyboard": [["Yes", "No"]]}, GROUP_ID)
        self.world.press_key(2, GROUP_ID, "No")
        message = (await self.update())["message"]
        self.assertEqual((message["text"], message["from"]["id"], message["reply_to_message"]["message_id"]),
                         ("No", 2, number))  # fmt: skip
        await self.show({"keyboard": [["/start"]]})
        self.world.press_key(1, 1, "/start")
        message = (await self.update())["message"]
        self.assertEqual(message["entities"][0]["type"], "bot_command")
        self.assertNotIn("reply_to_message", message)

    async def test_some_keys_send_a_contact_or_a_place(self) -> None:
        row = [{"text": "Me", "request_contact": True}, {"text": "Here", "request_location": True},
               {"text": "Ask", "request_poll": {}}]  # fmt: skip
        number = await self.show({"keyboard": [row]})
        self.world.press_key(1, 1, "Me")
        self.world.press_key(1, 1, "Here")
        contact, place = (update["message"] for update in await self.updates())
        self.assertEqual((contact["contact"]["user_id"], contact["reply_to_message"]["message_id"]), (1, number))
        self.assertIn("latitude", place["location"])
        with self.refuses("This key asks for a poll, which /sandbox/send sends"):
            self.world.press_key(1, 1, "Ask")

    async def test_a_key_that_asks_for_users_gets_those_that_fit(self) -> None:
        asked = {"request_id": 7, "max_quantity": 2, "user_is_bot": False, "request_name": True}
        row = [{"text": "Who", "request_users": asked},
               {"text": "Bot", "request_users": {"request_id": 8, "user_is_bot": True, "request_username": True}},
               {"text": "Rich", "request_users": {"request_id": 9, "user_is_premium": True}}]  # fmt: skip
        await self.show({"keyboard": [row]})
        self.world.share_users(1, 1, "Who", [2, 3])
        bot = self.world.bot().user_id
        self.world.share_users(1, 1, "Bot", [bot])
        people, bots = (update["message"]["users_shared"] for update in await self.updates())
        charlie = {"user_id": 3, "first_name": "Charlie", "last_name": "Clark"}
        self.assertEqual(people, {"request_id": 7, "users": [{"user_id": 2, "first_name": "Bob"}, charlie]})
        self.assertEqual(bots, {"request_id": 8, "users": [{"user_id": bot, "username": "sandbox_bot"}]})
        for text, users, words in (
            ("Who", [], "asks for 1 to 2 users"),
            ("Who", [1, 1], "asks for 1 to 2 users"),
            ("Who", [1, 2, 3], "asks for 1 to 2 users"),
            ("Who", [bot], "asks for people only"),
            ("Bot", [2], "asks for bots only"),
            ("Bot", [1, 2], "asks for one user"),
            ("Rich", [2], "nobody here has it"),
            ("Who", [99], "no such users"),
            ("Nobody", [2], "sees no key"),
        ):
            with self.subTest(words=words, users=users), self.refuses(words):
                self.world.share_users(1, 1, text, users)

    async def test_a_key_that_asks_for_a_chat_gets_one_that_fits(self) -> None:
        await self.call("getMe")
        channel = self.world.add_group("News", "channel", 1).id
        bobs = self.world.add_group("Bob's", "supergroup", 2).id
        private = self.world.add_group("Closed", "supergroup", 2, [self.world.person(2)]).id
        rights = {"can_restrict_members": True, "is_anonymous": False}
        wishes: dict[str, dict[str, Any]] = {
            "Group": {"request_title": True, "request_username": True}, "Channel": {"chat_is_channel": True},
            "Forum": {"chat_is_forum": True}, "Named": {"chat_has_username": True}, "Own": {"chat_is_created": True},
            "Mine": {"user_administrator_rights": rights}, "Strong": {"bot_administrator_rights": rights},
            "With": {"bot_is_member": True},
        }  # fmt: skip
        keys = [{"text": text, "request_chat": {"request_id": 1, "chat_is_channel": False, **wish}}
                for text, wish in wishes.items()]  # fmt: skip
        await self.show({"keyboard": [keys]})
        self.world.share_chat(1, 1, "Group", GROUP_ID)
        self.world.share_chat(1, 1, "Channel", channel)
        group, news = (update["message"]["chat_shared"] for update in (await self.updates())[-2:])
        title = self.world.group_chat(GROUP_ID).title
        self.assertEqual(group, {"request_id": 1, "chat_id": GROUP_ID, "title": title})
        self.assertEqual(news, {"request_id": 1, "chat_id": channel})
        for text, chat, words in (
            ("Group", channel, "asks for a group"),
            ("Channel", GROUP_ID, "asks for a channel"),
            ("Forum", GROUP_ID, "asks for a forum"),
            ("Named", GROUP_ID, "asks for a chat with a public name"),
            ("Own", bobs, "asks for a chat that one owns"),
            ("Mine", bobs, "in which one has more rights"),
            ("Strong", GROUP_ID, "in which the bot has more rights"),
            ("Group", private, "Alice is not in this chat"),
        ):
            with self.subTest(text=text, words=words), self.refuses(words):
                self.world.share_chat(1, 1, text, chat)
        with self.refuses("does not ask for that"):
            self.world.share_users(1, 1, "Group", [2])

    async def test_keys_keep_a_style_that_there_is(self) -> None:
        row = [{"text": "a", "style": "danger"}, {"text": "b", "style": "loud"}]
        await self.show({"keyboard": [row]})
        self.assertEqual(self.keyboard()["keyboard"], [[{"text": "a", "style": "danger"}, {"text": "b"}]])

    async def test_the_newest_keyboard_counts_until_it_is_taken_away_or_deleted(self) -> None:
        self.assertIsNone(self.keyboard())
        await self.show({"keyboard": [["a"]]})
        newest = await self.show({"keyboard": [["b"]]})
        with self.refuses("Alice sees no key 'a'"):
            self.world.press_key(1, 1, "a")
        await self.result("deleteMessage", chat_id=1, message_id=newest)
        self.assertEqual(self.keyboard()["keyboard"], [[{"text": "a"}]])
        await self.show({"remove_keyboard": True})
        self.assertIsNone(self.keyboard())
        await self.show({"force_reply": True})
        self.assertEqual(self.keyboard(), {"force_reply": True})

    async def test_a_selective_one_is_for_those_who_are_mentioned_or_answered(self) -> None:
        selective = {"keyboard": [["a"]], "selective": True}
        await self.show(selective, GROUP_ID, "@Bob choose")
        self.assertEqual([bool(self.keyboard(person, GROUP_ID)) for person in (1, 2, 3)], [False, True, False])
        await self.show(selective, GROUP_ID, "[you](tg://user?id=4)", parse_mode="Markdown")
        self.assertTrue(self.keyboard(4, GROUP_ID))
        said = self.world.say(3, GROUP_ID, "x").message_id
        await self.show(selective, GROUP_ID, reply_to_message_id=said)
        self.assertEqual([bool(self.keyboard(person, GROUP_ID)) for person in (1, 3)], [False, True])


class Unseen(PeopleCase):
    async def test_a_bot_does_not_have_what_was_sent_to_another_only(self) -> None:
        other: Bot = self.world.bot_calls("77:x")
        stored = contents.file(self.world.files, "document", self.upload()).media
        assert stored
        self.world.share(1, 1, Draft(media=stored), other.token)
        self.assertEqual(await self.updates(), [])
        self.assertEqual(len(await self.updates("77:x")), 1)
