"""Writing on the sandbox's chat page: formatting, files, forms, editing and commands."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser.axe_run import findings
from tests.browser.chromium import needs_chromium
from tests.browser.composer_case import PIXEL, ComposerCase, file

GROUP = "Botdeck team"


def spans(message: dict[str, Any]) -> list[tuple[str, int, int]]:
    """A message's entities as type, offset and length."""
    found = message.get("entities") or message.get("caption_entities") or []
    return [(entity["type"], entity["offset"], entity["length"]) for entity in found]


@needs_chromium
class Formatting(ComposerCase):
    """What is selected becomes bold and so on; the bot gets entities."""

    def test_plain_text_stays_plain_and_a_line_is_made_by_shift_and_enter(self) -> None:
        self.write("**not bold** _nor this_", "<Shift+Enter>", "second", "<Enter>")
        message = self.update("message")
        self.assertEqual((message["text"], spans(message)), ("**not bold** _nor this_\nsecond", []))
        expect(self.field).to_have_text("")

    def test_shortcuts_and_the_bar_make_entities_that_count_utf_16_units(self) -> None:
        self.write("😀 bold italic", *["<Shift+ArrowLeft>"] * 6, "<Control+i>", *["<ArrowLeft>"] * 2)
        self.type(*["<Shift+ArrowLeft>"] * 4)
        bar = self.page.get_by_role("toolbar", name="Formatting")
        bold = bar.get_by_role("button", name="Bold")
        expect(bold).to_have_attribute("aria-pressed", "false")
        bold.click()
        expect(bold).to_have_attribute("aria-pressed", "true")
        self.type("<End>", "!", "<Home>", "So ", "<Enter>")
        message = self.update("message")
        self.assertEqual(message["text"], "So 😀 bold italic!")
        self.assertEqual(spans(message), [("bold", 6, 4), ("italic", 11, 7)])
        expect(self.messages.last.locator("strong")).to_have_text(["bold"])

    def test_every_format_has_a_way_and_blocks_take_whole_lines(self) -> None:
        self.write("a b c d e f", "<Shift+Enter>", "one block", "<Shift+Enter>", "one quote")
        self.type("<Control+Home>")
        for keys in ("Control+b", "Control+u", "Control+Shift+x", "Control+Shift+p", "Control+Shift+m"):
            self.type("<Shift+ArrowRight>", f"<{keys}>", "<ArrowRight>", "<ArrowRight>")
        self.type(
            "<Control+End>", "<Shift+ArrowLeft>", "<Control+Shift+.>", "<ArrowUp>", "<Home>", "<Shift+ArrowRight>"
        )
        self.page.get_by_role("button", name="Code block").click()
        self.type("<Control+End>", "<Enter>")
        self.assertEqual(spans(self.update("message")), [
            ("bold", 0, 1), ("underline", 2, 1), ("strikethrough", 4, 1), ("spoiler", 6, 1), ("code", 8, 1),
            ("pre", 12, 9), ("blockquote", 22, 9),
        ])  # fmt: skip

    def test_a_link_is_set_changed_and_taken_off(self) -> None:
        self.write("see here", *["<Shift+ArrowLeft>"] * 4, "<Control+k>")
        address = self.page.get_by_label("Address")
        expect(address).to_be_focused()
        self.type("no address", "<Enter>")
        expect(address).to_be_visible()
        address.fill("example.org/x")
        self.type("<Enter>")
        expect(self.field.get_by_text("here", exact=True)).to_have_attribute("title", "http://example.org/x")
        self.type("<ArrowLeft>", "<ArrowRight>", "<Control+k>")
        expect(address).to_have_value("http://example.org/x")
        address.fill("https://example.org/y")
        self.type("<Enter>", "<Enter>")
        message = self.update("message")
        self.assertEqual(
            message["entities"], [{"type": "text_link", "offset": 4, "length": 4, "url": "https://example.org/y"}]
        )
        expect(self.messages).to_have_count(1)
        self.type("<ArrowUp>", "<Control+k>")  # editing: the caret is at the end of the link
        self.page.get_by_role("button", name="Remove", exact=True).click()
        self.type("<Enter>")
        self.assertEqual(spans(self.update("edited_message")), [])

    def test_changes_are_undone_and_done_again(self) -> None:
        self.write("word", "<Control+a>", "<Control+b>")
        expect(self.field.locator("strong")).to_have_text("word")
        self.type("<Control+z>")
        expect(self.field.locator("strong")).to_have_count(0)
        self.type("<Control+Shift+z>")
        expect(self.field.locator("strong")).to_have_text("word")
        self.page.get_by_role("button", name="Plain text").click()
        expect(self.field.locator("strong")).to_have_count(0)

    def test_a_style_can_be_chosen_before_the_words_are_typed(self) -> None:
        self.write("a ", "<Control+b>", "bold", "<Control+b>", " c", "<Enter>")
        message = self.update("message")
        self.assertEqual((message["text"], spans(message)), ("a bold c", [("bold", 2, 4)]))


