"""The methods of the Bot API, called by an unmodified telegram.Bot over HTTP."""

from typing import Any

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden

from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, ended

GO = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])


class Messages(ServerCase):
    async def test_the_bot_knows_itself_and_its_id_is_nobody_elses(self) -> None:
        self.assertEqual(
            (self.bot.id, self.bot.username, self.bot.first_name), (1000000001, "sandbox_bot", "Sandbox bot")
        )
        self.assertNotIn(self.bot.id, self.world.people)

    async def test_a_sent_message_comes_back_whole_and_stands_in_the_chat(self) -> None:
        message = await self.bot.send_message(2, "<b>Hi</b> Bob", parse_mode="HTML", reply_markup=GO)
        self.assertEqual((message.text, message.chat.id, message.chat.first_name), ("Hi Bob", 2, "Bob"))
        self.assertEqual((message.from_user.id if message.from_user else 0), self.bot.id)
        self.assertEqual(message.reply_markup, GO)
        self.assertEqual(message.date.timestamp(), self.clock.now())
        (post,) = self.world.messages(2)
        self.assertEqual(
            (post.message_id, post.text, post.buttons[0].callback_data), (message.message_id, "Hi Bob", "go")
        )

    async def test_a_reply_carries_the_message_it_answers(self) -> None:
        question = self.world.say(1, 1, "How are you?")
        answer = await self.bot.send_message(1, "Fine", reply_to_message_id=question.message_id)
        self.assertEqual(answer.reply_to_message.text if answer.reply_to_message else None, "How are you?")
        with self.assertRaisesRegex(BadRequest, "^Message to be replied not found$"):
            await self.bot.send_message(1, "Fine", reply_to_message_id=999)
        alone = await self.bot.send_message(1, "Fine", reply_to_message_id=999, allow_sending_without_reply=True)
        self.assertIsNone(alone.reply_to_message)

    async def test_the_group_is_a_supergroup_with_its_own_message_ids(self) -> None:
        await self.bot.send_message(1, "private")
        message = await self.bot.send_message(GROUP_ID, "to all")
        self.assertEqual((message.message_id, message.chat.type, message.chat.title), (1, "supergroup", "Botdeck team"))

    async def test_editing_the_text_changes_it_and_takes_the_old_buttons_away(self) -> None:
        message = await self.bot.send_message(1, "one", reply_markup=GO)
        self.clock.advance(60)
        edited = await message.edit_text("two")
        self.assertIsInstance(edited, telegram.Message)
        (post,) = self.world.messages(1)
        self.assertEqual((post.text, post.markup, post.edited_at), ("two", None, int(self.clock.now())))

    async def test_editing_the_buttons_leaves_the_text(self) -> None:
        message = await self.bot.send_message(1, "one")
        await message.edit_reply_markup(GO)
        (post,) = self.world.messages(1)
        self.assertEqual((post.text, post.buttons[0].text, post.buttons[0].callback_data), ("one", "Go", "go"))

    async def test_an_edit_that_changes_nothing_is_refused(self) -> None:
        message = await self.bot.send_message(1, "<b>one</b>", parse_mode="HTML", reply_markup=GO)
        with self.assertRaisesRegex(BadRequest, "^Message is not modified: specified new message content and reply"):
            await message.edit_text("<b>one</b>", parse_mode="HTML", reply_markup=GO)
        with self.assertRaisesRegex(BadRequest, "^Message is not modified"):
            await message.edit_reply_markup(GO)

    async def test_only_the_bots_own_messages_can_be_edited(self) -> None:
        post = self.world.say(1, 1, "mine")
        with self.assertRaisesRegex(BadRequest, "^Message can't be edited$"):
            await self.bot.edit_message_text("yours", 1, post.message_id)
        with self.assertRaisesRegex(BadRequest, "^Message to edit not found$"):
            await self.bot.edit_message_text("x", 1, 999)

    async def test_messages_are_deleted_within_48_hours(self) -> None:
        post = self.world.say(1, 1, "mine")
        self.assertTrue(await self.bot.delete_message(1, post.message_id))
        self.assertEqual(self.world.messages(1), [])
        with self.assertRaisesRegex(BadRequest, "^Message to delete not found$"):
            await self.bot.delete_message(1, post.message_id)
        message = await self.bot.send_message(1, "old")
        self.clock.advance(48 * 3600 + 1)
        with self.assertRaisesRegex(BadRequest, "^Message can't be deleted for everyone$"):
            await message.delete()

    async def test_in_a_group_the_bot_cannot_delete_what_people_say(self) -> None:
        post = self.world.say(1, GROUP_ID, "mine")
        with self.assertRaisesRegex(BadRequest, "^Message can't be deleted$"):
            await self.bot.delete_message(GROUP_ID, post.message_id)

    async def test_wrong_texts_and_chats_are_refused(self) -> None:
        cases = {
            "Message text is empty": (1, " \n"),
            "Message is too long": (1, "x" * 4097),
            "Text is too long": (1, "x" * 32_769),
            "Chat not found": (99, "x"),
        }
        for words, (chat_id, text) in cases.items():
            with self.subTest(words), self.assertRaisesRegex(BadRequest, f"^{words}$"):
                await self.bot.send_message(chat_id, text)
        with self.assertRaisesRegex(BadRequest, "^Unsupported parse_mode$"):
            await self.bot.send_message(1, "x", parse_mode="bbcode")

    async def test_a_blocked_bot_hears_of_it_and_is_refused_until_it_is_unblocked(self) -> None:
        self.world.block(2)
        with self.assertRaisesRegex(Forbidden, "^Forbidden: bot was blocked by the user$"):
            await self.bot.send_message(2, "Hi")
        self.world.unblock(2)
        await self.bot.send_message(2, "Welcome back")
        changes = [update.my_chat_member for update in await self.bot.get_updates()]
        self.assertEqual(
            [(change.new_chat_member.status, change.from_user.id) for change in changes if change],
            [("kicked", 2), ("member", 2)],
        )

    async def test_a_person_without_any_name_can_be_talked_to(self) -> None:
        self.world.say(4, 4, "hi")
        (update,) = await self.bot.get_updates()
        sender = update.effective_user
        assert sender
        self.assertEqual((sender.first_name, sender.username, sender.language_code), ("", None, None))
        self.assertEqual((await self.bot.send_message(4, "hi")).chat.id, 4)


