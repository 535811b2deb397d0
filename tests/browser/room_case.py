"""What browser tests of the sandbox's chat page share: a sandbox, a window of somebody, and calls as the bot."""

import json
import unittest
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe_run import findings
from tests.browser.chromium import browser, listen
from tests.processes import PATIENCE, Stack

PATIENCE_MS = 60_000  # a bound for a machine under load
ALICE, BOB, CHARLIE = 1, 2, 3
TEAM = -1001000000001
File = tuple[str, str, str, bytes]  # parameter, name, type, content


class RoomCase(unittest.TestCase):
    """`page` is Alice's window, open at her chat with the bot; the test is the bot."""

    def setUp(self) -> None:
        """Start a sandbox and a browser; a page that complains fails the test."""
        self.stack = self.enterContext(Stack())
        self.sandbox = self.stack.start_sandbox()
        expect.set_options(timeout=PATIENCE_MS)
        self.context = self.enterContext(browser()).new_context(permissions=["clipboard-read", "clipboard-write"])
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.call("getMe")
        self.page = self.window(ALICE)

    def tearDown(self) -> None:
        """No page may complain."""
        self.assertEqual(self.complaints, [])

    def window(self, person: int, chat: int | None = None, more: str = "") -> Page:
        """Open a window of somebody, at their chat with the bot or at a group."""
        page = self.context.new_page()
        listen(page, self.complaints)
        bot = "" if chat else "&bot=1"
        page.goto(f"{self.stack.sandbox_url}/#person={person}&chat={chat or person}{bot}{more}")
        expect(page.locator("#connection")).to_have_text("Connected")
        expect(page.get_by_role("log")).not_to_have_attribute("aria-busy", "true")
        expect(page.locator("#chats button")).not_to_have_count(0)
        return page

    def call(self, method: str, *files: File, token: str = "1:sandbox", **fields: Any) -> Any:
        """Call the Bot API."""
        boundary = uuid4().hex
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
        parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in texts.items()]
        for name, filename, kind, content in files:
            head = f'name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
            parts.append(_part(boundary, head, content))
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = urllib.request.Request(f"{self.stack.sandbox_url}/bot{token}/{method}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return json.load(response)["result"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read()) from error

    def send(self, text: str = "x", chat: int = ALICE, **more: Any) -> int:
        """Send a message as the bot; return its number."""
        return int(self.call("sendMessage", chat_id=chat, text=text, **more)["message_id"])

    def updates(self, *kinds: str) -> list[Any]:
        """What the bot has been told, of these kinds, from the beginning."""
        found = self.call("getUpdates", allowed_updates=[*kinds])
        return [update[kind] for update in found for kind in kinds if kind in update]

    def messages(self, page: Page | None = None) -> Locator:
        """The messages that a page shows."""
        return (page or self.page).get_by_role("log").get_by_role("article")

    def choose(self, message: Locator, words: str, page: Page | None = None) -> None:
        """Choose something in the menu of a message."""
        message.hover()
        message.get_by_role("button", name="More").click()
        (page or self.page).get_by_role("menuitem", name=words, exact=True).click()

    def sheet(self, title: str, page: Page | None = None) -> Locator:
        """The sheet with this title, which must be open."""
        found = (page or self.page).get_by_role("dialog", name=title)
        expect(found).to_be_visible()
        return found

    def assert_accessible(self, page: Page | None = None) -> None:
        """Have axe look at the page as it is."""
        self.assertEqual(findings(page or self.page), [])


def _part(boundary: str, head: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
