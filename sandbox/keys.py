"""The keyboards under the text field: which one a person sees, and what its buttons send. A layer of `World`."""

from collections.abc import Mapping
from typing import Any

from sandbox import contents
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import Refused
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.sharing import Sharing, checked_text
from sandbox.terms import MessageEntityType

_FORMS = ("request_poll", "request_users", "request_chat", "web_app")


class Keys(Sharing):
    """Finds the keyboard of the newest message that has one for a person, and presses its buttons."""

    def keyboard_of(self, person: Person, chat: Chat) -> Post | None:
        """The message whose keyboard or forced reply a person sees now; one that only took it away is none."""
        for post in reversed(chat.posts.values()):
            if post.keyboard and (not post.keyboard.get("selective") or _is_for(person, post)):
                return None if "remove_keyboard" in post.keyboard else post
        return None

    def press_key(self, person_id: int, chat_id: int, text: str, bot: BotReference = None) -> Post:
        """Let a person press the button with these words; it sends them, a contact or a place. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        shown = self.keyboard_of(person, chat)
        rows = shown.keyboard.get("keyboard", []) if shown and shown.keyboard else []
        button = next((button for row in rows for button in row if button["text"] == text), None)
        if shown is None or button is None:
            raise Refused(f"{person.name} sees no key {text!r}.")
        asks = not {"request_contact", "request_location"}.isdisjoint(button)
        # As Telegram's apps do: in a group, and where it says more than its words, a key answers its message.
        answered = shown.message_id if asks or chat.person is None else None
        return self.share(person_id, chat_id, _sent_by(button, person), bot, reply_to=answered)


def _sent_by(button: Mapping[str, Any], person: Person) -> Draft:
    if "request_contact" in button:
        return contents.own_contact(person)
    if "request_location" in button:
        return contents.location()
    if not set(_FORMS).isdisjoint(button):
        raise Refused("What this key opens is not in the sandbox.")
    return Draft(checked_text(button["text"]))


def _is_for(person: Person, post: Post) -> bool:
    """Whether a selective keyboard is meant for a person: who is mentioned, or whom the message answers."""
    if post.reply_to and post.reply_to.sender is person:
        return True
    for entity in post.entities:
        if entity.type == MessageEntityType.TEXT_MENTION and entity.user and entity.user.id == person.id:
            return True
    return bool(person.username) and f"@{person.username}".lower() in post.text.lower().split()