@needs_chromium
class Attachments(ComposerCase):
    """Files are seen before they are sent."""

    def test_several_files_are_albums_with_a_formatted_caption(self) -> None:
        self.choose_files(file("a.png"), file("b.png"), file("c.png"), file("notes.pdf", "application/pdf", b"%PDF"))
        parcels = self.page.get_by_role("group", name="To be sent").get_by_role("listitem")
        expect(parcels).to_have_count(4)
        self.page.get_by_role("button", name="Remove b.png").click()
        expect(parcels).to_have_count(3)
        self.write("Look", "<Control+a>", "<Control+b>", "<Enter>")
        first, second, third = (self.update("message") for _ in range(3))
        self.assertEqual((first["caption"], spans(first)), ("Look", [("bold", 0, 4)]))
        self.assertEqual(first["media_group_id"], second["media_group_id"])
        self.assertEqual((third["document"]["file_name"], third.get("media_group_id")), ("notes.pdf", None))
        expect(parcels).to_have_count(0)
        expect(self.field).to_have_text("")

    def test_pictures_go_as_files_if_wanted_and_each_type_as_what_it_is(self) -> None:
        self.choose_files(file("a.png"))
        self.page.get_by_label("Send as files").check()
        self.write("<Enter>")
        self.assertEqual(self.update("message")["document"]["mime_type"], "image/png")
        for name, content_type, kind in (
            ("a.mp4", "video/mp4", "video"), ("a.mp3", "audio/mpeg", "audio"), ("a.gif", "image/gif", "animation"),
            ("a.txt", "text/plain", "document"),
        ):  # fmt: skip
            with self.subTest(kind):
                self.choose_files(file(name, content_type))
                self.write("<Enter>")
                self.assertIn(kind, self.update("message"))

    def test_what_is_empty_too_many_or_too_large_is_said_and_not_taken(self) -> None:
        self.choose_files(file("empty.txt", "text/plain", b""))
        toasts = self.page.locator("#toasts")
        expect(toasts).to_have_text("empty.txt is empty: Telegram takes no empty files.")
        self.choose_files(*(file(f"{number}.png") for number in range(11)))
        expect(toasts).to_have_text("10.png is one too many: an album has at most 10.")
        self.page.get_by_role("button", name="Remove all").click()
        self.page.evaluate("""() => {
            const given = new DataTransfer();
            given.items.add(new File([new Blob([new ArrayBuffer(51 * 2 ** 20)])], "big.iso"));
            document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: given }));
        }""")
        expect(toasts).to_have_text("big.iso is too large (51.0 MB): the sandbox takes 50.0 MB at once.")
        expect(self.page.get_by_role("group", name="To be sent")).to_be_hidden()

    def test_files_are_dropped_and_pasted(self) -> None:
        give = """([type, bytes]) => {
            const given = new DataTransfer();
            given.items.add(new File([new Uint8Array(bytes)], `${type}.png`, { type: "image/png" }));
            const field = document.getElementById("text");
            const event = { bubbles: true, cancelable: true };
            if (type === "paste") field.dispatchEvent(new ClipboardEvent(type, { ...event, clipboardData: given }));
            else field.dispatchEvent(new DragEvent(type, { ...event, dataTransfer: given }));
        }"""
        self.page.evaluate(give, ["dragenter", list(PIXEL)])
        expect(self.page.get_by_text("Drop to send")).to_be_visible()
        self.page.evaluate(give, ["drop", list(PIXEL)])
        expect(self.page.get_by_text("Drop to send")).to_be_hidden()
        self.page.evaluate(give, ["paste", list(PIXEL)])
        expect(self.page.get_by_text("drop.png")).to_be_visible()
        expect(self.page.get_by_text("paste.png")).to_be_visible()
        self.type("<Enter>")
        self.assertEqual(self.update("message")["media_group_id"], self.update("message")["media_group_id"])

    def test_a_voice_message_is_recorded_heard_and_sent(self) -> None:
        self.page.get_by_role("button", name="Record a voice message").click()
        expect(self.page.get_by_role("group", name="Recording")).to_be_visible()
        expect(self.page.locator("#record-time")).not_to_have_text("0:00")
        self.page.get_by_role("button", name="Stop recording").click()
        self.page.get_by_role("button", name="Play voice").click()
        expect(self.page.get_by_role("button", name="Stop voice")).to_be_visible()
        expect(self.page.get_by_role("button", name="Play voice")).to_be_visible()  # it has come to its end
        self.write("<Enter>")
        voice = self.update("message")["voice"]
        self.assertGreaterEqual(voice["duration"], 1)
        self.assertGreater(voice["file_size"], 0)

    def test_a_recording_can_be_thrown_away_and_a_file_is_voice_if_wanted(self) -> None:
        self.page.get_by_role("button", name="Record a voice message").click()
        self.page.get_by_role("button", name="Throw the recording away").click()
        expect(self.page.get_by_role("group", name="To be sent")).to_be_hidden()
        self.attach_menu("Audio file as voice", file("a.mp3", "audio/mpeg", b"no sound"))
        self.write("<Enter>")
        self.assertEqual(self.update("message")["voice"]["mime_type"], "audio/mpeg")

    def test_places_contacts_polls_and_dice_are_sent_by_small_forms(self) -> None:
        self.attach_menu("Location")
        self.dialog("Location").get_by_label("Latitude").fill("1.5")
        self.dialog("Location").get_by_label("Shared").select_option("Live for 1 hour")
        self.dialog("Location").get_by_role("button", name="Send").click()
        location = self.update("message")["location"]
        self.assertEqual((location["latitude"], location["live_period"]), (1.5, 3600))

        self.attach_menu("Contact")
        self.dialog("Contact").get_by_label("Phone number").fill("+123")
        self.dialog("Contact").get_by_label("First name").fill("Dora")
        self.dialog("Contact").get_by_role("button", name="Send").click()
        self.assertEqual(self.update("message")["contact"], {"phone_number": "+123", "first_name": "Dora"})

        self.attach_menu("Poll")
        poll = self.dialog("Poll")
        poll.get_by_label("Question").fill("Tea?")
        for number, words in enumerate(("Yes", "No", "Coffee"), start=1):
            poll.get_by_label(f"Option {number}", exact=True).fill(words)
        poll.get_by_label("Quiz").check()
        poll.get_by_role("button", name="Send").click()
        expect(poll.get_by_role("alert")).to_have_text("Mark the option that is right.")
        poll.get_by_label("Option 3 is right").check()
        poll.get_by_role("button", name="Send").click()
        sent = self.update("message")["poll"]
        self.assertEqual(
            ([option["text"] for option in sent["options"]], sent["type"]), (["Yes", "No", "Coffee"], "quiz")
        )

        self.attach_menu("Darts")
        self.assertEqual(self.update("message")["dice"]["emoji"], "🎯")

    def test_a_form_that_is_left_sends_nothing_and_the_focus_returns(self) -> None:
        self.attach_menu("Contact")
        self.type("<Escape>")
        expect(self.dialog("Contact")).to_be_hidden()
        expect(self.page.get_by_role("button", name="Attach")).to_be_focused()
        expect(self.messages).to_have_count(0)


