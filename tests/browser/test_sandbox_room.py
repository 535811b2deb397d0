"""The sandbox's chat page: what messages show, what is done to them, pins, drafts, several windows at once."""

import base64
import re
import struct
import wave
from io import BytesIO
from typing import Any

from playwright.sync_api import expect

from tests.browser.chromium import needs_chromium
from tests.browser.room_case import ALICE, BOB, TEAM, File, RoomCase

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def picture(parameter: str) -> File:
    """A picture as an upload."""
    return parameter, f"{parameter}.png", "image/png", PIXEL


def sound() -> bytes:
    """A second of silence."""
    kept = BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<h", 0) * 8000)
    return kept.getvalue()


@needs_chromium
class MessageTests(RoomCase):
    """What a message shows, and what is done to it."""

    def test_a_reaction_is_given_by_the_picker_and_taken_back_by_its_button(self) -> None:
        self.updates("message_reaction")
        self.send("Hello")
        message = self.messages().first
        message.hover()
        message.get_by_role("button", name="More").click()
        self.page.get_by_role("menuitemradio", name="React with 🔥").click()
        mine = message.get_by_role("button", name="🔥 1")
        expect(mine).to_have_attribute("aria-pressed", "true")
        bob = self.window(BOB)
        self.assertEqual(self.updates("message_reaction")[0]["new_reaction"], [{"type": "emoji", "emoji": "🔥"}])
        expect(bob.get_by_role("button", name="Alice", exact=True)).to_be_visible()
        self.choose(message, "All reactions")
        self.sheet("React").get_by_role("button", name="React with 🐳").click()
        expect(message.get_by_role("button", name="🐳 1")).to_be_visible()
        expect(mine).to_have_count(0)
        message.get_by_role("button", name="🐳 1").click()
        expect(message.locator(".reaction")).to_have_count(0)

    def test_one_answer_is_voted_for_seen_as_bars_and_retracted(self) -> None:
        self.call("sendPoll", chat_id=TEAM, question="Tea?", options=["Green", "Black"], is_anonymous=False)
        page, bob = self.window(ALICE, TEAM), self.window(BOB, TEAM)
        self.messages(page).get_by_role("button", name="Green").click()
        self.messages(bob).get_by_role("button", name="Black").click()
        first = self.messages(page).locator(".result").first
        expect(first).to_contain_text("50 %")
        expect(first).to_contain_text("You")
        expect(self.messages(page).locator(".result").nth(1)).to_contain_text("Bob")
        self.messages(page).get_by_role("button", name="Retract vote").click()
        expect(self.messages(page).get_by_role("button", name="Green")).to_be_visible()
        expect(self.messages(bob).locator(".result").nth(1)).to_contain_text("100 %")
        self.assertEqual([one["option_ids"] for one in self.updates("poll_answer")], [[0], [1], []])

    def test_several_answers_are_ticked_and_sent_together(self) -> None:
        self.call(
            "sendPoll", chat_id=ALICE, question="When?", options=["Mon", "Tue", "Wed"], allows_multiple_answers=True
        )
        message = self.messages().first
        expect(message.get_by_role("button", name="Vote")).to_be_disabled()
        message.get_by_label("Mon").check()
        message.get_by_label("Wed").check()
        message.get_by_role("button", name="Vote").click()
        expect(message.locator(".result").nth(2)).to_contain_text("100 %")
        expect(message.locator(".result").nth(1)).to_contain_text("0 %")
        self.assertEqual(self.updates("poll")[0]["total_voter_count"], 1)

    def test_a_quiz_tells_what_is_right_and_why_after_the_answer(self) -> None:
        quiz: dict[str, Any] = {"type": "quiz", "correct_option_ids": [1], "explanation": "Count your fingers."}
        self.call("sendPoll", chat_id=ALICE, question="2 + 2?", options=["3", "4"], **quiz)
        message = self.messages().first
        expect(message).not_to_contain_text("Count your fingers.")
        message.get_by_role("button", name="3").click()
        expect(message).to_contain_text("Count your fingers.")
        expect(message.locator(".wrong")).to_contain_text("3")
        expect(message.locator(".right")).to_contain_text("4")
        expect(message.get_by_role("button", name="Retract vote")).to_have_count(0)
        self.assert_accessible()

    def test_an_album_is_one_message_in_which_pictures_open_and_parts_can_go(self) -> None:
        parts = [{"type": "photo", "media": f"attach://p{number}"} for number in range(3)]
        parts[0]["caption"] = "Holidays"
        sent = self.call("sendMediaGroup", *(picture(f"p{number}") for number in range(3)), chat_id=ALICE, media=parts)
        expect(self.messages()).to_have_count(1)
        album = self.messages().first.get_by_role("group", name="Album of 3")
        expect(album.get_by_role("img")).to_have_count(3)
        expect(self.messages().first).to_contain_text("Holidays")
        album.get_by_role("link").first.click()
        expect(self.page.get_by_role("dialog", name="Holidays").get_by_role("img")).to_be_visible()
        self.page.keyboard.press("Escape")
        self.call("deleteMessage", chat_id=ALICE, message_id=sent[2]["message_id"])
        expect(album.or_(self.messages().get_by_role("group", name="Album of 2")).get_by_role("img")).to_have_count(2)

    def test_sounds_play_in_their_place_and_hidden_media_open(self) -> None:
        self.call("sendVoice", ("voice", "v.wav", "audio/wav", sound()), chat_id=ALICE)
        self.call("sendPhoto", picture("photo"), chat_id=ALICE, has_spoiler=True)
        player = self.messages().first.locator("audio")
        player.evaluate(
            "player => new Promise((go, no) => { player.oncanplay = go; player.onerror = no; player.load(); })"
        )
        self.assertEqual(round(player.evaluate("player => player.duration")), 1)
        hidden = self.messages().nth(1)
        hidden.get_by_role("button", name="Hidden media: show").click()
        expect(hidden.get_by_role("link").get_by_role("img")).to_be_visible()
        expect(hidden.get_by_role("button", name="Hidden media: show")).to_have_count(0)

    def test_a_reply_shows_its_quote_and_leads_to_the_original(self) -> None:
        first = self.send("The first of many")
        for number in range(30):
            self.send(f"Line {number}")
        self.send("Indeed", reply_parameters={"message_id": first, "quote": "many"})
        quote = self.messages().last.locator(".quote")
        expect(quote).to_contain_text("“many”")
        expect(self.messages().first).not_to_be_in_viewport()
        quote.click()
        expect(self.messages().first).to_be_in_viewport()

    def test_an_album_is_forwarded_and_deleted_as_a_whole(self) -> None:
        parts = [{"type": "photo", "media": f"attach://{name}"} for name in "abc"]
        parts[1]["caption"] = "Of three"
        self.call("sendMediaGroup", *map(picture, "abc"), chat_id=ALICE, media=parts)
        album = self.messages().filter(has=self.page.get_by_role("group", name="Album of 3"))
        expect(album).to_have_count(1)
        self.choose(album, "Copy text")
        self.assertEqual(self.page.evaluate("navigator.clipboard.readText()"), "Of three")
        for _ in range(2):
            self.choose(album, "Forward")
            self.sheet("Forward to").get_by_role("button", name="Botdeck team").click()
            expect(self.page.get_by_role("dialog")).to_have_count(0)
        self.choose(album, "Delete")
        expect(self.messages()).to_have_count(0)
        forwarded = self.messages(self.window(BOB, TEAM))
        expect(forwarded).to_have_count(2)
        for number in range(2):
            expect(forwarded.nth(number).get_by_role("group", name="Album of 3")).to_be_visible()

    def test_a_long_quote_is_folded_and_what_leads_outside_is_a_link(self) -> None:
        quote = "<blockquote expandable>1\n2\n3\n4\nthe fifth</blockquote>"
        self.send(f"{quote}\nWrite to a@example.org about #tea", parse_mode="HTML")
        shown = self.messages().first
        expect(shown.get_by_role("link", name="a@example.org")).to_have_attribute("href", "mailto:a@example.org")
        folded = shown.locator("blockquote")
        before = folded.evaluate("one => one.offsetHeight")
        shown.get_by_role("link", name="Show all").press("Enter")
        expect(shown.get_by_role("link", name="Show all")).to_have_count(0)
        self.assertGreater(folded.evaluate("one => one.offsetHeight"), before)
        self.assert_accessible()

    def test_a_person_deletes_copies_pins_and_forwards(self) -> None:
        self.send("Keep this")
        self.choose(self.messages().first, "Copy text")
        self.assertEqual(self.page.evaluate("navigator.clipboard.readText()"), "Keep this")
        self.choose(self.messages().first, "Forward")
        self.sheet("Forward to").get_by_role("button", name="Botdeck team").click()
        group = self.window(BOB, TEAM)
        expect(self.messages(group).first).to_contain_text("Forwarded from Sandbox bot")
        self.choose(self.messages().first, "Pin")
        expect(self.page.get_by_role("button", name="Pinned message Keep this")).to_be_visible()
        expect(self.messages().last).to_contain_text("Alice pinned “Keep this”")
        self.choose(self.messages().first, "Delete")
        expect(self.page.locator("article.message")).to_have_count(0)
        expect(self.page.locator("#pins")).to_be_hidden()

    def test_who_may_not_is_not_offered_to_pin_or_to_delete(self) -> None:
        self.stack.sandbox("say", person=ALICE, chat=TEAM, text="Mine")
        self.stack.sandbox(
            "member", person=ALICE, chat=TEAM, whom=BOB, do="restrict", permissions=["can_send_messages"]
        )
        page = self.window(BOB, TEAM)
        message = self.messages(page).first
        message.hover()
        message.get_by_role("button", name="More").click()
        menu = page.get_by_role("menu")
        expect(menu.get_by_role("menuitem", name="Reply")).to_be_visible()
        for words in ("Pin", "Delete"):
            expect(menu.get_by_role("menuitem", name=words)).to_have_count(0)

    def test_what_happened_is_said_in_words_and_days_are_told_apart(self) -> None:
        self.stack.sandbox("furnish", person=ALICE, chat=TEAM, title="Crew")
        self.stack.sandbox("leave", person=BOB, chat=TEAM)
        page = self.window(ALICE, TEAM)
        expect(self.messages(page).first).to_contain_text("Alice changed the title to “Crew”")
        expect(self.messages(page).last).to_contain_text("Bob left")
        expect(page.get_by_role("log").get_by_text("Today", exact=True)).to_have_count(1)


