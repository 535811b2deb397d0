"""The keyboards under the text field: which one a person sees, and what its buttons send. A layer of `World`."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram.constants import MessageEntityType

from sandbox import contents
from sandbox.chats import Chat, Draft, Post
from sandbox.errors import Refused
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.sharing import Sharing, checked_text

_FORMS = ("request_poll", "web_app")
_ASKS = ("request_users", "request_chat")


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
        button = self._key(person, shown, text)
        if shown is None or button is None:
            raise Refused(f"{person.name} sees no key {text!r}.")
        asks = not {"request_contact", "request_location"}.isdisjoint(button)
        # As Telegram's apps do: in a group, and where it says more than its words, a key answers its message.
        answered = shown.message_id if asks or chat.person is None else None
        return self.share(person_id, chat_id, _sent_by(button, person), bot, reply_to=answered)

    def answer_key(
        self,
        person_id: int,
        text: str,
        chosen: Sequence[int],
        bot: BotReference = None,
        *,
        prepared: str = "",
    ) -> Post:
        """Let a person press a key that asks for people or a chat, and choose. Raises Refused."""
        person, chat = self.person(person_id), self.chat(person_id, bot)
        button = (
            self.prepared_for(person_id, prepared).key
            if prepared
            else self._key(person, self.keyboard_of(person, chat), text)
        )
        asked = next((name for name in _ASKS if button and name in button), None)
        if button is None or asked is None:
            raise Refused(f"{person.name} sees no key that asks for people or a chat.")
        wish = button[asked]
        told = self._users(wish, chosen) if asked == "request_users" else self._chat(wish, chosen)
        return self.share(person_id, person_id, Draft(extra=told), bot)

    def _key(self, person: Person, shown: Post | None, text: str) -> Mapping[str, Any] | None:
        rows = shown.keyboard.get("keyboard", []) if shown and shown.keyboard else []
        return next((button for row in rows for button in row if button["text"] == text), None)

    def _users(self, wish: Mapping[str, Any], chosen: Sequence[int]) -> dict[str, Any]:
        """People as a UsersShared, with as much of them as was asked for. Raises Refused."""
        most = wish.get("max_quantity")
        most = most if isinstance(most, int) else 1
        if not 1 <= len(chosen) <= most:
            raise Refused(f"Between one and {most} must be chosen.")
        names = ("first_name", "last_name") if wish.get("request_name") else ()
        names = (*names, "username") if wish.get("request_username") else names
        users = []
        for number in chosen:
            whole = self.person(number).to_json()
            known: dict[str, Any] = {name: whole[name] for name in names if name in whole}
            users.append({"user_id": number, **known})
        return {"users_shared": {"request_id": int(wish["request_id"]), "users": users}}

    def _chat(self, wish: Mapping[str, Any], chosen: Sequence[int]) -> dict[str, Any]:
        """A chat as a ChatShared. Raises Refused."""
        if len(chosen) != 1:
            raise Refused("One chat must be chosen.")
        chat = self.group_chat(chosen[0])
        if chat.is_channel != bool(wish.get("chat_is_channel")):
            raise Refused("The key asks for another kind of chat.")
        whole = chat.to_json()
        names = [name for name in ("title", "username") if wish.get(f"request_{name}") and name in whole]
        known: dict[str, Any] = {name: whole[name] for name in names}
        return {"chat_shared": {"request_id": int(wish["request_id"]), "chat_id": chat.id, **known}}


def _sent_by(button: Mapping[str, Any], person: Person) -> Draft:
    if "request_contact" in button:
        return contents.own_contact(person)
    if "request_location" in button:
        return contents.location()
    if not set(_ASKS).isdisjoint(button):
        raise Refused("This key asks for people or a chat: they must be chosen.")
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
