"""Forms that open in a page: the focus goes to their first field, so that what is typed next stands there."""

from playwright.sync_api import Locator, expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium

WORDS = "Thanks a lot"


@needs_chromium
class FormTests(BrowserTestCase):
    """An operator who opens a form by mouse or key and types at once."""

    environment = {"BOT_SANDBOX": "1"}

    def test_what_is_typed_next_stands_in_the_form(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.say("What a bot")
        self.answer()
        self.name_a_view()
        self.refuse_and_undo()
        self.assertEqual(self.complaints, [])

    def typed(self, field: Locator) -> None:
        """Type words with spaces, and see them there and the form open."""
        expect(field).to_be_focused()
        self.deck.keyboard.type(WORDS)
        expect(field).to_have_value(WORDS)
        expect(field).to_be_visible()

    def answer(self) -> None:
        """By mouse; what is sent is the answer."""
        self.deck.goto(f"{self.stack.web_url}/feedback/")
        opener = self.deck.locator("summary", has_text="Answer…").first
        expect(opener).to_be_visible()
        opener.click()
        self.typed(self.deck.locator("textarea").first)
        opener.press("Space")
        expect(self.deck.locator("textarea").first).to_be_hidden()
        expect(opener).to_be_focused()

    def name_a_view(self) -> None:
        """By key."""
        self.deck.goto(f"{self.stack.web_url}/people/?messages=on")
        self.deck.locator("#views summary").press("Enter")
        self.typed(self.deck.locator("#view-name"))
        self.deck.keyboard.press("Enter")
        expect(self.deck.get_by_role("link", name=WORDS)).to_have_attribute("aria-current", "true")

    def refuse_and_undo(self) -> None:
        """A tag that is none leaves the tick and the words, through refreshes; a good one can be undone later."""
        deck = self.deck
        deck.goto(f"{self.stack.web_url}/people/")
        deck.locator("td.box input").first.check()
        tag = deck.get_by_label("Tag for the chosen")
        tag.fill("two words")
        deck.get_by_role("button", name="Tag", exact=True).click()
        expect(deck.get_by_role("alert").filter(has_text="A tag is one word")).to_be_visible()
        expect(deck.locator("td.box input").first).to_be_checked()
        expect(deck.get_by_text("1 chosen:")).to_be_visible()
        expect(tag).to_have_value("two words")
        tag.fill("vip")
        deck.get_by_role("button", name="Tag", exact=True).click()
        expect(deck.locator("td.c-tags").first).to_have_text("#vip")
        deck.goto(f"{self.stack.web_url}/updates/")
        deck.goto(f"{self.stack.web_url}/people/")
        expect(deck.locator("form.undo")).to_contain_text("1 of 1: the tag is on.")
        deck.get_by_role("button", name="Undo").click()
        expect(deck.get_by_text("1 of 1: undone.")).to_be_visible()
        expect(deck.locator("td.c-tags").first).to_have_text("–")