@needs_chromium
class ChatTests(RoomCase):
    """What a chat shows around its messages."""

    def test_pins_lead_from_one_to_the_next_older(self) -> None:
        numbers = [self.send(text) for text in ("Old", "New")]
        for number in numbers:
            self.call("pinChatMessage", chat_id=ALICE, message_id=number)
        bar = self.page.locator("#pin")
        expect(bar).to_contain_text("New")
        bar.click()
        expect(bar).to_contain_text("Pinned message #1 Old")
        self.page.get_by_role("button", name="All pinned messages").click()
        self.sheet("Pinned messages").get_by_role("button", name="Unpin").first.click()
        expect(bar).to_contain_text("Pinned message Old")
        self.assert_accessible()

    def test_a_draft_grows_until_the_message_comes(self) -> None:
        self.call("sendChatAction", chat_id=ALICE, action="typing")
        expect(self.page.get_by_text("Sandbox bot is typing…")).to_be_visible()
        for text in ("Once", "Once upon <b>a</b> time"):
            self.call("sendMessageDraft", chat_id=ALICE, draft_id=7, text=text, parse_mode="HTML")
            expect(self.page.locator(".draft .text")).to_have_text(text.replace("<b>", "").replace("</b>", ""))
        self.send("Once upon a time.")
        expect(self.page.locator(".draft")).to_have_count(0)
        expect(self.messages()).to_have_count(1)

    def test_an_empty_chat_says_what_the_bot_does_and_start_hands_on_the_link_s_word(self) -> None:
        self.call("setMyDescription", description="I sell tea.")
        page = self.window(BOB, more="&start=spring-7")
        expect(page.get_by_role("log")).to_contain_text("I sell tea.")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(self.messages(page).first).to_contain_text("/start spring-7")
        page.goto(f"{page.url}&start=summer-8")
        expect(page.get_by_text("The link begins with “summer-8”.")).to_be_visible()
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_label("Message", exact=True)).to_be_visible()
        self.assertEqual([one["text"] for one in self.updates("message")], ["/start spring-7", "/start summer-8"])

    def test_the_menu_button_opens_the_bot_s_page(self) -> None:
        shop = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://shop.example.org/"}}
        self.call("setChatMenuButton", chat_id=ALICE, menu_button=shop)
        self.page.get_by_role("button", name="Shop").click()
        expect(self.sheet("Shop")).to_contain_text("https://shop.example.org/")
        expect(self.sheet("Shop").locator("#query-id")).not_to_be_empty()
        self.assert_accessible()

    def test_the_newest_chat_is_on_top_with_its_words_and_what_is_unread(self) -> None:
        self.stack.sandbox("say", person=BOB, chat=TEAM, text="Anybody here?")
        top = self.page.locator("#chats li").first
        expect(top).to_contain_text("Bob: Anybody here?")
        expect(top.locator(".badge")).to_have_text("1")
        self.page.locator("#chats").get_by_role("button", name="Botdeck team").click()
        expect(top.locator(".badge")).to_have_count(0)

    def test_many_chats_are_searched(self) -> None:
        for number in range(9):
            self.stack.sandbox("groups", title=f"Group {number}")
        self.page.get_by_label("Find a chat").fill("up 7")
        entries = self.page.locator("#chats li")
        expect(entries).to_have_count(1)
        self.page.get_by_label("Find a chat").fill("nothing")
        expect(self.page.get_by_text("No chat has this in its name.")).to_be_visible()