class Keyboards(ServerCase):
    async def refusal(self, markup: object) -> str:
        status, description = await self.error("sendMessage", chat_id=1, text="x", reply_markup=markup)
        self.assertEqual(status, 400)
        return description

    async def test_wrong_keyboards_are_refused_with_the_real_servers_words(self) -> None:
        one = "Bad Request: can't parse inline keyboard button: "
        cases = [
            ("{", "Bad Request: can't parse reply keyboard markup JSON object"),
            ("[]", "Bad Request: object expected as reply markup"),
            ({"inline_keyboard": [[{"text": "a"}]]}, f"{one}Text buttons are unallowed in the inline keyboard"),
            (
                {"inline_keyboard": [[{"text": "a", "web_app": "https://example.org"}]]},
                f'{one}Field "web_app" must be of type Object',
            ),
            ({"inline_keyboard": [[{"url": "a"}]]}, f'{one}Can\'t find field "text"'),
            ({"inline_keyboard": [[{"text": "a", "callback_data": "é" * 33}]]}, "Bad Request: BUTTON_DATA_INVALID"),
            (
                {"inline_keyboard": [[{"text": "a", "url": "javascript:alert(1)"}]]},
                "Bad Request: inline keyboard button URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
            ),
            ({"inline_keyboard": [[{"text": "a", "web_app": {}}]]}, f'{one}Can\'t find field "url"'),
            (
                {"inline_keyboard": [[{"text": "a", "web_app": {"url": "http://a.d"}}]]},
                "Bad Request: inline keyboard button Web App URL 'http://a.d' is invalid: Only HTTPS links are allowed",
            ),
            (
                {"inline_keyboard": [[{"text": "a", "login_url": {"url": "http://a.de"}}]]},
                "Bad Request: inline keyboard button login URL 'http://a.de' is invalid: Only HTTPS links are allowed",
            ),
            (
                {"inline_keyboard": [[{"text": "a", "login_url": {"url": "javascript:alert(1)"}}]]},
                "Bad Request: inline keyboard button login URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
            ),
        ]
        for markup, words in cases:
            with self.subTest(words):
                self.assertEqual(await self.refusal(markup), words)

    async def test_64_bytes_of_data_are_allowed(self) -> None:
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("a", callback_data="é" * 32)]])
        self.assertEqual((await self.bot.send_message(1, "x", reply_markup=markup)).reply_markup, markup)

    async def test_a_keyboard_under_the_text_field_is_accepted(self) -> None:
        message = await self.bot.send_message(1, "x", reply_markup=telegram.ReplyKeyboardMarkup([["a"]]))
        self.assertIsNone(message.reply_markup)


