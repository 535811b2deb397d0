"""People of the sandbox who write to the instrumented bot, and wait for its answers."""

import time
from typing import Any

from tests.faults.waits import ANSWER_SECONDS, UnansweredError, wait_for
from tests.processes import Stack


class Person:
    """Somebody new, in a private chat with the bot."""

    def __init__(self, stack: Stack, first_name: str = "Alice", *, known: int | None = None) -> None:
        self._stack = stack
        self.id: int = known or stack.sandbox("people", first_name=first_name)["person"]["id"]

    @property
    def posts(self) -> list[dict[str, Any]]:
        """The bot's messages to them."""
        messages = self._stack.sandbox(f"chats/{self.id}/messages")["messages"]
        return [message for message in messages if message["from"]["is_bot"]]

    @property
    def was_sorry(self) -> bool:
        """Did the bot apologise?"""
        return sorry(self.posts)

    @property
    def newest(self) -> int:
        """The number of the bot's newest message; 0 without any."""
        return max((post["message_id"] for post in self.posts), default=0)

    def has(self, answers: int) -> None:
        """Wait for so many answers in all, or for an apology."""
        wait_for(lambda: len(self.posts) >= answers or self.was_sorry, f"{answers} answers")

    def says(self, *texts: str, answers: int = 1, seconds: float = ANSWER_SECONDS) -> None:
        """Write, and wait for so many answers, or for an apology."""
        before = self.newest  # only the newest 500 are shown
        for text in texts:
            self._stack.say(self.id, text)
        what = f"an answer to {', '.join(texts)}"

        def answered() -> bool:
            new = [post for post in self.posts if post["message_id"] > before]
            return len(new) >= answers or sorry(new)

        wait_for(answered, what, seconds)

    def first_row(self) -> str:
        """Return the button #12 of the newest list's first row; empty without any."""
        rows = self.posts[-1].get("reply_markup", {}).get("inline_keyboard", ()) if self.posts else ()
        return next((button["text"] for row in rows for button in row if button["text"].startswith("#")), "")

    def label(self, beginning: str) -> str:
        """Return the newest button whose words begin so; empty without any."""
        found = [
            button["text"]
            for post in self.posts
            for row in post.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if button["text"].startswith(beginning)
        ]
        return found[-1] if found else ""

    def presses(self, label: str) -> None:
        """Press the newest button with this label, and wait for the answer; without one the bot has apologised."""
        buttons = [
            (post["message_id"], button["callback_data"])
            for post in self.posts
            for row in post.get("reply_markup", {}).get("inline_keyboard", ())
            for button in row
            if button["text"] == label
        ]
        if not buttons and self.was_sorry:
            return
        if not buttons:
            raise UnansweredError(f"a button {label}")
        message, data = buttons[-1]
        before = self._toasts()
        self._stack.sandbox("press", person=self.id, chat=self.id, message=message, data=data)
        wait_for(lambda: self._toasts() > before, f"an answer to the button {label}")

    def forges(self, data: str, message: int = 1) -> None:
        """Deliver a pressed button that no message has; its answer is refused by Telegram, so nobody waits."""
        sender = {"id": self.id, "is_bot": False, "first_name": "Alice"}
        chat = {"id": self.id, "type": "private", "first_name": "Alice"}
        under = {"message_id": message, "date": int(time.time()), "chat": chat, "text": "old"}
        query = {"id": "987654321", "from": sender, "message": under, "chat_instance": "1", "data": data}
        self._stack.sandbox("deliver", update={"callback_query": query})

    def _toasts(self) -> int:
        calls = self._stack.sandbox("stats?arrivals=0")["calls"]
        return sum(calls.get("answerCallbackQuery", {}).values())


def sorry(posts: list[dict[str, Any]]) -> bool:
    """Is there an apology among these messages?"""
    return any("Reference" in post["text"] for post in posts)
