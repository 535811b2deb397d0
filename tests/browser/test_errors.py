"""An error's life as owner and operator see it: group, alert, mute, resolution, regression."""

import re

from playwright.sync_api import expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium


@needs_chromium
class ErrorLifeTests(BrowserTestCase):
    """An owner in the chat, an operator at the dashboard; each attempt is the last one."""

    environment = {"BOT_SANDBOX": "1", "BOT_ATTEMPTS": "1"}

    def state(self, word: str) -> None:
        """Open the error's page and see its state."""
        self.deck.goto(self.address)
        expect(self.deck.locator("main .state").first).to_have_text(word)

    def test_from_the_bug_to_its_regression(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.deck.goto(f"{self.stack.web_url}/errors/")  # open before it happens: it must appear by itself
        expect(self.deck.locator("main")).to_contain_text("No")

        self.say("/crash bug")
        apology = self.messages.filter(has_text="Reference:")
        expect(apology).to_have_count(1)
        code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", apology.inner_text())
        assert code
        alert = self.messages.filter(has_text="Occurrences: 1")
        expect(alert).to_contain_text("New error")
        expect(alert).to_contain_text("ValueError")
        expect(self.deck.get_by_role("link", name=re.compile("^ValueError"))).to_be_visible()

        self.deck.get_by_role("searchbox").fill(code[0].lower())
        self.deck.keyboard.press("Enter")
        expect(self.deck.get_by_role("heading", level=1)).to_contain_text("ValueError")
        expect(self.deck.locator("main")).to_contain_text(code[0])
        expect(self.deck.locator("main")).to_contain_text("Caused by")
        self.address = self.deck.url

        self.chat.get_by_role("button", name="Mute 1 h").click()
        expect(alert).to_contain_text("nobody is told")
        self.state("muted")

        self.deck.get_by_role("button", name="Reopen").click()
        self.state("ongoing")
        self.deck.get_by_role("button", name="Resolve", exact=True).click()
        self.state("resolved")

        self.say("/crash bug")
        expect(apology).to_have_count(2)
        expect(self.messages.filter(has_text="It came back")).to_contain_text("ValueError")
        self.state("regressed")
        expect(self.deck.locator("main")).to_contain_text("it came again")
        self.assertEqual(self.complaints, [])
