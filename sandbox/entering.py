"""Ways into a group and out: invite links, requests to join, public names; what people do to each other there.

A layer of `World`. A person may here what Telegram lets them: the rights are those of administrators and, for some
things, of everyone. Every refusal is a Refused; the bots' side is in `sandbox.api`.
"""

from collections.abc import Collection
from secrets import randbelow

from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.clock import Clock
from sandbox.errors import Refused, unknown
from sandbox.inhabitants import BotReference
from sandbox.join_queries import JoinQuery
from sandbox.membership import Membership
from sandbox.people import Person
from sandbox.profile import Entry, InviteLink
from sandbox.standing import LEFT, MEMBER, Standing, administrator, banned, come, restricted, titled

BY_ALL = frozenset({"can_change_info", "can_invite_users", "can_pin_messages"})  # rights that members may have, too


class Entering(Membership):
    """Who comes in by which way, and what people make of each other."""

    def __init__(self, clock: Clock | None = None, *, groups_before: int = 0) -> None:
        super().__init__(clock, groups_before=groups_before)
        self.join_queries: dict[str, JoinQuery] = {}

    def join(self, person_id: int, chat_id: int | None = None, *, link: str = "", username: str = "") -> bool:
        """Let a person join by a link, a public name or a number; return False if they must wait for an answer."""
        person = self.person(person_id)
        chat, way = self.way_in(chat_id, link, username)
        before = self.standing(chat, person)
        if before.is_banned:
            raise Refused(f"{person.name} is banned from this chat.")
        if before.is_inside:
            raise Refused(f"{person.name} is already in this chat.")
        if way.creates_join_request if way else chat.profile.join_by_request:
            self._ask_to_join(chat, person, way)
            return False
        self._enter(chat, person, person, Entry(way))
        return True

    def approve(self, chat: Chat, person: Person, by: Person | Bot) -> None:
        """Let in somebody who waits. Raises KeyError if they do not."""
        self._enter(chat, person, by, Entry(self._answer(chat, person), by_request=True))

    def decline(self, chat: Chat, person: Person) -> None:
        """Turn away somebody who waits. Raises KeyError if they do not."""
        self._answer(chat, person)

    def bring(self, actor_id: int, chat_id: int, who: Person | Bot) -> None:
        """Let a person bring somebody in. Raises Refused."""
        actor, chat = self.person(actor_id), self.group_chat(chat_id)
        self.check_may(chat, actor, "can_invite_users")
        before = self.standing(chat, who)
        if isinstance(who, Bot):
            self.add(actor_id, chat_id, who.token)
        elif not before.is_inside:
            self.change(chat, who, actor, MEMBER if before.is_banned else come(before))

    def ban(self, actor_id: int, chat_id: int, who: Person | Bot, until: int = 0) -> None:
        """Let a person remove somebody for good or until then. Raises Refused."""
        actor, chat = self._actor(actor_id, chat_id, "can_restrict_members", who)
        self.change(chat, who, actor, banned(until))

    def unban(self, actor_id: int, chat_id: int, who: Person | Bot) -> None:
        actor, chat = self._actor(actor_id, chat_id, "can_restrict_members", who)
        if self.standing(chat, who).is_banned:
            self.change(chat, who, actor, LEFT)

    def restrict(
        self, actor_id: int, chat_id: int, who: Person | Bot, permissions: Collection[str], until: int = 0
    ) -> None:
        """Let a person leave somebody only these permissions; all of them end a restriction. Raises Refused."""
        actor, chat = self._actor(actor_id, chat_id, "can_restrict_members", who)
        self.change(chat, who, actor, restricted(frozenset(permissions), until, self.standing(chat, who)))

    def promote(
        self, actor_id: int, chat_id: int, who: Person | Bot, rights: Collection[str], title: str | None = None
    ) -> None:
        """Let a person give somebody these rights; none makes a member of an administrator. Raises Refused."""
        actor, chat = self._actor(actor_id, chat_id, "can_promote_members", who)
        before, mine = self.standing(chat, who), self.standing(chat, actor)
        if not before.is_inside:
            raise Refused("Only a member can be promoted.")
        if not mine.is_owner and not set(rights) <= mine.rights:
            raise Refused(f"{actor.name} cannot give rights that {actor.name} has not.")
        made = administrator(rights, actor.id, is_anonymous=before.is_anonymous, title=before.title)
        after = made if rights else MEMBER
        self.change(chat, who, actor, titled(after, title) if title is not None and rights else after)

    def make_link(self, chat: Chat, link: InviteLink) -> InviteLink:
        chat.profile.links[link.url] = link
        self.emit({"type": "chats"})
        return link

    def revoke_link(self, chat: Chat, person: Person, url: str) -> InviteLink:
        """Let a person end a link of their own; the owner ends any. Raises Refused."""
        found = chat.profile.links.get(url)
        if found is None or found.is_revoked:
            raise unknown("There is no such invite link.")
        if found.creator is not person and not self.standing(chat, person).is_owner:
            raise Refused(f"{person.name} did not make this link.")
        found.is_revoked = True
        self.emit({"type": "chats"})
        return found

    def way_in(self, chat_id: int | None, link: str = "", username: str = "") -> tuple[Chat, InviteLink | None]:
        """Find what a person follows. Raises Refused."""
        if link:
            for chat in self.groups.values():
                found = chat.profile.links.get(link)
                if found and not (chat.deleted or chat.upgraded_to):
                    if not found.is_open(self.clock.now()):
                        raise Refused("This invite link has expired.")
                    return chat, found
            raise unknown("There is no such invite link.")
        public = self.public_chat(username) if username else None
        if public is None and chat_id is None:
            raise unknown(f"There is no chat @{username.removeprefix('@')}.")
        chat = public or self.group_chat(chat_id or 0)
        if not (chat.profile.username or chat.everyone):
            raise Refused("This chat is not public: it needs an invite link.")
        return chat, None

    def _ask_to_join(self, chat: Chat, person: Person, way: InviteLink | None) -> None:
        if person.id in chat.profile.requests:
            raise Refused(f"{person.name} has already asked to join.")
        chat.profile.requests[person.id] = way
        if way:
            way.waiting.add(person.id)
        request = {"chat": chat.to_json(), "from": person.to_json(), "user_chat_id": person.id}
        told = {**request, "date": int(self.clock.now()), **({"invite_link": way.to_json()} if way else {})}
        for bot in self.members(chat):
            if self.standing(chat, bot).may("can_invite_users"):
                bot.receive({"chat_join_request": told | self._query(chat, person, bot)})
        self.emit({"type": "chats"})

    def set_guard(self, actor_id: int, chat_id: int, bot: Bot | None) -> None:
        """Let a person leave it to a bot who may join, or to nobody any more. Raises Refused."""
        actor, chat = self.person(actor_id), self.group_chat(chat_id)
        self.check_may(chat, actor, "can_invite_users")
        if bot and not bot.profile.abilities["supports_join_request_queries"]:
            raise Refused(f"{bot.name} decides no requests to join (supports_join_request_queries).")
        if bot and not self.standing(chat, bot).may("can_invite_users"):
            raise Refused(f"{bot.name} has no right to do this here (can_invite_users).")
        chat.profile.guard = bot

    def _query(self, chat: Chat, person: Person, bot: Bot) -> dict[str, str]:
        """Ask the bot that decides; the others only read of the request."""
        if chat.profile.guard is not bot:
            return {}
        asked = JoinQuery(str(randbelow(9 * 10**18) + 10**18), person, chat, bot, self.clock.now())
        self.join_queries[asked.id] = asked
        return {"query_id": asked.id}

    def _answer(self, chat: Chat, person: Person) -> InviteLink | None:
        way = chat.profile.requests.pop(person.id)
        if way:
            way.waiting.discard(person.id)
        self.emit({"type": "chats"})
        return way

    def _enter(self, chat: Chat, person: Person, actor: Person | Bot, entry: Entry) -> None:
        if entry.link:
            entry.link.joined += 1
        chat.profile.requests.pop(person.id, None)
        self.change(chat, person, actor, come(self.standing(chat, person)), entry)

    def _actor(self, actor_id: int, chat_id: int, right: str, who: Person | Bot) -> tuple[Person, Chat]:
        """Find who acts where, and refuse what they may not do to this one. Raises Refused."""
        actor, chat = self.person(actor_id), self.group_chat(chat_id)
        self.check_may(chat, actor, right)
        target = self.standing(chat, who)
        if target.is_owner:
            raise Refused("Nobody can do this to the owner of a chat.")
        if target.is_administrator and not self._may_edit(chat, actor, target):
            raise Refused(f"{actor.name} did not make this one an administrator.")
        return actor, chat

    def _may_edit(self, chat: Chat, actor: Person, target: Standing) -> bool:
        return self.standing(chat, actor).is_owner or target.promoted_by == actor.id

    def check_may(self, chat: Chat, actor: Person, right: str) -> None:
        """Refuse what somebody has no right to, neither of their own nor as everybody. Raises Refused."""
        standing = self.standing(chat, actor)
        of_all = right in BY_ALL & chat.profile.permissions & standing.permissions
        if standing.is_inside and (standing.may(right) or (of_all and not chat.is_channel)):
            return
        raise Refused(f"{actor.name} has no right to do this here ({right}).")

    def other(self, person_id: int | None, bot: BotReference) -> Person | Bot:
        """Find whom somebody does something to: a person, else a bot. Raises Refused."""
        return self.person(person_id) if person_id is not None else self.bot(bot)
