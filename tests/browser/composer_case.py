"""What the tests of the chat page's composer share: a sandbox, a page with a microphone, and the test as the bot."""

import base64
import json
import unittest
import urllib.request
from typing import Any

from playwright.sync_api import Browser, FilePayload, Locator, expect

from tests.browser.chromium import browser, listen
from tests.processes import PATIENCE, Stack, eventually

PATIENCE_MS = 60_000  # a bound for a machine under load
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def file(name: str, content_type: str = "image/png", content: bytes = PIXEL) -> FilePayload:
    """A file that somebody chooses."""
    return {"name": name, "mimeType": content_type, "buffer": content}


class ComposerCase(unittest.TestCase):
    """Alice's chat with the bot is open; whatever the page complains about fails the test."""

    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        """Start a browser with a microphone."""
        cls.browser = cls.enterClassContext(browser(*MICROPHONE))

    def setUp(self) -> None:
        """Start a sandbox, let the bot call once, and open the page."""
        self.stack = self.enterContext(Stack())
        self.stack.start_sandbox()
        self.offset = 0
        self.call("getMe")
        expect.set_options(timeout=PATIENCE_MS)
        self.context = self.browser.new_context(permissions=["microphone"])
        self.addCleanup(self.context.close)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        listen(self.page, self.complaints)
        self.page.goto(f"{self.stack.sandbox_url}/")
        self.messages = self.page.get_by_role("log").get_by_role("article")
        self.keyboard = self.page.keyboard
        expect(self.page.get_by_text("Connected", exact=True)).to_be_attached()

    def tearDown(self) -> None:
        """No console message is wanted."""
        self.assertEqual(self.complaints, [])

    @property
    def field(self) -> Locator:
        """Where a person writes."""
        return self.page.get_by_label("Message", exact=True)

    def call(self, method: str, token: str = "1:sandbox", **fields: Any) -> Any:
        """Call the Bot API."""
        request = urllib.request.Request(
            f"{self.stack.sandbox_url}/bot{token}/{method}",
            json.dumps(fields).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)["result"]

    def update(self, kind: str) -> dict[str, Any]:
        """Wait for the bot's next update of a kind; those of other kinds before it are passed over."""
        while True:
            found = eventually(
                lambda: self.call("getUpdates", offset=self.offset, limit=1), what=f"the bot gets {kind}"
            )
            self.offset = found[0]["update_id"] + 1
            if kind in found[0]:
                update: dict[str, Any] = found[0][kind]
                return update

    def write(self, *keys: str) -> None:
        """Type into the empty field; what names a key is pressed."""
        self.field.click()
        self.type(*keys)

    def type(self, *keys: str) -> None:
        """Type where the focus is: words in angle brackets are keys, as <Control+b>."""
        for key in keys:
            if key.startswith("<"):
                self.keyboard.press(key.strip("<>"))
            else:
                self.keyboard.type(key)

    def choose_files(self, *files: FilePayload) -> None:
        """Choose files by the menu of what can be attached."""
        self.attach_menu("Photo or video", *files)

    def attach_menu(self, name: str, *files: FilePayload) -> None:
        """Choose from the menu of what can be attached; files, where it asks for them."""
        self.page.get_by_role("button", name="Attach").click()
        item = self.page.get_by_role("menuitem", name=name, exact=True)
        if not files:
            item.click()
            return
        with self.page.expect_file_chooser() as chooser:
            item.click()
        chooser.value.set_files(list(files))

    def dialog(self, title: str) -> Locator:
        """A small form that is open."""
        return self.page.get_by_role("dialog", name=title)
