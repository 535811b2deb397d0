"""Who is in which chat and as what: people block, kick and add bots; groups are made, upgraded and deleted.

The updates are those of the real server: `my_chat_member` to the bot that is meant, `chat_member` to the bots that are
administrators and asked for it, a service message in a group.
"""

from collections.abc import Collection
from dataclasses import replace
from itertools import count
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft
from sandbox.errors import Refused
from sandbox.inhabitants import SUPERGROUP_BASE, BotReference, usual
from sandbox.people import Person
from sandbox.profile import Entry
from sandbox.standing import BANNED, LEFT, MEMBER, TRUSTED, Standing, banned, gone
from sandbox.terms import ChatType
from sandbox.writing import Writing


class Membership(Writing):
    """Who is where, and who may write to whom."""

    def block(self, person_id: int, bot: BotReference = None) -> None:
        """Let a person block a bot: it hears of it, and its messages to that person are refused."""
        person, target = self.person(person_id), self.bot(bot)
        if person_id not in target.blocked_by:
            target.blocked_by.add(person_id)
            self._tell_of_change(self.chat(person_id, target.token), target, person, (MEMBER, BANNED))

    def unblock(self, person_id: int, bot: BotReference = None) -> None:
        person, target = self.person(person_id), self.bot(bot)
        if person_id in target.blocked_by:
            target.blocked_by.discard(person_id)
            self._tell_of_change(self.chat(person_id, target.token), target, person, (BANNED, MEMBER))

    def kick(self, person_id: int, chat_id: int, bot: BotReference = None) -> None:
        """Let a person remove a bot from a group or channel. Raises Refused."""
        person, chat, target = self.person(person_id), self.group_chat(chat_id), self.bot(bot)
        if self.standing(chat, target).is_inside:
            self.change(chat, target, person, banned())

    def add(self, person_id: int, chat_id: int, bot: BotReference = None) -> None:
        """Let a person add a bot to a group or channel again. Raises Refused."""
        person, chat, target = self.person(person_id), self.group_chat(chat_id), self.bot(bot)
        if not self.standing(chat, target).is_inside:
            if not target.profile.abilities["can_join_groups"]:
                raise Refused(f"{target.name} cannot be added to groups.")
            there = usual(chat, target)
            self.change(chat, target, person, there if there.is_inside else TRUSTED if chat.is_channel else MEMBER)

    def add_group(
        self,
        title: str,
        kind: str = ChatType.SUPERGROUP,
        person_id: int | None = None,
        members: Collection[Person | Bot] | None = None,
    ) -> Chat:
        """Let a person make a group or channel with these in it, or all people and bots; the bots hear of it.

        Raises Refused.
        """
        person = self.person(person_id or min(self.people))
        chat = self.make_group(title, kind, person.id, everyone=members is None)
        for who in members or ():
            if who is not person:
                trusted = isinstance(who, Bot) and chat.is_channel
                chat.standings[who.user_id] = TRUSTED if trusted else MEMBER
        for bot in self.members(chat):
            self._tell_of_change(chat, bot, person, (LEFT, self.standing(chat, bot)))
        return chat

    def leave(self, chat: Chat, who: Person | Bot) -> None:
        """Let a bot or a person leave a group by itself."""
        before = self.standing(chat, who)
        if before.is_inside:
            self.change(chat, who, who, gone(before))

    def delete_account(self, person_id: int) -> None:
        """Delete a person's account; as in Telegram, no bot hears of it until it writes to them."""
        person = self.person(person_id)
        gone_person = replace(person, first_name="", last_name=None, username=None, language=None, deleted=True)
        self.people[person_id] = gone_person
        for chat in self._private.values():
            if chat.person is person:
                chat.person = gone_person
        self.emit({"type": "people"})

    def migrate(self, chat_id: int, person_id: int | None = None) -> Chat:
        """Upgrade a basic group to a supergroup, with both service messages; return the new chat. Raises Refused."""
        old, person = self.group_chat(chat_id), self.person(person_id or min(self.people))
        if old.type != ChatType.GROUP:
            raise Refused("Only a basic group can become a supergroup.")
        number = SUPERGROUP_BASE - 2_000_000_000 - self.groups_ever
        new = Chat(
            number,
            count(1),
            title=old.title,
            type=str(ChatType.SUPERGROUP),
            owner_id=old.owner_id,
            everyone=old.everyone,
            standings=dict(old.standings),
            profile=replace(old.profile, links={}, requests={}),
        )
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

    def change(
        self,
        chat: Chat,
        who: Person | Bot,
        actor: Person | Bot,
        new: Standing,
        entry: Entry | None = None,
    ) -> None:
        """Make somebody something else in a chat; nobody hears of what is no change."""
        before = self.standing(chat, who)
        chat.standings[who.user_id] = new
        if new == usual(chat, who):  # not written: what is usual may change
            del chat.standings[who.user_id]
        if before == new:
            return
        self._tell_of_change(chat, who, actor, (before, new), entry)
        if chat.is_channel:
            return
        if new.is_inside and not before.is_inside:
            self.note(chat, who if entry else actor, {"new_chat_members": [who.to_json()]})
        elif before.is_inside and not new.is_inside:
            self.note(chat, actor, {"left_chat_member": who.to_json()})

    def note(self, chat: Chat, actor: Person | Bot, extra: dict[str, Any]) -> None:
        """Put a service message into a group or channel; as in Telegram, the bot that caused it hears of it, too."""
        self.tell_bots(self.post(chat, actor, Draft(extra=extra)))

    def check_may_write(self, person: Person, chat: Chat) -> None:
        """Raise Refused where somebody is not, or may not write."""
        check_reaches(person, chat)
        if chat.person:
            return
        standing = self.standing(chat, person)
        if chat.is_channel:
            if not standing.may("can_post_messages"):
                raise Refused(f"{person.name} may not post in this channel.")
            return
        if not standing.is_inside:
            raise Refused(f"{person.name} is not in this group.")
        allowed = chat.profile.permissions & standing.permissions
        if not standing.is_administrator and "can_send_messages" not in allowed:
            raise Refused(f"{person.name} may not write in this group.")

    def _tell_of_change(
        self,
        chat: Chat,
        who: Person | Bot,
        actor: Person | Bot,
        standings: tuple[Standing, Standing],
        entry: Entry | None = None,
    ) -> None:
        before, after = standings
        for bot in self._concerned(chat, who):
            kind = "my_chat_member" if bot is who else "chat_member"
            change = {
                "chat": chat.to_json(),
                "from": actor.to_json(),
                "date": int(self.clock.now()),
                "old_chat_member": before.to_json(who.to_json(), chat.type, bot.user_id),
                "new_chat_member": after.to_json(who.to_json(), chat.type, bot.user_id),
                **(entry.to_json() if entry else {}),
            }
            bot.receive({kind: change})
        self.emit({"type": "people"})

    def _concerned(self, chat: Chat, who: Person | Bot) -> list[Bot]:
        """The bots that hear of a change: the one it is about, and the other administrators."""
        if chat.bot:
            return [chat.bot]
        others = [bot for bot in self.members(chat) if bot is not who and self.standing(chat, bot).is_administrator]
        return [who, *others] if isinstance(who, Bot) else others


def check_reaches(person: Person, chat: Chat) -> None:
    """Raise Refused where nothing of a person's reaches a bot."""
    check_is_there(person, chat)
    if chat.bot and person.id in chat.bot.blocked_by:
        raise Refused(f"{person.name} has blocked this bot and must unblock it first.")


def check_is_there(person: Person, chat: Chat) -> None:
    """Raise Refused where a person is not, or not any more."""
    if person.deleted:
        raise Refused("This person's account is deleted.")
    if chat.person not in {None, person}:
        raise Refused(f"{person.name} cannot write in another person's private chat.")
    if chat.deleted or chat.upgraded_to:
        raise Refused("This group is no longer there.")
