"""Messages that people send and bots write: pressed and edited by their inline_message_id; and posts of people."""

from typing import Any

from sandbox.api.results import draft_of
from sandbox.chats import Post
from sandbox.errors import Refused
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

ALICE, BOB, CHARLIE = 1, 2, 3
OTHER = "77:other"
KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
TEXT = {"type": "article", "id": "t", "title": "T", "input_message_content": {"message_text": "one"}}
PHOTO = {"type": "photo", "id": "p", "photo_url": "https://example.org/a.jpg", "thumbnail_url": "x", "caption": "one"}
LIVE = {"type": "location", "id": "l", "title": "L", "latitude": 1.5, "longitude": 2, "live_period": 600}
UNKNOWN = (400, "Bad Request: MESSAGE_ID_INVALID")


class Case(WorldCase):
    async def chosen(self, result: dict[str, Any], chat_id: int = GROUP_ID) -> tuple[Post, dict[str, Any]]:
        """Bob sends a result with a button; return the message and what names it."""
        bot = self.world.bot_calls("1:sandbox")
        asked = self.world.ask_inline(BOB, "x")
        await self.result("answerInlineQuery", inline_query_id=asked.id, results=[result])
        draft = draft_of(self.world, bot, {**result, "reply_markup": KEYBOARD})
        post = self.world.choose(asked, str(result["id"]), self.world.chat(chat_id, asked.bot.token), draft)
        told = self.newest()["chosen_inline_result"]
        return post, {"inline_message_id": told["inline_message_id"]}

    def newest(self) -> dict[str, Any]:
        return self.world.bot("1").queue.take(0, 100, self.clock.now())[-1]


class Presses(Case):
    async def test_a_press_names_the_message_by_its_inline_id_and_tells_no_more_of_it(self) -> None:
        post, named = await self.chosen(TEXT)
        press = self.world.press(CHARLIE, GROUP_ID, post.message_id, "go")
        asked = self.newest()["callback_query"]
        self.assertEqual((asked["inline_message_id"], asked["data"]), (named["inline_message_id"], "go"))
        self.assertNotIn("message", asked)
        self.assertTrue(await self.result("answerCallbackQuery", callback_query_id=press.id, text="Yes"))
        self.assertTrue(press.answer and press.answer.text == "Yes")

    async def test_another_bot_cannot_answer_it(self) -> None:
        post, _ = await self.chosen(TEXT)
        press = self.world.press(BOB, GROUP_ID, post.message_id, "go")
        self.assertEqual((await self.error("answerCallbackQuery", OTHER, callback_query_id=press.id))[0], 400)

    async def test_a_message_without_that_button_is_not_pressed(self) -> None:
        post, _ = await self.chosen(TEXT)
        with self.assertRaises(Refused):
            self.world.press(BOB, GROUP_ID, post.message_id, "other")

    async def test_buttons_of_a_channel_are_pressed_by_its_readers(self) -> None:
        channel = self.world.add_group("News", "channel").id
        sent = await self.result("sendMessage", chat_id=channel, text="x", reply_markup=KEYBOARD)
        self.world.press(CHARLIE, channel, sent["message_id"], "go")
        self.assertEqual(self.newest()["callback_query"]["message"]["chat"]["type"], "channel")


class Edits(Case):
    async def test_a_text_its_caption_buttons_and_file_are_changed_and_true_is_the_answer(self) -> None:
        post, named = await self.chosen(TEXT)
        self.assertIs(await self.result("editMessageText", **named, text="<b>two</b>", parse_mode="HTML"), True)
        self.assertEqual((post.text, post.markup), ("two", None))
        self.assertIs(await self.result("editMessageReplyMarkup", **named, reply_markup=KEYBOARD), True)
        self.assertTrue(post.markup)
        media = {"type": "photo", "media": "https://example.org/b.jpg"}
        self.assertIs(await self.result("editMessageMedia", **named, media=media), True)
        self.assertTrue(post.media and post.media.kind == "photo")
        self.assertIs(await self.result("editMessageCaption", **named, caption="three"), True)
        self.assertEqual(post.text, "three")

    async def test_a_live_location_is_moved_and_stopped(self) -> None:
        post, named = await self.chosen(LIVE)
        self.assertIs(await self.result("editMessageLiveLocation", **named, latitude=3, longitude=4), True)
        self.assertEqual(post.extra["location"]["latitude"], 3)
        self.assertIs(await self.result("stopMessageLiveLocation", **named), True)
        self.assertNotIn("live_period", post.extra["location"])

    async def test_what_is_no_change_or_no_text_is_refused(self) -> None:
        _, named = await self.chosen(TEXT)
        same = await self.error("editMessageText", **named, text="one", reply_markup=KEYBOARD)
        self.assertIn("message is not modified", same[1])
        _, named = await self.chosen(PHOTO)
        self.assertIn("no text", (await self.error("editMessageText", **named, text="x"))[1])
        media = {"type": "photo", "media": "attach://new"}
        error = await self.error("editMessageMedia", **named, media=media, new=b"x")
        self.assertEqual(error, (400, "Bad Request: invalid message content specified"))

    async def test_unknown_foreign_and_deleted_ones_are_not_edited(self) -> None:
        post, named = await self.chosen(TEXT)
        self.assertEqual(await self.error("editMessageText", inline_message_id="x", text="two"), UNKNOWN)
        self.assertEqual(await self.error("editMessageText", OTHER, **named, text="two"), UNKNOWN)
        self.world.delete(post)
        self.assertEqual(await self.error("editMessageText", **named, text="two"), UNKNOWN)

    async def test_a_chat_counts_more_than_an_inline_id(self) -> None:
        post, named = await self.chosen(TEXT)
        error = await self.error("editMessageText", **named, chat_id=GROUP_ID, message_id=post.message_id, text="two")
        self.assertEqual(error, (400, "Bad Request: message can't be edited"))
        error = await self.error("editMessageText", text="two")
        self.assertEqual(error, (400, "Bad Request: chat_id is empty"))


class Feedback(ServerCase):
    async def test_without_feedback_nobody_hears_of_choices(self) -> None:
        self.world.bot_calls("1:sandbox")
        asked = self.world.ask_inline(BOB, "x")
        await self.result("answerInlineQuery", inline_query_id=asked.id, results=[TEXT])
        status, _ = await self.post("/sandbox/bot", json={"inline_feedback": False})
        wish = {"query_id": asked.id, "result": "t", "chat": BOB}
        self.assertEqual((status, (await self.post("/sandbox/choose", json=wish))[0]), (200, 200))
        kinds = {kind for update in await self.result("getUpdates") for kind in update}
        self.assertEqual(kinds, {"update_id", "inline_query", "message"})


class Channels(Case):
    async def test_those_with_the_right_post_and_change_what_they_posted(self) -> None:
        channel = self.world.add_group("News", "channel").id
        post = self.world.say(ALICE, channel, "one")
        self.world.rewrite(ALICE, channel, post.message_id, "two")
        told = [kind for update in await self.result("getUpdates") for kind in update if kind.endswith("post")]
        self.assertEqual(told, ["channel_post", "edited_channel_post"])
        with self.assertRaisesRegex(Refused, "may not post"):
            self.world.say(BOB, channel, "x")
