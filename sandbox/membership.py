"""What people do to bots and to chats: block, kick, add, delete an account; make, upgrade or delete a group.

The updates are those of the real server: `my_chat_member` for each change, service messages for an upgrade.
"""

from dataclasses import replace
from itertools import count
from typing import Any

from telegram.constants import ChatMemberStatus, ChatType

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft
from sandbox.errors import Refused
from sandbox.inhabitants import SUPERGROUP_BASE, BotReference
from sandbox.people import Person
from sandbox.writing import Writing


class Membership(Writing):
    """Who is where, and who may write to whom."""

    def block(self, person_id: int, bot: BotReference = None) -> None:
        """Let a person block a bot: it hears of it, and its messages to that person are refused."""
        person, target = self.person(person_id), self.bot(bot)
        if person_id not in target.blocked_by:
            target.blocked_by.add(person_id)
            self._tell(target, self.chat(person_id, target.token), person, "member", "kicked")

    def unblock(self, person_id: int, bot: BotReference = None) -> None:
        person, target = self.person(person_id), self.bot(bot)
        if person_id in target.blocked_by:
            target.blocked_by.discard(person_id)
            self._tell(target, self.chat(person_id, target.token), person, "kicked", "member")

    def kick(self, person_id: int, chat_id: int, bot: BotReference = None) -> None:
        """Let a person remove a bot from a group or channel. Raises Refused."""
        person, chat, target = self.person(person_id), self.group_chat(chat_id), self.bot(bot)
        if target not in chat.absent:
            self._leave(chat, target, person, ChatMemberStatus.BANNED)

    def add(self, person_id: int, chat_id: int, bot: BotReference = None) -> None:
        """Let a person add a bot to a group or channel again. Raises Refused."""
        person, chat, target = self.person(person_id), self.group_chat(chat_id), self.bot(bot)
        if target in chat.absent:
            before = chat.absent.pop(target)
            self._tell(target, chat, person, before, member_status(chat))

    def add_group(self, title: str, kind: str = ChatType.SUPERGROUP, person_id: int | None = None) -> Chat:
        """Let a person make a group or channel with all people and bots in it; the bots hear of it. Raises Refused."""
        person, chat = self.person(person_id or min(self.people)), self.make_group(title, kind)
        for bot in self.members(chat):
            self._tell(bot, chat, person, ChatMemberStatus.LEFT, member_status(chat))
        return chat

    def leave(self, chat: Chat, bot: Bot) -> None:
        """Let a bot leave a group by itself."""
        self._leave(chat, bot, bot, ChatMemberStatus.LEFT)

    def delete_account(self, person_id: int) -> None:
        """Delete a person's account; as in Telegram, no bot hears of it until it writes to them."""
        person = self.person(person_id)
        gone = replace(person, first_name="", last_name=None, username=None, language=None, deleted=True)
        self.people[person_id] = gone
        for chat in self._private.values():
            if chat.person is person:
                chat.person = gone
        self.emit({"type": "people"})

    def migrate(self, chat_id: int, person_id: int | None = None) -> Chat:
        """Upgrade a basic group to a supergroup, with both service messages; return the new chat. Raises Refused."""
        old, person = self.group_chat(chat_id), self.person(person_id or min(self.people))
        if old.type != ChatType.GROUP:
            raise Refused("Only a basic group can become a supergroup.")
        number = SUPERGROUP_BASE - 2_000_000_000 - self.groups_ever
        new = Chat(number, count(1), title=old.title, type=str(ChatType.SUPERGROUP), absent=dict(old.absent))
        self.groups[new.id] = new
        self.tell_bots(self.post(old, person, Draft(extra={"migrate_to_chat_id": new.id})))
        old.upgraded_to = new
        self.tell_bots(self.post(new, person, Draft(extra={"migrate_from_chat_id": old.id})))
        self.emit({"type": "chats", "old": old.id, "new": new.id})
        return new

    def delete_group(self, chat_id: int) -> None:
        """Delete a group for everyone. Raises Refused."""
        self.group_chat(chat_id).deleted = True
        self.emit({"type": "chats"})

    def _leave(self, chat: Chat, bot: Bot, actor: Person | Bot, status: str) -> None:
        before = member_status(chat)
        chat.absent[bot] = str(status)
        self._tell(bot, chat, actor, before, status)

    def _tell(self, bot: Bot, chat: Chat, actor: Person | Bot, before: str, after: str) -> None:
        change = {
            "chat": chat.to_json(),
            "from": actor.to_json(),
            "date": int(self.clock.now()),
            "old_chat_member": member_json(bot, before, is_forum=chat.is_forum),
            "new_chat_member": member_json(bot, after, is_forum=chat.is_forum),
        }
        bot.receive({"my_chat_member": change})
        self.emit({"type": "people"})


def member_status(chat: Chat) -> str:
    """What a bot that is in a chat is there: a channel has no other bots than administrators, a forum mostly so."""
    is_one = chat.is_channel or (chat.is_forum and chat.bots_manage_topics)
    return str(ChatMemberStatus.ADMINISTRATOR if is_one else ChatMemberStatus.MEMBER)


def member_json(who: Person | Bot, status: str, *, is_forum: bool = False) -> dict[str, Any]:
    """A ChatMember as the Bot API writes it."""
    more: dict[str, Any] = {}
    if status == ChatMemberStatus.OWNER:
        more = {"is_anonymous": False}
    elif status == ChatMemberStatus.ADMINISTRATOR:
        more = _RIGHTS | ({"can_manage_topics": True} if is_forum else {})
    elif status == ChatMemberStatus.BANNED:
        more = {"until_date": 0}
    return {"user": who.to_json(), "status": str(status), **more}


_RIGHTS: dict[str, Any] = {
    "can_be_edited": False,
    "can_manage_chat": True,
    "can_change_info": True,
    "can_delete_messages": True,
    "can_invite_users": True,
    "can_restrict_members": True,
    "can_promote_members": False,
    "can_manage_video_chats": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "is_anonymous": False,
    "can_post_messages": True,
    "can_edit_messages": True,
    "can_send_welcome_messages": True,
}
