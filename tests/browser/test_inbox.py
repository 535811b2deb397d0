"""Answering a person: they write, an operator finds them waiting, answers by keyboard, and the answer arrives."""

import base64

from playwright.sync_api import FilePayload, expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium
from tests.processes import eventually

LAST = """
from botcore.models import Update
last = Update.objects.latest("pk")
print(last.pk, last.state, last.handler)
"""
KEPT = ["done", "feedback.keep"]  # the rest of the bot has not heard of it
TYPED = "What I am typing"
MANY = "At most 10 files go at once."
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
MAP: FilePayload = {"name": "map.png", "mimeType": "image/png", "buffer": PIXEL}


@needs_chromium
class InboxTests(BrowserTestCase):
    """Person 1 has no role."""

    environment = {"BOT_SANDBOX": "1", "TELEGRAM_ADMIN_IDS": "2"}

    asked = 0  # for help

    def test_a_person_is_answered(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.deck.keyboard.press("g")
        self.deck.keyboard.press("i")
        expect(self.deck.get_by_role("heading", name="Conversations", level=1)).to_be_visible()
        self.say("The map is wrong")
        row = self.deck.locator("tr", has_text="The map is wrong")  # by itself
        expect(row).to_be_visible()
        row.get_by_role("link").first.click()
        expect(self.deck.locator("#live .turn", has_text="The map is wrong")).to_be_in_viewport()  # beside the answer
        self.take_over()
        self.answer()
        self.send_a_picture()
        self.assertEqual(self.complaints, [])

    def take_over(self) -> None:
        """The bot is silent; what the person writes appears beside what is being typed."""
        deck = self.deck
        expect(deck.get_by_text("waits for an answer")).to_be_visible()
        deck.get_by_role("button", name="Take over from the bot").click()
        expect(deck.get_by_role("button", name="Hand back to the bot")).to_be_visible()
        deck.keyboard.press("r")
        field = deck.get_by_label("Text", exact=True)
        expect(field).to_be_focused()
        deck.keyboard.type(TYPED)
        eventually(self.is_kept, what="the bot knows that it is silent")  # its process looks every two seconds
        texts = self.stack.bot_texts(1)
        self.assertTrue(self.is_kept())
        self.assertEqual(self.stack.bot_texts(1), texts)
        # What one has not seen goes on waiting for an answer.
        expect(deck.locator("#live .turn:not(.out)", has_text="/help")).to_have_count(self.asked)
        expect(field).to_have_value(TYPED)

    def is_kept(self) -> bool:
        """Ask for help; tell whether that went to the operators alone."""
        before = self.last()[0]
        self.say("/help")
        self.asked += 1

        def handled() -> list[str]:
            found, *state = self.last()
            return state if found != before and state[0] == "done" else []

        return eventually(handled, what="help is answered or kept") == KEPT

    def last(self) -> list[str]:
        """Return the latest update's id, state and handler."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", LAST).split()

    def answer(self) -> None:
        """Ctrl-Enter sends it; it arrives, and nobody waits."""
        self.deck.keyboard.press("Control+Enter")
        expect(self.messages.filter(has_text=TYPED)).to_be_visible()
        expect(self.deck.locator("#live .turn.out", has_text=TYPED)).to_be_visible()
        expect(self.deck.get_by_text("waits for an answer")).to_have_count(0)

    def send_a_picture(self) -> None:
        """A picture goes below what the person wrote, arrives with its words, and is seen in the transcript."""
        deck = self.deck
        deck.get_by_label("In reply to").select_option(index=1)
        deck.get_by_label("Files").set_input_files([MAP] * 11)
        deck.get_by_role("button", name="Send", exact=True).click()  # the browser says that these are too many
        self.assertEqual(deck.get_by_label("Files").evaluate("field => field.validationMessage"), MANY)
        deck.get_by_label("Files").set_input_files(MAP)
        deck.get_by_label("Text", exact=True).fill("The new map")
        deck.keyboard.press("Control+Enter")
        expect(self.messages.filter(has_text="The new map").get_by_role("img").first).to_be_visible()
        shown = deck.locator("#live .turn.out", has_text="The new map")
        expect(shown.get_by_text("In reply to")).to_be_attached()
        picture = shown.get_by_role("img").first
        expect(picture).to_be_visible()
        width = "image => image.decode().then(() => image.naturalWidth)"
        self.assertEqual(picture.evaluate(width), 1)
        self.deck.goto(f"{self.stack.web_url}/conversations/?show=waiting")
        expect(self.deck.get_by_text("Nobody waits for an answer.")).to_be_visible()
