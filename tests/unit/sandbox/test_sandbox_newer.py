"""What newer versions of the Bot API have: live photos, media in polls, tags, reactions taken away, a bot's photo."""

from typing import Any

from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import WorldCase

ALICE, BOB = 1, 2
POLL: dict[str, Any] = {"chat_id": ALICE, "question": "?"}


class Case(WorldCase):
    def rights(self, *rights: str) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), rights)

    async def refuses(self, words: str, method: str, **given: Any) -> None:
        with self.subTest(words):
            self.assertEqual(await self.error(method, **given), (400, f"Bad Request: {words}"))


class LivePhotos(Case):
    async def test_it_is_a_film_with_a_picture_and_older_clients_see_the_picture(self) -> None:
        sent = await self.result("sendLivePhoto", chat_id=ALICE, live_photo=b"film", photo=b"picture", duration=3)
        self.assertEqual((sent["live_photo"]["duration"], sent["live_photo"]["photo"]), (3, sent["photo"]))
        for file, content in ((sent["live_photo"], b"film"), (sent["photo"][0], b"picture")):
            path = self.world.files.content((await self.result("getFile", file_id=file["file_id"]))["file_path"])
            self.assertEqual(path and path.read_bytes(), content)

    async def test_it_needs_both_and_no_address(self) -> None:
        await self.refuses("there is no photo in the request", "sendLivePhoto", chat_id=ALICE, live_photo=b"x")
        await self.refuses("there is no live photo in the request", "sendLivePhoto", chat_id=ALICE, photo=b"x")
        words = "wrong remote file identifier specified: can't unserialize it"
        given = {"live_photo": "https://example.org/a.mp4", "photo": b"x"}
        await self.refuses(words, "sendLivePhoto", chat_id=ALICE, **given)


class PollMedia(Case):
    async def test_options_and_description_show_files_places_and_links(self) -> None:
        options: list[dict[str, Any]] = [
            {"text": "a", "media": {"type": "photo", "media": "attach://one"}},
            {"text": "b", "media": {"type": "link", "url": "https://example.org/x"}},
            {"text": "c"},
        ]
        media: dict[str, Any] = {"type": "animation", "media": "attach://one"}
        poll = (await self.result("sendPoll", **POLL, options=options, media=media, one=b"1"))["poll"]
        self.assertEqual([list(option.get("media", {})) for option in poll["options"]], [["photo"], ["link"], []])
        self.assertEqual(list(poll["media"]), ["animation"])
        self.world.vote(ALICE, ALICE, 1, [0])
        told = self.world.bot().queue.take(0, 10, self.clock.now())[-1]["poll"]
        self.assertEqual(("media" in told, "media" in told["options"][0]), (False, True))

    async def test_of_a_quiz_the_explanation_has_one(self) -> None:
        place = {"type": "location", "latitude": 1, "longitude": 2}
        quiz: dict[str, Any] = {"type": "quiz", "correct_option_ids": [0], "explanation_media": place}
        poll = (await self.result("sendPoll", **POLL, options=["a", "b"], **quiz))["poll"]
        self.assertEqual(poll["explanation_media"]["location"]["longitude"], 2)

    async def test_what_is_no_medium_of_a_poll_is_refused(self) -> None:
        for media, words in (
            ("{", "can't parse input poll media JSON object"),
            ([1], "can't parse InputPollMedia: expected an Object"),
            ({}, "can't parse InputPollMedia: Can't find field \"type\""),
            ({"type": "sticker", "media": "x"}, 'can\'t parse InputPollMedia: type "sticker" is not supported'),
            ({"type": "photo"}, "can't parse InputPollMedia: media not found"),
            ({"type": "photo", "media": "x"}, "invalid file_id"),
        ):
            await self.refuses(words, "sendPoll", **POLL, options=["a"], media=media)
        for media, words in (
            ({"type": "audio", "media": "x"}, 'can\'t parse InputPollMedia: type "audio" is not supported'),
            ({"type": "link", "url": "nonsense"}, "wrong HTTP URL specified"),
        ):
            await self.refuses(words, "sendPoll", **POLL, options=[{"text": "a", "media": media}])