@needs_chromium
class Changing(ComposerCase):
    """Editing, replying, and what was begun elsewhere."""

    def test_arrow_up_edits_the_last_own_message_and_escape_gives_the_words_back(self) -> None:
        self.write("first", "<Control+a>", "<Control+b>", "<Enter>")
        self.call("sendMessage", chat_id=1, text="from the bot")
        expect(self.messages).to_have_count(2)
        self.type("<ArrowUp>")
        expect(self.page.get_by_text("Edit message")).to_be_visible()
        expect(self.field.locator("strong")).to_have_text("first")
        self.type("<Escape>")
        expect(self.field).to_have_text("")
        self.type("<ArrowUp>", " changed", "<Enter>")
        edited = self.update("edited_message")
        self.assertEqual((edited["text"], spans(edited)), ("first changed", [("bold", 0, 13)]))
        expect(self.page.get_by_text("Edit message")).to_be_hidden()
        expect(self.field).to_have_text("")

    def test_a_caption_is_changed_and_taken_away(self) -> None:
        self.choose_files(file("a.png"))
        self.write("capton", "<Enter>")
        expect(self.messages).to_have_count(1)
        expect(self.field).to_have_text("")  # when all is sent
        self.type("<ArrowUp>", "<Control+a>", "caption", "<Enter>")
        self.assertEqual(self.update("edited_message")["caption"], "caption")
        expect(self.field).to_have_text("")
        self.type("<ArrowUp>", "<Control+a>", "<Delete>", "<Enter>")
        self.assertNotIn("caption", self.update("edited_message"))

    def test_an_answer_shows_what_it_answers_and_goes_with_everything(self) -> None:
        self.call("sendMessage", chat_id=1, text="What?")
        self.messages.last.hover()
        self.messages.last.get_by_role("button", name="Reply").click()
        bar = self.page.locator("#reply")
        expect(bar).to_contain_text("Sandbox bot What?")
        self.type("<Escape>")
        expect(bar).to_be_hidden()
        ways: tuple[Callable[[], None], ...] = (
            lambda: self.write("this", "<Enter>"),
            lambda: self.attach_menu("Dice"),
        )
        for send in ways:
            self.messages.first.hover()
            self.messages.first.get_by_role("button", name="Reply").click()
            send()
            self.assertEqual(self.update("message")["reply_to_message"]["text"], "What?")
            expect(bar).to_be_hidden()

    def test_what_was_begun_in_a_chat_waits_there(self) -> None:
        self.write("for the bot")
        self.page.get_by_role("button", name=GROUP).click()
        expect(self.page.get_by_role("heading", name=GROUP)).to_be_visible()
        expect(self.field).to_have_text("")
        self.page.get_by_role("button", name="Sandbox bot").click()
        expect(self.field).to_have_text("for the bot")

    def test_what_is_refused_comes_back_into_the_field(self) -> None:
        self.page.evaluate("document.getElementById('text').value = 'x'.repeat(4097)")
        self.page.locator("#text").dispatch_event("input")
        self.write("<Enter>")
        expect(self.page.locator("#toasts")).to_have_text("A message needs between 1 and 4096 characters.")
        expect(self.field).to_have_text("x" * 4097)
        self.complaints.clear()  # the browser says that a call was refused


