"""What all methods that send have in common: how a message is sent, what it answers, and the keyboards."""

from typing import Any

import telegram

from sandbox.files import PHOTO_SIDE
from sandbox.views import post_json
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

PICTURE = "https://example.com/a.jpg"


class Options(WorldCase):
    async def test_protected_content_and_effects_are_told(self) -> None:
        sent = await self.result("sendMessage", chat_id=1, text="x", protect_content=True, message_effect_id="5104")
        self.assertEqual((sent["has_protected_content"], sent["effect_id"]), (True, "5104"))
        plain = await self.result("sendPhoto", chat_id=1, photo=PICTURE, message_effect_id="")
        self.assertEqual({"has_protected_content", "effect_id"} & plain.keys(), set())
        refused = await self.error("sendMessage", chat_id=GROUP_ID, text="x", message_effect_id="5104")
        self.assertEqual(refused, (400, "Bad Request: can't use message effects in the chat"))

    async def test_a_silent_message_is_one_for_those_who_look(self) -> None:
        await self.result("sendMessage", chat_id=1, text="x", disable_notification="true")
        await self.result("sendMessage", chat_id=1, text="y")
        silent, loud = (post_json(post) for post in self.world.messages(1))
        self.assertEqual((silent["silent"], "silent" in loud), (True, False))

    async def test_previews_of_links_are_kept_and_changed(self) -> None:
        more: dict[str, Any] = {"chat_id": 1, "text": "x"}
        shown = {"url": "https://example.com/", "show_above_text": True, "prefer_small_media": False}
        sent = await self.result("sendMessage", **more, link_preview_options=shown)
        self.assertEqual(sent["link_preview_options"], {"url": "https://example.com/", "show_above_text": True})
        edited = await self.result("editMessageText", **more, message_id=sent["message_id"],
                                   link_preview_options={"is_disabled": True})  # fmt: skip
        self.assertEqual(edited["link_preview_options"], {"is_disabled": True})
        bare = await self.result("editMessageText", **more, message_id=sent["message_id"])
        self.assertNotIn("link_preview_options", bare)
        old = await self.result("sendMessage", **more, disable_web_page_preview=True)
        self.assertEqual(old["link_preview_options"], {"is_disabled": True})
        for wrong, words in {
            "{": "can't parse link preview options JSON object",
            "[]": "object expected as link preview options",
            '{"is_disabled": 1}': 'field "is_disabled" must be of type Boolean',
        }.items():
            with self.subTest(wrong):
                error = await self.error("sendMessage", **more, link_preview_options=wrong)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_a_caption_may_stand_above_and_media_be_hidden(self) -> None:
        photo = await self.result("sendPhoto", chat_id=1, photo=PICTURE, caption="a", show_caption_above_media=True,
                                  has_spoiler=True)  # fmt: skip
        self.assertEqual((photo["show_caption_above_media"], photo["has_media_spoiler"]), (True, True))
        edit: dict[str, Any] = {"chat_id": 1, "message_id": photo["message_id"], "caption": "a"}
        below = await self.result("editMessageCaption", **edit)
        self.assertNotIn("show_caption_above_media", below)
        self.assertTrue(below["has_media_spoiler"])
        above = await self.result("editMessageCaption", **edit, show_caption_above_media=True)
        self.assertTrue(above["show_caption_above_media"])
        _, words = await self.error("editMessageCaption", **edit, show_caption_above_media=True)
        self.assertTrue(words.startswith("Bad Request: message is not modified"), words)
        voice = await self.result("sendVoice", chat_id=1, voice=b"x", show_caption_above_media=True)
        self.assertNotIn("show_caption_above_media", voice)


