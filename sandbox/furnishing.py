"""What a group or channel says of itself, changed by people and by bots: its title, photo, description, public name.

A layer of `World`. The bots read of titles and photos in service messages, in channels as posts.
"""

import re

from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.entering import Entering
from sandbox.errors import Refused
from sandbox.files import Media, StoredFile
from sandbox.people import Person

LONGEST_TITLE, LONGEST_DESCRIPTION = 128, 255  # Bot API, setChatTitle and setChatDescription
_USERNAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9]){3,31}")


class Furnishing(Entering):
    """The face of a chat."""

    def set_title(self, chat: Chat, who: Person | Bot, title: str) -> None:
        if title != chat.title:
            chat.title = title
            self._changed(chat, who, {"new_chat_title": title})

    def set_photo(self, chat: Chat, who: Person | Bot, file: StoredFile) -> None:
        chat.profile.photo = file
        self._changed(chat, who, {"new_chat_photo": Media("photo", file).to_json()["photo"]})

    def delete_photo(self, chat: Chat, who: Person | Bot) -> None:
        chat.profile.photo = None
        self._changed(chat, who, {"delete_chat_photo": True})

    def set_description(self, chat: Chat, description: str) -> None:
        chat.profile.description = description
        self.emit({"type": "chats"})

    def furnish(
        self,
        actor_id: int,
        chat_id: int,
        *,
        title: str | None = None,
        description: str | None = None,
        username: str | None = None,
        join_by_request: bool | None = None,
    ) -> Chat:
        """Let a person change what a group says of itself. Raises Refused."""
        actor, chat = self.person(actor_id), self.group_chat(chat_id)
        self.check_may(chat, actor, "can_change_info")
        if username is not None:
            self._set_username(chat, actor, username.removeprefix("@"))
        if title is not None:
            if not title.strip():
                raise Refused("A title needs at least one character.")
            self.set_title(chat, actor, title.strip()[:LONGEST_TITLE])
        if description is not None:
            self.set_description(chat, description[:LONGEST_DESCRIPTION])
        if join_by_request is not None:
            chat.profile.join_by_request = join_by_request
        self.emit({"type": "chats"})
        return chat

    def _set_username(self, chat: Chat, actor: Person, username: str) -> None:
        if not self.standing(chat, actor).is_owner:
            raise Refused("Only the owner of a chat gives it a public name.")
        if chat.type == "group":
            raise Refused("A basic group has no public name.")
        if username and not _USERNAME.fullmatch(username):
            raise Refused("A public name is 4 to 32 letters, digits and single underscores, and begins with a letter.")
        taken = self.public_chat(username) if username else None
        names = {(person.username or "").lower() for person in self.people.values()}
        names = (names | {bot.username.lower() for bot in self.bots()}) - {""}
        if taken not in {None, chat} or username.lower() in names:
            raise Refused(f"The name @{username} is taken.")
        chat.profile.username = username

    def _changed(self, chat: Chat, who: Person | Bot, extra: dict[str, object]) -> None:
        self.note(chat, who, extra)
        self.emit({"type": "chats"})