@needs_chromium
class WindowTests(RoomCase):
    """Several windows, phones and colours."""

    def test_each_window_is_somebody_else_s_and_live(self) -> None:
        with self.context.expect_page() as opened:
            self.page.get_by_role("link", name="Open in a new window").click()
        other = opened.value
        expect(other.get_by_role("heading", name="Sandbox bot", level=1)).to_be_visible()
        other.get_by_role("button", name="Bob").click()
        expect(other).to_have_url(re.compile("person=2"))
        other.locator("#chats").get_by_role("button", name="Botdeck team").click()
        self.page.locator("#chats").get_by_role("button", name="Botdeck team").click()
        self.stack.sandbox("say", person=ALICE, chat=TEAM, text="Hi Bob")
        for page in (self.page, other):
            expect(self.messages(page).first).to_contain_text("Hi Bob")
        expect(self.messages().first).to_have_class(re.compile("own"))
        expect(self.messages(other).first).to_have_class(re.compile("theirs"))

    def test_on_a_phone_one_sees_the_chats_or_one_of_them(self) -> None:
        self.page.set_viewport_size({"width": 320, "height": 640})
        self.send(
            "y" * 200, reply_markup={"inline_keyboard": [[{"text": "A long word " * 4, "callback_data": "x"}] * 2]}
        )
        self.call("sendPoll", chat_id=ALICE, question="z" * 100, options=["a" * 90, "b"])
        expect(self.messages()).to_have_count(2)
        self.assert_narrow("chat")
        self.page.get_by_role("button", name="Back to the chats").click()
        expect(self.page.get_by_role("log")).to_be_hidden()
        self.assert_narrow("list")
        self.page.locator("#chats").get_by_role("button", name="Botdeck team").click()
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()
        self.page.get_by_role("button", name="About this chat").click()
        expect(self.sheet("About").get_by_text("owner", exact=True)).to_be_visible()
        self.assert_narrow("about")

    def assert_narrow(self, what: str) -> None:
        """Nothing is wider than the window, in the page or in what scrolls in it."""
        script = (
            "[...document.querySelectorAll('html, .log, .sidebar, .sheet-body')]"
            ".map(one => one.scrollWidth - one.clientWidth)"
        )
        self.assertLessEqual(max(self.page.evaluate(script)), 0, what)
        self.assert_accessible()

    def test_colours_are_chosen_for_all_windows_and_are_legible(self) -> None:
        self.send("Hello", reply_markup={"inline_keyboard": [[{"text": "Key", "callback_data": "x"}]]})
        self.stack.sandbox("say", person=ALICE, chat=ALICE, text="Mine https://example.org")
        expect(self.messages()).to_have_count(2)
        other = self.window(BOB)
        for theme in ("dark", "light"):
            self.page.get_by_label("Colours").select_option(theme)
            expect(other.locator("html")).to_have_attribute("data-theme", theme)
            self.assert_accessible()
        self.page.get_by_label("Colours").select_option("")
        expect(other.locator("html")).not_to_have_attribute("data-theme", re.compile("."))

    def test_menus_and_sheets_are_worked_by_keyboard_and_give_the_focus_back(self) -> None:
        self.send("Hello")
        more = self.messages().first.get_by_role("button", name="More")
        more.focus()
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("ArrowUp")
        expect(self.page.get_by_role("menuitem", name="Delete")).to_be_focused()
        self.page.keyboard.press("Escape")
        expect(more).to_be_focused()
        about = self.page.get_by_role("button", name="About this chat")
        about.focus()
        self.page.keyboard.press("Enter")
        self.sheet("About")
        self.assert_accessible()
        self.page.keyboard.press("Escape")
        expect(about).to_be_focused()