class Callbacks(ServerCase):
    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        message = await self.bot.send_message(1, "x", reply_markup=GO)
        self.press = self.world.press(1, 1, message.message_id, "go")

    async def test_a_press_reaches_the_bot_and_its_answer_the_person(self) -> None:
        events: list[dict[str, object]] = []
        self.world.watch(events.append)
        (update,) = await self.bot.get_updates()
        query = update.callback_query
        assert query
        self.assertEqual((query.data, query.from_user.id, query.id), ("go", 1, self.press.id))
        self.assertEqual(query.message.message_id if query.message else 0, self.press.post.message_id)
        await query.answer("Done", show_alert=True)
        expected = {"type": "answer", "chat": 1, "bot": 1, "person": 1, "text": "Done", "show_alert": True}
        self.assertEqual(events, [expected])

    async def test_a_query_is_answered_once_within_150_seconds_and_only_by_its_bot(self) -> None:
        too_old = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.assertEqual(await self.error("answerCallbackQuery", callback_query_id="nonsense"), too_old)
        self.assertEqual(await self.error("answerCallbackQuery", "77:x", callback_query_id=self.press.id), too_old)
        self.assertTrue(await self.bot.answer_callback_query(self.press.id))
        self.assertEqual(await self.error("answerCallbackQuery", callback_query_id=self.press.id), too_old)
        late = self.world.press(1, 1, self.press.post.message_id, "go", bot=1)
        self.clock.advance(150)
        self.assertEqual(await self.error("answerCallbackQuery", callback_query_id=late.id), too_old)

    async def test_an_answer_holds_200_characters(self) -> None:
        with self.assertRaisesRegex(BadRequest, "MESSAGE_TOO_LONG|Message_too_long"):
            await self.bot.answer_callback_query(self.press.id, "x" * 201)
        self.assertTrue(await self.bot.answer_callback_query(self.press.id, "x" * 200))


