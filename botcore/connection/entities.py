"""EntityCache: what Telegram knows of the bot, chats, members and files, asked for as seldom as possible.

Updates and the bot's own calls make it forget; a lifetime does for what nobody tells.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import telegram
from telegram import ChatFullInfo, ChatMember, User
from telegram.constants import ChatID, ChatMemberStatus
from telegram.error import BadRequest

from botcore.connection.cache import Cache
from botcore.connection.known_bot import KnownBot
from botcore.connection.known_files import KnownFiles

ADMINISTRATORS = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}
# Rights hang on members, and their changes are told only to a bot that asks for chat_member: believe them shortly.
ME_SECONDS, CHAT_SECONDS, MEMBER_SECONDS = 3600.0, 600.0, 60.0
NO_MEMBER = ("user not found", "member not found", "participant_id_invalid")

# The bot's own calls that change a member, a chat or the bot.
_MEMBER = re.compile(r"(promote|restrict|ban|unban)ChatMember|setChatAdministratorCustomTitle|setChatMemberTag")
_CHAT = re.compile(r"(set|delete)Chat\w+|(un)?pin\w+|leaveChat")
_ME = re.compile(r"(set|remove)My\w+")
_CHANGES = re.compile("|".join(pattern.pattern for pattern in (_MEMBER, _CHAT, _ME)))


class EntityCache:
    """For handlers: `context.entities`."""

    def __init__(self, bot: KnownBot, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self.files = KnownFiles(lambda: bot.id)
        self._me: Cache[None, User] = Cache("me", size=1, seconds=ME_SECONDS, clock=clock)
        self._chats: Cache[int, ChatFullInfo] = Cache("chat", size=2000, seconds=CHAT_SECONDS, clock=clock)
        self._members: Cache[tuple[int, int], ChatMember] = Cache(
            "member", size=10_000, seconds=MEMBER_SECONDS, clock=clock
        )
        self._administrators: Cache[int, tuple[ChatMember, ...]] = Cache(
            "administrators", size=2000, seconds=MEMBER_SECONDS, clock=clock
        )

    async def me(self) -> User:
        """Return the bot itself."""
        return await self._me.get(None, self._bot.get_me)

    async def chat(self, chat_id: int) -> ChatFullInfo:
        """Return a chat with all that getChat tells."""
        return await self._chats.get(chat_id, lambda: self._bot.get_chat(chat_id))

    async def member(self, chat_id: int, user_id: int) -> ChatMember:
        """Return a member of a chat."""
        return await self._members.get((chat_id, user_id), lambda: self._bot.get_chat_member(chat_id, user_id))

    async def administrators(self, chat_id: int) -> tuple[ChatMember, ...]:
        """Return the administrators of a group or channel, bots among them apart."""
        return await self._administrators.get(chat_id, lambda: self._bot.get_chat_administrators(chat_id))

    async def is_admin(self, chat_id: int, user_id: int) -> bool:
        """Tell whether a person is owner or administrator of a group or channel; in private chats nobody is."""
        if chat_id > 0:
            return False
        if user_id == ChatID.ANONYMOUS_ADMIN:  # only an administrator can write in this name
            return True
        known = self._administrators.peek(chat_id)
        if known and any(member.user.id == user_id for member in known):
            return True
        try:
            return (await self.member(chat_id, user_id)).status in ADMINISTRATORS
        except BadRequest as exc:
            if any(words in exc.message.lower() for words in NO_MEMBER):
                return False
            raise

    def observe(self, update: telegram.Update) -> None:
        """Forget what the update says is different now."""
        if update.my_chat_member:
            self._forget_all(update.my_chat_member.chat.id)
        elif update.chat_member:
            change = update.chat_member
            self._forget_member(change.chat.id, change.new_chat_member.user.id)
        elif message := update.message or update.channel_post:
            self._observe_service(message)

    def called(self, endpoint: str, data: Mapping[str, Any]) -> None:
        """Forget what a call of our own has changed, or may have: its answer may be missing."""
        if not _CHANGES.fullmatch(endpoint):
            return None
        if _ME.fullmatch(endpoint):
            self._me.drop(None)
        try:
            chat_id, user_id = int(data.get("chat_id", 0)), int(data.get("user_id", 0))
        except (TypeError, ValueError):  # an @name: which chat that is nobody knows here
            return self._forget_everything()
        if _MEMBER.fullmatch(endpoint):
            self._forget_member(chat_id, user_id)
        elif endpoint == "leaveChat":
            self._forget_all(chat_id)
        else:
            self._chats.drop(chat_id)
        return None

    def _observe_service(self, message: telegram.Message) -> None:
        chat_id = message.chat.id
        if (
            message.new_chat_title
            or message.new_chat_photo
            or message.delete_chat_photo
            or message.pinned_message
            or message.message_auto_delete_timer_changed
        ):
            self._chats.drop(chat_id)
        for user in (*message.new_chat_members, *((message.left_chat_member,) if message.left_chat_member else ())):
            self._forget_member(chat_id, user.id)
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            for concerned in (chat_id, message.migrate_to_chat_id, message.migrate_from_chat_id):
                if concerned:
                    self._forget_all(concerned)

    def _forget_member(self, chat_id: int, user_id: int) -> None:
        self._members.drop((chat_id, user_id))
        self._administrators.drop(chat_id)

    def _forget_all(self, chat_id: int) -> None:
        self._chats.drop(chat_id)
        self._administrators.drop(chat_id)
        self._members.drop_where(lambda key: key[0] == chat_id)

    def _forget_everything(self) -> None:
        for cache in (self._chats, self._administrators, self._members):
            cache.drop_where(lambda _key: True)