class Tags(Case):
    BOB: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB}

    async def test_a_tag_stands_beside_the_name_and_outlives_a_restriction(self) -> None:
        self.rights("can_manage_tags", "can_restrict_members")
        await self.result("setChatMemberTag", **self.BOB, tag=" Guest ")
        self.assertEqual((await self.result("getChatMember", **self.BOB))["tag"], "Guest")
        self.assertEqual(self.world.say(BOB, GROUP_ID, "x").to_json()["sender_tag"], "Guest")
        await self.result("restrictChatMember", **self.BOB, permissions={"can_send_messages": True})
        self.assertEqual((await self.result("getChatMember", **self.BOB))["tag"], "Guest")
        await self.result("setChatMemberTag", **self.BOB)
        self.assertNotIn("tag", await self.result("getChatMember", **self.BOB))

    async def test_an_administrators_title_stands_there_too(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.person(BOB), {"can_invite_users"}, "Host")
        self.assertEqual(self.world.say(BOB, GROUP_ID, "x").to_json()["sender_tag"], "Host")
        self.assertNotIn("sender_tag", self.world.say(ALICE, GROUP_ID, "x").to_json())

    async def test_what_is_refused(self) -> None:
        await self.refuses("not enough rights to manage tags of members", "setChatMemberTag", **self.BOB, tag="x")
        self.rights("can_manage_tags")
        owner = {**self.BOB, "user_id": ALICE}
        await self.refuses("user is an administrator of the chat", "setChatMemberTag", **owner, tag="x")
        await self.refuses("TAG_INVALID", "setChatMemberTag", **self.BOB, tag="x" * 17)
        await self.refuses("TAG_EMOJI_NOT_ALLOWED", "setChatMemberTag", **self.BOB, tag="😀")
        self.world.leave(self.world.group, self.world.person(BOB))
        await self.refuses("member not found", "setChatMemberTag", **self.BOB, tag="x")


class Reactions(Case):
    async def test_those_of_one_person_go_from_one_message_or_from_all(self) -> None:
        self.rights("can_delete_messages")
        posts = [self.world.say(ALICE, GROUP_ID, text) for text in "ab"]
        for post in posts:
            for person in (ALICE, BOB):
                self.world.give_reaction(person, GROUP_ID, post.message_id, "👍")
        place: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB}
        await self.result("deleteMessageReaction", **place, message_id=posts[0].message_id)
        self.assertEqual([len(post.reactions) for post in posts], [1, 2])
        await self.refuses("REACTION_EMPTY", "deleteMessageReaction", **place, message_id=posts[0].message_id)
        await self.result("deleteAllMessageReactions", **place)
        self.assertEqual([len(post.reactions) for post in posts], [1, 1])

    async def test_what_is_refused(self) -> None:
        number = self.world.say(BOB, GROUP_ID, "x").message_id
        place: dict[str, Any] = {"chat_id": GROUP_ID, "message_id": number}
        await self.refuses("not enough rights to delete reactions", "deleteMessageReaction", **place, user_id=BOB)
        await self.refuses("chat not found", "deleteMessageReaction", **place, actor_chat_id=5)
        self.rights("can_delete_messages")
        await self.refuses("message not found", "deleteMessageReaction", chat_id=GROUP_ID, message_id=99, user_id=BOB)
        private = {"chat_id": BOB, "user_id": BOB}
        await self.refuses(
            "method is available for group and supergroup chats only", "deleteAllMessageReactions", **private
        )


class Photos(Case):
    async def test_a_bot_has_the_photo_that_it_set_until_it_takes_it_away(self) -> None:
        me: dict[str, Any] = {"user_id": self.world.bot().user_id}
        await self.result("setMyProfilePhoto", photo={"type": "static", "photo": "attach://a"}, a=b"face")
        ((size,),) = (await self.result("getUserProfilePhotos", **me))["photos"]
        self.assertEqual(size["file_size"], 4)
        self.assertEqual((await self.result("getUserProfilePhotos", **me, offset=1))["photos"], [])
        await self.result("setMyProfilePhoto", photo={"type": "animated", "animation": "attach://a"}, a=b"a film")
        self.assertEqual((await self.result("getUserProfilePhotos", **me))["photos"][0][0]["file_size"], 6)
        await self.result("removeMyProfilePhoto")
        self.assertEqual((await self.result("getUserProfilePhotos", **me))["total_count"], 0)

    async def test_what_is_no_new_photo_is_refused(self) -> None:
        for photo, words in (
            ("{", "can't parse input profile photo JSON object"),
            ("1", "can't parse InputProfilePhoto: expected an Object"),
            ({}, "can't parse InputProfilePhoto: Can't find field \"type\""),
            ({"type": "round"}, 'can\'t parse InputProfilePhoto: type "round" is not supported'),
            ({"type": "static", "photo": "https://example.org/a.jpg"}, "photo must be uploaded as a file"),
            ({"type": "static", "photo": "attach://a"}, "can't find the file attach://a in the request"),
        ):
            await self.refuses(words, "setMyProfilePhoto", photo=photo)