class TheRest(ServerCase):
    async def test_an_action_is_shown_in_its_chat(self) -> None:
        events: list[dict[str, object]] = []
        self.world.watch(events.append)
        self.assertTrue(await self.bot.send_chat_action(1, ChatAction.TYPING))
        self.assertEqual(events, [{"type": "action", "chat": 1, "bot": 1, "from": 1, "action": "typing"}])
        with self.assertRaisesRegex(BadRequest, "^Wrong parameter action in request$"):
            await self.bot.send_chat_action(1, "juggling")

    async def test_a_chat_can_be_looked_at(self) -> None:
        alice = await self.bot.get_chat(1)
        self.assertEqual((alice.type, alice.username), ("private", "alice"))
        self.assertEqual((await self.bot.get_chat(GROUP_ID)).title, "Botdeck team")
        self.assertEqual(await self.error("getChat"), (400, "Bad Request: chat_id is empty"))

    async def test_a_scope_that_is_none_is_refused(self) -> None:
        scopes: tuple[Any, ...] = ({"type": []}, {"type": "x"}, {"type": None}, 5, [1])
        for scope in scopes:
            with self.subTest(scope):
                words = "Bad Request: can't parse BotCommandScope: Unsupported type specified"
                self.assertEqual(await self.error("getMyCommands", scope=scope), (400, words))

    async def test_commands_are_kept_per_scope_and_language(self) -> None:
        await self.bot.set_my_commands([("start", "Begin")])
        await self.bot.set_my_commands([("start", "Начать")], language_code="ru")
        await self.bot.set_my_commands([("ban", "Ban")], scope=telegram.BotCommandScopeChat(1))
        self.assertEqual([one.description for one in await self.bot.get_my_commands()], ["Begin"])
        self.assertEqual([one.description for one in await self.bot.get_my_commands(language_code="ru")], ["Начать"])
        menus = [
            (await self.get(f"/sandbox/chats/{chat}/commands?person={person}"))[1]["commands"]
            for chat, person in ((1, 1), (2, 2), (3, 3))
        ]
        self.assertEqual([[one["description"] for one in menu] for menu in menus], [["Ban"], ["Начать"], ["Begin"]])
        await self.bot.delete_my_commands()
        self.assertEqual(await self.bot.get_my_commands(), ())

    async def test_wrong_commands_are_refused(self) -> None:
        for commands, words in (
            ([{"command": "Start!", "description": "x"}], "BOT_COMMAND_INVALID"),
            ([{"command": "start", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
            ([{"command": "a", "description": "x"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
        ):
            with self.subTest(words):
                self.assertEqual(await self.error("setMyCommands", commands=commands), (400, f"Bad Request: {words}"))


class Webhooks(ServerCase):
    async def test_a_webhook_and_get_updates_exclude_each_other(self) -> None:
        self.assertTrue(await self.bot.set_webhook("https://example.com/hook", max_connections=7))
        info = await self.bot.get_webhook_info()
        self.assertEqual(
            (info.url, info.max_connections, info.pending_update_count), ("https://example.com/hook", 7, 0)
        )
        words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        self.assertEqual(await self.error("getUpdates"), (409, f"Conflict: {words}"))
        await self.bot.delete_webhook()
        self.assertEqual(await self.bot.get_updates(), ())

    async def test_descriptions_tell_whether_anything_changed(self) -> None:
        told = [(await self.call("deleteWebhook")).body["description"]]
        for url in ("https://example.com/", "https://example.com/", ""):
            self.clock.advance(1)
            told.append((await self.call("setWebhook", url=url)).body["description"])
        self.assertEqual(
            told,
            ["Webhook is already deleted", "Webhook was set", "Webhook is already set", "Webhook was deleted"],
        )

    async def test_set_webhook_ends_a_held_poll(self) -> None:
        poll = await self.held(timeout=30)
        await self.call("setWebhook", url="https://example.com/")
        answer = await ended(poll)
        self.assertEqual(
            (answer.status, answer.body["description"]), (409, "Conflict: terminated by setWebhook request")
        )

    async def test_a_second_set_webhook_within_a_second_must_wait(self) -> None:
        await self.call("setWebhook", url="https://example.com/")
        async with self.http.post("/bot1:sandbox/setWebhook", json={"url": "https://example.com/"}) as response:
            body = await response.json()
            self.assertEqual((response.status, response.headers["Retry-After"]), (429, "1"))
            self.assertEqual(body["parameters"], {"retry_after": 1})

    async def test_pending_updates_survive_unless_they_are_to_be_dropped(self) -> None:
        self.world.say(1, 1, "a")
        await self.bot.set_webhook("http://127.0.0.1:9/")  # nothing listens there
        self.assertEqual((await self.bot.get_webhook_info()).pending_update_count, 1)
        await self.bot.delete_webhook(drop_pending_updates=True)
        self.assertEqual((await self.bot.get_webhook_info()).pending_update_count, 0)

    async def test_wrong_addresses_and_secrets_are_refused(self) -> None:
        url = "https://example.com/"
        for wrong, words in (
            ({"url": "nowhere"}, "invalid webhook URL specified"),
            ({"url": url, "secret_token": "x" * 257}, "secret token is too long"),
            ({"url": url, "secret_token": "é"}, "secret token contains unallowed characters"),
        ):
            with self.subTest(words):
                self.assertEqual(await self.error("setWebhook", **wrong), (400, f"Bad Request: {words}"))
