"""The sandbox's chat page: how one gets from the chats to a chat and back, by the browser's keys, too."""

import re

from playwright.sync_api import expect

from tests.browser.chromium import needs_chromium
from tests.browser.room_case import BOB, TEAM, RoomCase


@needs_chromium
class MovingTests(RoomCase):
    def test_the_browser_s_back_leads_from_a_chat_to_the_chats(self) -> None:
        self.page.set_viewport_size({"width": 360, "height": 640})
        chats, log = self.page.locator("#chats"), self.page.get_by_role("log")
        self.page.get_by_role("button", name="Back to the chats").click()
        for _ in range(2):
            chats.get_by_role("button", name="Botdeck team").click()
            expect(log).to_be_visible()
            self.page.go_back()
            expect(chats).to_be_visible()
            expect(log).to_be_hidden()
            expect(chats.get_by_role("button", name="Botdeck team")).to_be_focused()
        self.page.go_forward()
        expect(log).to_be_visible()
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()
        self.page.reload()
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()
        self.page.get_by_role("button", name="Back to the chats").click()
        expect(chats).to_be_visible()
        expect(self.page).to_have_url(re.compile(f"chat={TEAM}"))

    def test_what_comes_while_one_looks_at_the_chats_is_unread(self) -> None:
        self.page.set_viewport_size({"width": 360, "height": 640})
        entry = self.page.locator("#chats").get_by_role("button", name="Sandbox bot")
        self.page.get_by_role("button", name="Back to the chats").click()
        for count in range(1, 3):
            self.send("Hello")
            expect(entry).to_have_attribute("aria-description", f"Hello, {count} unread")
        entry.click()
        expect(self.messages()).to_have_count(2)
        hidden = self.page.locator("#chats button[data-key='chat-1-1']")  # behind the chat, on a phone
        expect(hidden).to_have_attribute("aria-description", "Hello")  # whoever goes back before has not seen them
        self.page.go_back()
        expect(entry).to_have_attribute("aria-description", "Hello")

    def test_an_address_that_is_typed_shows_its_chat(self) -> None:
        self.page.set_viewport_size({"width": 360, "height": 640})
        self.page.get_by_role("button", name="Back to the chats").click()
        self.page.evaluate(f"location.hash = 'person={BOB}&chat={TEAM}'")
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()

    def test_who_skips_to_the_message_field_stays_who_and_where_they_are(self) -> None:
        page = self.window(BOB, TEAM)
        skip = page.get_by_role("link", name="Skip to the message field")
        skip.focus()
        skip.press("Enter")
        expect(page.get_by_label("Message", exact=True)).to_be_focused()
        expect(page).to_have_url(re.compile(f"person={BOB}&chat={TEAM}"))
