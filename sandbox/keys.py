"""The keyboards under the text field: which one a person sees, and what its buttons send. A layer of `World`."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram.constants import MessageEntityType

from sandbox import contents
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import Refused, unknown
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.sharing import Sharing, checked_text
from sandbox.wanted import chat_shared, users_shared

_OPENING = {  # what a person does in the place of a press
    "request_poll": "a poll, which /sandbox/send sends",
    "request_users": 'the field "users"',
    "request_chat": 'the field "shared_chat"',
    "web_app": "the data of a Web App, which /sandbox/web_app_data sends",
}


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
        shown, button = self._key(person, chat, text)
        asks = not {"request_contact", "request_location"}.isdisjoint(button)
        # As Telegram's apps do: in a group, and where it says more than its words, a key answers its message.
        answered = shown.message_id if asks or chat.person is None else None
        return self.share(person_id, chat_id, _sent_by(button, person), bot, reply_to=answered)

    def share_users(
        self, person_id: int, chat_id: int, text: str, users: Sequence[int], bot: BotReference = None
    ) -> Post:
        """Let a person choose people or bots, by their ids, for the key with these words. Raises Refused."""
        asked = self._asked_by_key(person_id, chat_id, text, bot, "request_users")
        chosen = [account for account in map(self.account, users) if account]
        if len(chosen) < len(users):
            raise unknown("There are no such users.")
        return self.share(person_id, chat_id, Draft(extra={"users_shared": users_shared(asked, chosen)}), bot)

    def share_chat(self, person_id: int, chat_id: int, text: str, shared: int, bot: BotReference = None) -> Post:
        """Let a person choose a group or channel for the key with these words. Raises Refused."""
        asked, chat = self._asked_by_key(person_id, chat_id, text, bot, "request_chat"), self.chat(chat_id, bot)
        told = chat_shared(
            asked, self.group_chat(shared), self.person(person_id), chat.bot or self.bot(bot), self.standing
        )
        return self.share(person_id, chat_id, Draft(extra={"chat_shared": told}), bot)

    def _asked_by_key(self, person_id: int, chat_id: int, text: str, bot: BotReference, name: str) -> Mapping[str, Any]:
        _, button = self._key(self.person(person_id), self.chat(chat_id, bot), text)
        if name not in button:
            raise Refused(f"The key {text!r} does not ask for that.")
        asked: Mapping[str, Any] = button[name]
        return asked

    def _key(self, person: Person, chat: Chat, text: str) -> tuple[Post, Mapping[str, Any]]:
        """Find the key with these words that a person sees, and the message that brought it. Raises Refused."""
        shown = self.keyboard_of(person, chat)
        rows = shown.keyboard.get("keyboard", []) if shown and shown.keyboard else []
        button = next((button for row in rows for button in row if button["text"] == text), None)
        if shown is None or button is None:
            raise Refused(f"{person.name} sees no key {text!r}.")
        return shown, button


def _sent_by(button: Mapping[str, Any], person: Person) -> Draft:
    if "request_contact" in button:
        return contents.own_contact(person)
    if "request_location" in button:
        return contents.location()
    for name, way in _OPENING.items():
        if name in button:
            raise Refused(f"This key asks for {way}.")
    return Draft(checked_text(button["text"]))


def _is_for(person: Person, post: Post) -> bool:
    """Whether a selective keyboard is meant for a person: who is mentioned, or whom the message answers."""
    if post.reply_to and post.reply_to.sender is person:
        return True
    for entity in post.entities:
        if entity.type == MessageEntityType.TEXT_MENTION and entity.user and entity.user.id == person.id:
            return True
    return bool(person.username) and f"@{person.username}".lower() in post.text.lower().split()