@needs_chromium
class Commands(ComposerCase):
    """The menu that opens at a slash."""

    def setUp(self) -> None:
        """Give the bot commands, in two languages and for groups."""
        super().setUp()
        menu = [{"command": name, "description": f"About {name}"} for name in ("start", "stop", "help")]
        self.call("setMyCommands", commands=menu)
        self.options = self.page.get_by_role("listbox", name="Commands").get_by_role("option")

    def test_it_narrows_while_one_types_and_is_used_by_keys_and_mouse(self) -> None:
        self.write("/")
        expect(self.options).to_have_count(3)
        self.type("st")
        expect(self.options).to_have_count(2)
        self.type("<ArrowDown>", "<ArrowDown>", "<Enter>")
        self.assertEqual(self.update("message")["text"], "/stop")
        self.type("/h", "<Tab>")
        expect(self.field).to_have_text("/help ")
        self.type("me", "<Enter>")
        self.assertEqual(self.update("message")["text"], "/help me")
        self.type("/s")
        self.options.first.click()
        self.assertEqual(self.update("message")["text"], "/start")
        self.type("/", "<Escape>")
        expect(self.options).to_have_count(0)
        expect(self.field).to_have_text("/")

    def test_its_button_opens_it_and_keys_choose(self) -> None:
        button = self.page.get_by_role("button", name="Commands")
        button.click()
        expect(button).to_have_attribute("aria-expanded", "true")
        self.type("<ArrowDown>", "<Enter>")
        self.assertEqual(self.update("message")["text"], "/start")
        expect(button).to_have_attribute("aria-expanded", "false")

    def test_each_sees_their_language_and_the_chats_scope(self) -> None:
        russian = [{"command": "start", "description": "Начать"}]
        self.call("setMyCommands", commands=russian, language_code="ru")
        admins = [{"command": "ban", "description": "Ban somebody"}]
        self.call("setMyCommands", commands=admins, scope={"type": "all_chat_administrators"})
        self.page.get_by_role("button", name="Bob").click()
        expect(self.page.get_by_role("button", name="Bob")).to_have_attribute("aria-pressed", "true")
        self.write("/")
        expect(self.options).to_have_text(["/startНачать"])
        self.page.get_by_role("button", name="Alice").click()
        self.page.get_by_role("button", name=GROUP).click()  # which is hers
        expect(self.page.get_by_role("heading", name=GROUP)).to_be_visible()
        self.write("/")
        expect(self.options).to_have_text(["/banBan somebody"])

    def test_of_several_bots_in_a_group_each_is_named(self) -> None:
        self.call("setMyCommands", "2:other", commands=[{"command": "help", "description": "The other's"}])
        self.page.get_by_role("button", name=GROUP).click()
        expect(self.page.get_by_role("heading", name=GROUP)).to_be_visible()
        self.write("/help")
        expect(self.options).to_have_count(2)
        self.type("@sandbox2")
        expect(self.options).to_have_text(["/help@sandbox2_botThe other's"])
        self.type("<ArrowDown>", "<Enter>")
        self.assertEqual(self.update("message")["text"], "/help@sandbox2_bot")


