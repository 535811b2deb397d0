"""Files, forwarded messages and groups on the chat page."""

import base64
import json
import unittest
import urllib.request
from typing import Any

from playwright.sync_api import expect

from tests.browser.chromium import browser, listen, needs_chromium
from tests.processes import PATIENCE, Stack

PATIENCE_MS = 30_000
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@needs_chromium
class SandboxPageTests(unittest.TestCase):
    """A sandbox and a browser; the test is the bot."""

    def setUp(self) -> None:
        """Open the page and write down every complaint."""
        self.stack = self.enterContext(Stack())
        self.stack.start_sandbox()
        expect.set_options(timeout=PATIENCE_MS)
        context = self.enterContext(browser()).new_context()
        context.set_default_timeout(PATIENCE_MS)
        self.page = context.new_page()
        self.complaints: list[str] = []
        listen(self.page, self.complaints)

    def call(self, method: str, upload: tuple[str, str, bytes] | None = None, **fields: Any) -> Any:
        """Call the Bot API, with one uploaded file (parameter, name, content) if there is one."""
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                 for name, value in fields.items()]  # fmt: skip
        if upload:
            name, filename, content = upload
            head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
        request = urllib.request.Request(
            f"{self.stack.sandbox_url}/bot1:sandbox/{method}",
            b"".join(parts) + b"--x--\r\n",
            {"Content-Type": "multipart/form-data; boundary=x"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)["result"]

    def test_at_the_start_there_are_a_group_and_a_channel_in_which_its_owner_writes(self) -> None:
        self.page.goto(f"{self.stack.sandbox_url}/")
        chats = self.page.locator("#chats")
        expect(chats.get_by_role("button", name="Botdeck team")).to_be_visible()
        chats.get_by_role("button", name="Botdeck blog").click()
        field = self.page.get_by_label("Message", exact=True)
        field.fill("We are open")
        field.press("Enter")
        expect(self.page.get_by_role("log").get_by_role("article")).to_contain_text("We are open")
        (update,) = self.call("getUpdates")
        self.assertEqual(update["channel_post"]["sender_chat"]["title"], "Botdeck blog")
        self.assertEqual(self.complaints, [])

    def test_pictures_files_and_forwarded_messages_are_shown(self) -> None:
        photo = self.call("sendPhoto", ("photo", "a.png", PIXEL), chat_id=1, caption="<i>A dot</i>", parse_mode="HTML")
        self.call("sendDocument", chat_id=1, document="https://example.com/<b>report</b>.pdf")
        self.call("forwardMessage", chat_id=1, from_chat_id=1, message_id=photo["message_id"])
        self.page.goto(f"{self.stack.sandbox_url}/")
        messages = self.page.get_by_role("log").get_by_role("article")
        picture = messages.nth(0).get_by_role("img")
        expect(picture).to_be_visible()
        self.assertEqual(picture.evaluate("image => image.decode().then(() => image.naturalWidth)"), 1)
        expect(messages.nth(0)).to_contain_text("A dot")
        expect(messages.nth(1).get_by_role("link", name="b>.pdf document · 0 B")).to_be_visible()
        expect(messages.nth(2)).to_contain_text("Forwarded from Sandbox bot")
        self.assertEqual(self.complaints, [])

    def test_a_new_channel_and_an_upgraded_group_appear(self) -> None:
        self.page.goto(f"{self.stack.sandbox_url}/")
        channel = self.stack.sandbox("groups", title="News", type="channel")["chat"]["chat"]
        group = self.stack.sandbox("groups", title="Friends", type="group")["chat"]["chat"]
        self.page.get_by_role("button", name="News").click()
        self.call("sendMessage", chat_id=channel, text="Read all about it")
        expect(self.page.get_by_role("log")).to_contain_text("Read all about it")
        self.page.get_by_role("button", name="Friends").click()
        expect(self.page.get_by_role("heading", name="Friends")).to_be_visible()
        self.stack.sandbox("migrate", chat=group)  # who looks at it goes along
        expect(self.page.get_by_role("log")).to_contain_text("This supergroup was a group before.")
        self.assertEqual(self.complaints, [])
