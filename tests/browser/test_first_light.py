"""The main job, as a person sees it: type in the chat page, read the answer, find it on the dashboard."""

import re
import unittest

from playwright.sync_api import Page, expect

from tests.browser.chromium import browser, listen, needs_chromium
from tests.processes import Stack

PATIENCE_MS = 30_000  # a bound for a machine under load
NAME, PASSWORD = "operator", "a-long-password-1"


@needs_chromium
class FirstLightTests(unittest.TestCase):
    """Sandbox, bot, web and a browser."""

    def setUp(self) -> None:
        """Start everything and open a browser that writes down every complaint."""
        self.stack = self.enterContext(Stack())
        self.stack.manage("migrate", "--verbosity", "0")
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

    def test_from_the_chat_page_to_the_dashboard(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        messages = self.chat.get_by_role("log").get_by_role("article")

        self.say("/start from_poster")
        expect(messages.last).to_contain_text("Hello, Alice!")

        self.log_in(self.deck)
        self.deck.get_by_role("link", name="Updates", exact=True).first.click()
        row = self.deck.get_by_role("row").filter(has_text="start.start")
        expect(row).to_contain_text("done")
        row.get_by_role("link").first.click()
        expect(self.deck.locator("body")).to_contain_text("/start from_poster")  # the raw JSON

        self.say("/settings")
        expect(messages.last).to_contain_text("Language: English")
        self.chat.get_by_role("button", name="Русский").click()
        expect(messages.last).to_contain_text("Язык: Русский")
        self.deck.goto(f"{self.stack.web_url}/people/1/")
        expect(self.deck.locator("body")).to_contain_text("from_poster")

        self.deck.goto(f"{self.stack.web_url}/feedback/")  # open before the message comes: it must appear by itself
        self.say("The map is wrong")
        expect(messages.last).to_contain_text("Спасибо")
        expect(self.deck.get_by_text("The map is wrong")).to_be_visible()

        self.deck.goto(f"{self.stack.web_url}/admin/botcore/update/")
        expect(self.deck.locator("#result_list")).to_contain_text("callback_query")
        self.assertEqual(self.complaints, [])

    def test_the_group_and_a_second_person(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.chat.get_by_role("button", name=re.compile("^Bob")).click()
        messages = self.chat.get_by_role("log").get_by_role("article")
        self.say("/help")
        expect(messages.last).to_contain_text("Что я умею")
        self.chat.get_by_role("button", name=re.compile("Botdeck team")).click()
        self.say("/about")
        expect(messages.last).to_contain_text("Работает на Botdeck")
        self.assertEqual(self.complaints, [])