@needs_chromium
class Looks(ComposerCase):
    """Good for all eyes and hands, on a small phone, in the light and in the dark."""

    def test_nothing_is_grave_for_people_who_see_or_point_less_and_nothing_is_too_wide(self) -> None:
        self.call("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
        keys = [["Yes", {"text": "No", "style": "danger"}], [{"text": "My number", "request_contact": True}]]
        self.call("sendMessage", chat_id=1, text="?", reply_markup={"keyboard": keys, "resize_keyboard": True})
        for scheme in ("light", "dark"):
            for width in (1280, 320):
                with self.subTest(scheme=scheme, width=width):
                    self.page.emulate_media(color_scheme=scheme)
                    self.page.set_viewport_size({"width": width, "height": 720})
                    self.look_at_everything()

    def look_at_everything(self) -> None:
        """Open each thing in turn."""
        expect(self.page.get_by_role("group", name="The bot's keyboard")).to_be_visible()
        self.look("keyboard")
        self.write("Some words", "<Control+a>")
        expect(self.page.get_by_role("toolbar", name="Formatting")).to_be_visible()
        self.look("bar")
        self.type("<Control+k>")
        self.look("link")
        self.type("<Escape>")
        self.choose_files(file("a.png"), file("b.mp3", "audio/mpeg"))
        self.look("tray")
        self.page.get_by_role("button", name="Remove all").click()
        self.write("<Control+a>", "/")
        self.look("commands", part="#composer")  # it lies over messages and their buttons
        self.type("<Backspace>")
        self.page.get_by_role("button", name="Attach").click()
        self.look("menu")
        self.page.get_by_role("menuitem", name="Poll").click()
        self.look("poll", part="dialog[open]")
        self.type("<Escape>")

    def look(self, what: str, part: str = "main") -> None:
        """Hold what is seen against the rules."""
        self.assertEqual(findings(self.page, part=part), [], what)
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.assertEqual(over, 0, what)
