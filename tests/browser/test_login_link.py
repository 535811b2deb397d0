"""From a password to none: link a Telegram account on the page, ask the bot for a link, and come in by it."""

import re

from playwright.sync_api import expect

from tests.browser.case import NAME, PASSWORD, BrowserTestCase
from tests.browser.chromium import needs_chromium


@needs_chromium
class LoginLinkTests(BrowserTestCase):
    """The operator, who is Alice in the chat."""

    environment = {"BOT_SANDBOX": "1", "DASHBOARD_URL": "https://deck.example"}

    def test_link_ask_and_log_in_once(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.deck.get_by_role("link", name=NAME).click()
        self.deck.get_by_label("Your password").fill(PASSWORD)
        self.deck.get_by_role("button", name="Link Telegram account").click()
        self.say(self.deck.locator("code.secret").inner_text())
        self.messages.get_by_role("button", name="Link", exact=True).click()
        expect(self.messages.filter(has_text="You are linked")).to_contain_text(NAME)
        self.deck.get_by_role("link", name="Show the account").click()
        expect(self.deck.locator("main")).to_contain_text("Alice")

        self.deck.get_by_role("button", name="Log out").click()
        self.say("/dashboard")
        button = self.messages.filter(has_text="logs you in").get_by_role("link", name="Log in")
        address = str(button.get_attribute("href"))
        self.assertRegex(address, r"^https://deck\.example/login/[\w-]{43}/$")
        here = address.replace("https://deck.example", self.stack.web_url)
        self.deck.goto(here)
        expect(self.deck.get_by_role("heading", level=1)).to_have_text(f"Log in as {NAME}?")
        self.deck.get_by_role("button", name="Log in").click()
        expect(self.deck.get_by_role("heading", name="Overview", level=1)).to_be_visible()
        self.assertEqual(self.complaints, [])

        self.deck.goto(here)
        expect(self.deck.get_by_role("heading", level=1)).to_have_text("This link does not log you in")
        self.assertTrue(all("410" in line for line in self.complaints), self.complaints)
        logs = "".join(path.read_text() for path in self.stack.directory.glob("*.log"))
        self.assertNotIn(address.split("/")[-2], logs)
        self.assertTrue(re.search(r"/login/\[hidden\]/", logs))
