"""A conversation with files in a real browser: pictures of both sides are seen, and what was sent is edited there."""

import io
import json
import urllib.request
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium
from tests.processes import PATIENCE, eventually

TOKEN = "1:sandbox"
WIDTH = "image => image.decode().then(() => image.naturalWidth)"
SEND = """
from pathlib import Path
from botcore.outbox.content import Photo
from botcore.outbox.services import send
send(chat_id=1, content=Photo(Path({path!r}), caption="The bot's picture"))
send(chat_id=1, text="Helo")
"""


def picture(side: int) -> bytes:
    """Return a JPEG of this width and height."""
    written = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(written, "JPEG")
    return written.getvalue()


@needs_chromium
class MediaTests(BrowserTestCase):
    """Person 1 of the sandbox, the bot, and an operator at the page of their chat."""

    environment = {"BOT_SANDBOX": "1"}

    def uploaded(self, content: bytes) -> Any:
        """Let the sandbox know a picture; return the photo's sizes."""
        edge = "an-edge"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n--{edge}\r\n'
        head += 'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        request = urllib.request.Request(
            f"{self.stack.sandbox_url}/bot{TOKEN}/sendPhoto", body,
            {"Content-Type": f"multipart/form-data; boundary={edge}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)["result"]["photo"]

    def texts(self) -> list[str]:
        """Return what the bot wrote to the person, beside pictures."""
        messages = self.stack.sandbox("chats/1/messages")["messages"]
        return [message["text"] for message in messages if message["from"]["is_bot"] and "text" in message]

    def talk(self) -> None:
        """Let the person send a picture, and the bot another one and a text."""
        self.stack.say(1, "/start")
        eventually(self.texts, what="the bot answers")
        message = {
            "message_id": 4711, "date": 1_700_000_000, "caption": "My picture", "photo": self.uploaded(picture(40)),
            "chat": {"id": 1, "type": "private", "first_name": "Alice"},
            "from": {"id": 1, "is_bot": False, "first_name": "Alice"},
        }  # fmt: skip
        self.stack.sandbox("deliver", update={"message": message})
        path = self.stack.directory / "bot.jpg"
        path.write_bytes(picture(50))
        self.stack.manage("shell", "--command", SEND.format(path=str(path)))
        eventually(lambda: "Helo" in self.texts(), what="the bot has sent both")

    def turn(self, words: str) -> Locator:
        """Return the turn with these words."""
        return self.deck.locator("li.turn").filter(has_text=words)

    def test_pictures_of_both_sides_are_seen_and_a_text_is_edited_and_deleted(self) -> None:
        self.talk()
        self.log_in(self.deck)
        address = f"{self.stack.web_url}/chats/1/"
        self.deck.goto(address)
        for words, width in (("My picture", 40), ("The bot's picture", 50)):
            image = self.turn(words).locator("img")
            image.scroll_into_view_if_needed()
            self.assertEqual(image.evaluate(WIDTH), width)
        self.assertNotIn(TOKEN, self.deck.content())
        self.turn("Helo").get_by_role("link", name="Edit…").click()
        self.deck.get_by_label("Text").fill("Hello there")
        self.deck.get_by_role("button", name="Save the edit").click()
        expect(self.deck).to_have_url(address)
        eventually(lambda: "Hello there" in self.texts(), what="the chat shows the edit")
        self.see("Hello there", "edited")
        self.turn("Hello there").get_by_role("link", name="Delete…").click()
        self.deck.get_by_role("button", name="Delete the message").click()
        eventually(lambda: "Hello there" not in self.texts(), what="it is gone from the chat")
        self.see("Hello there", "deleted")
        expect(self.turn("Hello there").locator("del")).to_have_text("Hello there")
        self.assertEqual(self.complaints, [])

    def see(self, words: str, mark: str) -> None:
        """Wait until the conversation has the mark at these words."""

        def look() -> bool:
            self.deck.goto(f"{self.stack.web_url}/chats/1/")
            return self.turn(words).get_by_role("link", name=mark, exact=True).count() == 1

        eventually(look, what=f"{words} is {mark}")
