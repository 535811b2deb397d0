"""What bots put beside the message field of the sandbox's chat page: inline results and keyboards."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.chromium import needs_chromium
from tests.browser.composer_case import ComposerCase, file

GROUP = "Botdeck team"


def article(name: str, **more: Any) -> dict[str, Any]:
    """An inline result whose message is its own name."""
    return {"type": "article", "id": name, "title": name, "input_message_content": {"message_text": name}, **more}


@needs_chromium
class InlineMode(ComposerCase):
    """Somebody types behind the bot's name."""

    def setUp(self) -> None:
        """Find the list of results."""
        super().setUp()
        self.results = self.page.get_by_role("listbox", name="What Sandbox bot offers").get_by_role("option")

    def answer(self, query: str, *results: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Wait for a query, and answer it."""
        asked = self.update("inline_query")
        self.assertEqual(asked["query"], query)
        self.call("answerInlineQuery", inline_query_id=asked["id"], results=results, **more)
        return asked

    def test_results_come_page_by_page_and_the_chosen_one_is_sent_by_the_bot(self) -> None:
        self.choose_files(file("cat.png"))
        self.write("<Enter>")
        photo = self.update("message")["photo"][-1]["file_id"]
        self.write("@sandbox_bot ca")
        expect(self.page.get_by_text("Asking Sandbox bot…")).to_be_visible()
        cats = [article(f"Cat {number}", description="A nice one") for number in range(8)]
        picture = {"type": "photo", "id": "photo", "photo_file_id": photo, "title": "Picture"}
        asked = self.answer("ca", picture, *cats, next_offset="9")
        self.assertEqual((asked["offset"], asked["chat_type"]), ("", "sender"))
        expect(self.results).to_have_count(9)
        self.assertEqual(
            self.results.first.locator("img").evaluate("one => one.decode().then(() => one.naturalWidth)"), 1
        )
        self.type(*["<ArrowDown>"] * 8)
        asked = self.answer("ca", article("Last"))
        self.assertEqual(asked["offset"], "9")
        expect(self.results).to_have_count(10)
        self.type("<ArrowDown>", "<Enter>")
        message = self.update("message")
        self.assertEqual((message["text"], message["via_bot"]["username"]), ("Last", "sandbox_bot"))
        expect(self.field).to_have_text("")
        expect(self.results).to_have_count(0)

    def test_a_bot_is_asked_once_for_what_was_typed_in_one_go(self) -> None:
        self.write("@sandbox_bot cats")
        self.answer("cats", article("Tom"))
        expect(self.results).to_have_text(["TTom"])
        self.type(" and dogs")
        self.answer("cats and dogs", article("Rex"))
        self.results.get_by_text("Rex").click()
        self.assertEqual(self.update("message")["text"], "Rex")
        expect(self.messages).to_have_count(1)
        self.type("<ArrowUp>")  # what a bot has written cannot be changed
        expect(self.field).to_have_text("")
        expect(self.page.locator("#reply")).to_be_hidden()

    def test_no_results_and_refusals_are_said_and_escape_lets_the_words_be_sent(self) -> None:
        self.write("@sandbox_bot x")
        self.answer("x")
        expect(self.page.get_by_text("No results.")).to_be_visible()
        self.type("<Escape>")
        expect(self.page.get_by_text("No results.")).to_be_hidden()
        self.type("<Enter>")
        self.assertEqual(self.update("message")["text"], "@sandbox_bot x")
        refusal = '{"error": "There is no such bot."}'
        self.page.route("**/sandbox/inline", lambda route: route.fulfill(status=400, body=refusal))
        self.write("@sandbox_bot y")
        expect(self.page.get_by_text("There is no such bot.")).to_be_visible()
        self.assertEqual(len(self.complaints), 1)  # the browser itself says that a call was refused
        self.complaints.clear()

    def test_a_bot_that_does_not_support_it_is_not_asked(self) -> None:
        self.stack.sandbox("bot", supports_inline_queries=False)
        self.write("@sandbox_bot x", "<Enter>")
        self.assertEqual(self.update("message")["text"], "@sandbox_bot x")

    def test_the_button_above_leads_to_the_private_chat_with_the_bot(self) -> None:
        self.page.get_by_role("button", name=GROUP).click()
        expect(self.page.get_by_role("heading", name=GROUP)).to_be_visible()
        self.write("@sandbox_bot x")
        asked = self.answer("x", button={"text": "Settings", "start_parameter": "inline"})
        self.assertEqual(asked["chat_type"], "supergroup")
        self.page.get_by_role("button", name="Settings").click()
        expect(self.page.get_by_role("heading", name="Sandbox bot", exact=True)).to_be_visible()
        message = self.update("message")
        self.assertEqual((message["text"], message["chat"]["type"]), ("/start inline", "private"))

    def test_another_bots_results_go_into_the_chat_that_one_sees_as_an_answer(self) -> None:
        self.call("getMe", "2:other")
        self.page.get_by_role("button", name="Sandbox bot 2").click()
        expect(self.page.get_by_role("heading", name="Sandbox bot 2", exact=True)).to_be_visible()
        self.call("sendMessage", "2:other", chat_id=1, text="What?")
        self.messages.last.hover()
        self.messages.last.get_by_role("button", name="Reply").click()
        self.type("@sandbox_bot x")
        self.assertEqual(self.answer("x", article("Tom"))["chat_type"], "private")
        expect(self.results).to_have_count(1)
        self.type("<Enter>")
        expect(self.messages.last).to_contain_text("Tom")
        (_, sent) = self.stack.sandbox("chats/1/messages?bot=2")["messages"]
        self.assertEqual((sent["via_bot"]["username"], sent["reply_to_message"]["text"]), ("sandbox_bot", "What?"))


@needs_chromium
class Keyboards(ComposerCase):
    """The bot's keyboard under the field."""

    def setUp(self) -> None:
        """Find the keyboard."""
        super().setUp()
        self.keys = self.page.get_by_role("group", name="The bot's keyboard")
        self.toggle = self.page.locator("#keys-button")

    def show(self, keyboard: list[list[Any]], chat_id: int = 1, text: str = "Choose", **more: Any) -> None:
        """Send a message with a keyboard."""
        markup = {"keyboard": keyboard, "resize_keyboard": True, **more}
        self.call("sendMessage", chat_id=chat_id, text=text, reply_markup=markup)

    def press(self, name: str) -> None:
        """Press a key."""
        self.keys.get_by_role("button", name=name).click()

    def test_it_comes_stays_can_be_put_away_and_goes(self) -> None:
        self.show([["Yes", "No"], ["Perhaps"]], input_field_placeholder="Yes or no?")
        expect(self.keys.get_by_role("button")).to_have_text(["Yes", "No", "Perhaps"])
        expect(self.field).to_have_attribute("data-placeholder", "Yes or no?")
        self.press("No")
        self.assertEqual(self.update("message")["text"], "No")
        expect(self.keys).to_be_visible()
        self.toggle.click()
        expect(self.keys).to_be_hidden()
        expect(self.field).to_have_attribute("data-placeholder", "Write a message")
        self.toggle.click()
        expect(self.keys).to_be_visible()
        self.call("sendMessage", chat_id=1, text="Gone", reply_markup={"remove_keyboard": True})
        expect(self.keys).to_be_hidden()
        expect(self.toggle).to_be_hidden()

    def test_one_for_one_time_hides_after_a_press_and_stays_so_when_the_page_is_loaded_again(self) -> None:
        self.show([["Yes"]], one_time_keyboard=True)
        self.press("Yes")
        expect(self.keys).to_be_hidden()
        self.page.reload()
        expect(self.toggle).to_be_visible()
        expect(self.keys).to_be_hidden()
        self.toggle.click()
        expect(self.keys).to_be_visible()

    def test_a_small_one_is_lower_and_one_that_is_meant_for_somebody_is_seen_by_them(self) -> None:
        self.show([["Small"]])
        small = self.keys.get_by_role("button", name="Small").bounding_box()
        self.show([["Large"]], resize_keyboard=False)
        large = self.keys.get_by_role("button", name="Large").bounding_box()
        assert small
        assert large
        self.assertLess(small["height"], large["height"])
        self.page.get_by_role("button", name=GROUP).click()
        expect(self.keys).to_be_hidden()
        group = next(chat["chat"] for chat in self.stack.sandbox("state")["chats"] if chat["title"] == GROUP)
        self.show([["For Bob"]], group, "@bob choose", selective=True)
        expect(self.messages).to_have_count(1)
        expect(self.keys).to_be_hidden()
        self.page.get_by_role("button", name="Bob").click()
        self.press("For Bob")
        message = self.update("message")
        self.assertEqual((message["from"]["first_name"], message["reply_to_message"]["text"]), ("Bob", "@bob choose"))

    def test_a_forced_reply_begins_an_answer_once(self) -> None:
        forced = {"force_reply": True, "input_field_placeholder": "Your name"}
        self.call("sendMessage", chat_id=1, text="Who are you?", reply_markup=forced)
        expect(self.page.locator("#reply")).to_contain_text("Who are you?")
        expect(self.field).to_be_focused()
        expect(self.field).to_have_attribute("data-placeholder", "Your name")
        self.type("Alice", "<Enter>")
        self.assertEqual(self.update("message")["reply_to_message"]["text"], "Who are you?")
        self.page.reload()
        expect(self.messages).to_have_count(2)
        expect(self.page.locator("#reply")).to_be_hidden()

    def test_keys_ask_before_they_tell_a_number_or_a_place(self) -> None:
        self.show([[{"text": "Number", "request_contact": True}, {"text": "Place", "request_location": True}]])
        self.press("Number")
        self.page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
        self.press("Place")
        self.dialog("Share your location?").get_by_role("button", name="Share").click()
        self.assertIn("location", self.update("message"))  # the first message: nothing came of the other
        self.press("Number")
        self.dialog("Share your phone number?").get_by_role("button", name="Share").click()
        self.assertEqual(self.update("message")["contact"]["user_id"], 1)

    def test_keys_ask_for_a_poll_users_a_chat_and_the_data_of_a_web_app(self) -> None:
        users = {"request_id": 1, "max_quantity": 2, "user_is_bot": False}
        self.show([
            [{"text": "Quiz", "request_poll": {"type": "quiz"}}, {"text": "Who", "request_users": users}],
            [{"text": "Where", "request_chat": {"request_id": 2, "chat_is_channel": False, "request_title": True}},
             {"text": "App", "web_app": {"url": "https://example.org/app"}}],
        ])  # fmt: skip
        self.press("Quiz")
        quiz = self.dialog("Quiz")
        expect(quiz.get_by_label("Quiz: one option is right")).to_be_disabled()
        quiz.get_by_label("Question").fill("2 + 2?")
        quiz.get_by_label("Option 1", exact=True).fill("4")
        quiz.get_by_label("Option 1 is right").check()
        quiz.get_by_role("button", name="Send").click()
        self.assertEqual(self.update("message")["poll"]["type"], "quiz")

        self.press("Who")
        chooser = self.dialog("Choose up to 2 users")
        chooser.get_by_role("button", name="Send").click()
        expect(chooser.get_by_role("alert")).to_have_text("Choose 1 to 2.")
        for name in ("Bob", "Charlie Clark"):
            chooser.get_by_label(name).check()
        chooser.get_by_role("button", name="Send").click()
        shared = self.update("message")["users_shared"]
        self.assertEqual([user["user_id"] for user in shared["users"]], [2, 3])

        self.press("Where")
        self.dialog("Choose a group").get_by_label(GROUP).check()
        self.dialog("Choose a group").get_by_role("button", name="Send").click()
        self.assertEqual(self.update("message")["chat_shared"]["title"], GROUP)

        self.press("App")
        app = self.dialog("App")
        expect(app.get_by_role("link")).to_have_attribute("href", "https://example.org/app")
        app.get_by_label("Data").fill("x=1")
        app.get_by_role("button", name="Send").click()
        self.assertEqual(self.update("message")["web_app_data"], {"data": "x=1", "button_text": "App"})
