"""What browser tests of the whole share: sandbox, bot, web, an operator, and pages that write down every complaint."""

import unittest

from playwright.sync_api import Page, expect

from tests.browser.chromium import browser, listen
from tests.processes import Stack

PATIENCE_MS = 60_000  # a bound for a machine under load
NAME, PASSWORD = "operator", "a-long-password-1"


class BrowserTestCase(unittest.TestCase):
    """Everything runs; `chat` and `deck` are empty pages of one browser."""

    environment: dict[str, str] = {}

    def setUp(self) -> None:
        """Start everything and open a browser."""
        self.stack = self.enterContext(Stack(**self.environment))
        self.stack.migrate()
        self.stack.manage("collectstatic", "--no-input", "--verbosity", "0")
        arguments = ["--no-input", "--username", NAME, "--email", "o@example.org"]
        self.stack.manage("createsuperuser", *arguments, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        self.stack.start_sandbox()
        self.stack.start_bot()
        self.stack.start_web()
        expect.set_options(timeout=PATIENCE_MS)
        context = self.enterContext(browser()).new_context()
        context.set_default_timeout(PATIENCE_MS)
        self.chat, self.deck = context.new_page(), context.new_page()
        self.complaints: list[str] = []
        for page in (self.chat, self.deck):
            listen(page, self.complaints)
        self.messages = self.chat.get_by_role("log").get_by_role("article")

    def say(self, text: str) -> None:
        """Type into the chat page as a person does."""
        self.chat.get_by_label("Message", exact=True).fill(text)
        self.chat.get_by_role("button", name="Send").click()

    def log_in(self, page: Page) -> None:
        """Log in to the dashboard."""
        page.goto(f"{self.stack.web_url}/")
        page.get_by_label("Username").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
        page.wait_for_load_state()  # its scripts come last