class Replies(WorldCase):
    async def reply(self, **parameters: Any) -> Any:
        return await self.result("sendMessage", chat_id=1, text="x", reply_parameters=parameters)

    async def refused(self, wish: Any, words: str) -> None:
        error = await self.error("sendMessage", chat_id=1, text="x", reply_parameters=wish)
        self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_a_part_is_quoted_where_it_stands_or_nearest_to_what_was_said(self) -> None:
        said = self.world.say(1, 1, "😀 one two one").message_id
        self.assertEqual((await self.reply(message_id=said, quote="one"))["quote"],
                         {"text": "one", "position": 3, "is_manual": True})  # fmt: skip
        late = await self.reply(message_id=said, quote="<b>one</b>", quote_parse_mode="HTML", quote_position=10)
        bold = [{"type": "bold", "offset": 0, "length": 3}]
        self.assertEqual(late["quote"], {"text": "one", "entities": bold, "position": 11, "is_manual": True})
        self.assertEqual(late["reply_to_message"]["message_id"], said)
        await self.refused({"message_id": said, "quote": "three"}, "QUOTE_TEXT_INVALID")

    async def test_what_is_gone_can_be_answered_only_where_that_is_allowed(self) -> None:
        await self.refused({"message_id": 9}, "message to be replied not found")
        sent = await self.reply(message_id=9, allow_sending_without_reply=True, quote="x")
        self.assertEqual({"reply_to_message", "quote"} & sent.keys(), set())
        self.assertNotIn("reply_to_message", await self.reply())

    async def test_a_message_in_another_chat_is_told_of(self) -> None:
        photo = await self.result("sendPhoto", chat_id=GROUP_ID, photo=PICTURE, caption="look here")
        sent = await self.reply(message_id=photo["message_id"], chat_id=GROUP_ID, quote="here")
        other = sent["external_reply"]
        self.assertEqual((other["chat"]["id"], other["message_id"], other["photo"][0]["width"]),
                         (GROUP_ID, photo["message_id"], PHOTO_SIDE))  # fmt: skip
        self.assertEqual((other["origin"]["type"], sent["quote"]["position"]), ("user", 5))
        self.assertNotIn("reply_to_message", sent)
        await self.refused({"message_id": 1, "chat_id": 99}, "chat not found")

    async def test_what_is_no_reply_is_refused_in_the_real_servers_words(self) -> None:
        for wish, words in (
            ("{", "can't parse reply parameters JSON object"),
            ([1], "object expected as reply parameters"),
            ({"quote": "x"}, 'can\'t find field "message_id"'),
            ({"message_id": "x"}, 'field "message_id" must be of type Number'),
            ({"message_id": 1, "allow_sending_without_reply": 1},
             'field "allow_sending_without_reply" must be of type Boolean'),
            ({"message_id": 1, "quote": "<b>x", "quote_parse_mode": "HTML"},
             'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ):  # fmt: skip
            with self.subTest(words):
                await self.refused(wish, words)


class Keyboards(ServerCase):
    def last(self, chat_id: int = 1) -> Any:
        return self.world.messages(chat_id)[-1].keyboard

    async def test_keyboards_under_the_text_field_are_kept_for_those_who_look(self) -> None:
        contact = telegram.KeyboardButton("My number", request_contact=True)
        poll = telegram.KeyboardButton("Ask", request_poll=telegram.KeyboardButtonPollType("quiz"))
        rows: list[list[str | telegram.KeyboardButton]] = [["Yes", "No"], [contact], [poll], [""], []]
        keyboard = telegram.ReplyKeyboardMarkup(rows, resize_keyboard=True, input_field_placeholder="Choose")
        sent = await self.bot.send_message(1, "x", reply_markup=keyboard)
        self.assertIsNone(sent.reply_markup)
        self.assertEqual(self.last(), {
            "keyboard": [[{"text": "Yes"}, {"text": "No"}], [{"text": "My number", "request_contact": True}],
                         [{"text": "Ask", "request_poll": {"type": "quiz"}}]],
            "resize_keyboard": True, "input_field_placeholder": "Choose",
        })  # fmt: skip
        await self.bot.send_photo(1, b"x", reply_markup=telegram.ReplyKeyboardRemove(selective=True))
        self.assertEqual(self.last(), {"remove_keyboard": True, "selective": True})
        await self.bot.send_message(1, "x", reply_markup=telegram.ForceReply(input_field_placeholder="Name"))
        self.assertEqual(self.last(), {"force_reply": True, "input_field_placeholder": "Name"})
        _, body = await self.get("/sandbox/chats/1/messages")
        self.assertEqual(body["messages"][-1]["keyboard"], self.last())

    async def test_wrong_ones_are_refused_in_the_real_servers_words(self) -> None:
        one = "can't parse keyboard button: "
        for markup, words in (
            ({"keyboard": 1}, 'field "keyboard" must be of type Array'),
            ({"keyboard": ["a"]}, 'field "keyboard" must be an Array of Arrays'),
            ({"keyboard": [[1]]}, f"{one}KeyboardButton must be a String or an Object"),
            ({"keyboard": [[{}]]}, f'{one}Can\'t find field "text"'),
            ({"keyboard": [[{"text": "a", "request_contact": 1}]]},
             f'{one}Field "request_contact" must be of type Boolean'),
            ({"keyboard": [[{"text": "a", "request_users": {}}]]}, f'{one}Can\'t find field "request_id"'),
            ({"keyboard": [[{"text": "a", "web_app": {"url": "http://a.de"}}]]},
             "keyboard button Web App URL 'http://a.de' is invalid: Only HTTPS links are allowed"),
            ({"keyboard": [["a"]], "one_time_keyboard": 1}, 'field "one_time_keyboard" must be of type Boolean'),
            ({"remove_keyboard": "yes"}, 'field "remove_keyboard" must be of type Boolean'),
            ({"inline_keyboard": ["a"]},
             'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        ):  # fmt: skip
            with self.subTest(words):
                error = await self.error("sendMessage", chat_id=1, text="x", reply_markup=markup)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_where_they_may_not_be_they_are_refused(self) -> None:
        channel = self.world.add_group("News", "channel").id
        sent = await self.result("sendMessage", chat_id=1, text="x")
        keyboard = {"keyboard": [["a"]]}
        expected = (400, "Bad Request: inline keyboard expected")
        self.assertEqual(await self.error("sendMessage", chat_id=channel, text="x", reply_markup=keyboard), expected)
        edit: dict[str, Any] = {"chat_id": 1, "message_id": sent["message_id"], "reply_markup": keyboard}
        self.assertEqual(await self.error("editMessageReplyMarkup", **edit), expected)
        self.assertEqual(await self.error("editMessageText", text="y", **edit), expected)
        for name, words in {"request_contact": "phone number", "request_location": "location"}.items():
            asking = {"keyboard": [[{"text": "a", name: True}]]}
            error = await self.error("sendMessage", chat_id=GROUP_ID, text="x", reply_markup=asking)
            self.assertEqual(error, (400, f"Bad Request: {words} can be requested in private chats only"))


class Kinds(ServerCase):
    async def test_stickers_and_video_notes_are_sent_without_captions_or_names(self) -> None:
        sticker = await self.bot.send_sticker(1, b"x", emoji="😀")
        assert sticker.sticker
        self.assertEqual((sticker.sticker.emoji, sticker.sticker.type, sticker.sticker.width), ("😀", "regular", 512))
        note = await self.bot.send_video_note(1, b"x", length=100, duration=3)
        assert note.video_note
        self.assertEqual(note.video_note.length, 100)
        raw = await self.result("sendVideoNote", chat_id=1, video_note=note.video_note.file_id, caption="x")
        self.assertEqual(
            {"caption", "text"} & raw.keys() | {"file_name", "mime_type"} & raw["video_note"].keys(), set()
        )
        missing = await self.error("sendVideoNote", chat_id=1)
        self.assertEqual(missing, (400, "Bad Request: there is no video note in the request"))
        edit = await self.error("editMessageCaption", chat_id=1, message_id=sticker.message_id, caption="x")
        self.assertEqual(edit, (400, "Bad Request: there is no caption in the message to edit"))
