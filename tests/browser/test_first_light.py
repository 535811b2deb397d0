"""The main job, as a person sees it: type in the chat page, read the answer, find it on the dashboard."""

import re

from playwright.sync_api import expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium


@needs_chromium
class FirstLightTests(BrowserTestCase):
    """Sandbox, bot, web and a browser."""

    def test_from_the_chat_page_to_the_dashboard(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        messages = self.messages

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
        messages = self.messages
        self.say("/help")
        expect(messages.last).to_contain_text("Что я умею")
        self.chat.get_by_role("button", name=re.compile("Botdeck team")).click()
        self.say("/about")
        expect(messages.last).to_contain_text("Работает на Botdeck")
        self.assertEqual(self.complaints, [])
