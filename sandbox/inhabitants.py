"""Who lives in the world and where: bots, people, chats; and who watches. The lowest layer of `World`."""

from collections.abc import Callable
from itertools import count
from secrets import token_hex
from typing import Any

from sandbox.bots import DEMO_TOKEN, Bot, token_number
from sandbox.chats import Chat
from sandbox.clock import Clock
from sandbox.errors import ApiError, Refused, logged_out, unknown
from sandbox.people import Person, cast
from sandbox.standing import BANNED, LEFT, MEMBER, OWNER, TRUSTED, Standing
from sandbox.terms import ChatType

GROUP_ID = -1001000000001
GROUP_TITLE = "Botdeck team"
CHANNEL_ID = -1001000000002
CHANNEL_TITLE = "Botdeck blog"
SUPERGROUP_BASE = -1_000_000_000_000  # Bot API: ids of supergroups and channels count down from here
GROUP_TYPES = (ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL)

Event = dict[str, Any]
Listener = Callable[[Event], None]
BotReference = str | int | None


class Inhabitants:
    """Bots, people and chats; they are found here, and made."""

    def __init__(self, clock: Clock | None = None, *, groups_before: int = 0) -> None:
        self.clock = clock or Clock()
        self._groups_before = groups_before
        self.life = token_hex(8)  # a page that sees another life knows that the server was restarted
        self.people = cast()
        owner = min(self.people)
        self.group = Chat(GROUP_ID, count(1), title=GROUP_TITLE, type=str(ChatType.SUPERGROUP), owner_id=owner)
        self.groups = {GROUP_ID: self.group}
        self._bots = {DEMO_TOKEN: Bot(DEMO_TOKEN, 1, self.clock)}
        self._latest = self._bots[DEMO_TOKEN]
        self._private: dict[tuple[Bot, int], Chat] = {}
        self._listeners: list[tuple[Listener, str]] = []

    def open_channel(self) -> None:
        """Let there be a channel, too, of whoever owns the group; whoever looks for one need not make it."""
        made = Chat(CHANNEL_ID, count(1), title=CHANNEL_TITLE, type=str(ChatType.CHANNEL), owner_id=self.group.owner_id)
        self.groups[CHANNEL_ID] = made

    def bots(self) -> list[Bot]:
        """The bots that have called, or the demo's while none has."""
        return [bot for bot in self._bots.values() if bot.called] or [self._latest]

    def all_bots(self) -> list[Bot]:
        """Every bot, called or not."""
        return list(self._bots.values())

    def bot(self, reference: BotReference = None) -> Bot:
        """Find a bot by its token or the token's number; None is the one that called last. Raises Refused."""
        if reference is None:
            return self._latest
        matches = [bot for bot in self._bots.values() if str(reference) in {bot.token, str(bot.number)}]
        if not matches:
            raise unknown(f"There is no bot {reference}: a bot exists from its first call on.")
        return matches[-1]

    def bot_calls(self, token: str) -> Bot:
        """Return the bot with this token, which springs into being at its first call."""
        bot = self._bots.get(token)
        if bot is None:
            number = token_number(token)
            if number is None:
                raise ApiError(401, "Unauthorized: invalid token specified")
            bot = self._bots[token] = Bot(token, number, self.clock)
        if bot.profile.logged_out_until > self.clock.now():
            raise logged_out()
        self._latest = bot
        if not bot.called:
            bot.called, bot.profile.launched_at = True, self.clock.now()
            self.emit({"type": "bots"})
        return bot

    def person(self, person_id: int) -> Person:
        """Find a person. Raises Refused."""
        if person_id not in self.people:
            raise unknown(f"There is no person {person_id}.")
        return self.people[person_id]

    def add_person(
        self, first_name: str, last_name: str | None = None, username: str | None = None, language: str | None = None
    ) -> Person:
        person = Person(max(self.people) + 1, first_name, last_name, username, language)
        self.people[person.id] = person
        self.emit({"type": "people"})
        return person

    def make_group(self, title: str, kind: str, owner_id: int, *, everyone: bool = True) -> Chat:
        """Make a group, supergroup or channel in which everyone and every bot is, or only its owner. Raises Refused."""
        if kind not in GROUP_TYPES:
            raise Refused('The type must be "group", "supergroup" or "channel".')
        number = self.groups_ever + 1
        base = -1_000_000 if kind == ChatType.GROUP else SUPERGROUP_BASE - 1_000_000_000
        chat = Chat(base - number, count(1), title=title, type=str(kind), owner_id=owner_id, everyone=everyone)
        self.groups[chat.id] = chat
        self.emit({"type": "chats"})
        return chat

    @property
    def groups_ever(self) -> int:
        """How many groups there have been, those of earlier worlds included: the next one's id counts on from here."""
        return self._groups_before + len(self.groups)

    def chat(self, chat_id: int, bot: BotReference = None) -> Chat:
        """Find a chat: a person's id is their private chat with the bot. Raises Refused."""
        found = self.find_chat(chat_id, self.bot(bot))
        if found is None:
            raise unknown(f"There is no chat {chat_id}.")
        return found

    def group_chat(self, chat_id: int) -> Chat:
        """Find a group or channel that is still one. Raises Refused."""
        chat = self.groups.get(chat_id)
        if chat is None or chat.deleted or chat.upgraded_to:
            raise unknown(f"There is no group {chat_id}.")
        return chat

    def find_chat(self, chat_id: int, bot: Bot) -> Chat | None:
        chat = self._private.get((bot, chat_id)) or self.groups.get(chat_id)
        person = self.people.get(chat_id) if chat is None else None
        if person:
            chat = self._private[bot, chat_id] = Chat(chat_id, bot.private_numbers, person=person, bot=bot)
        return chat

    def named_chat(self, name: str, chat_id: int, bot: Bot) -> Chat | None:
        """Find what a bot calls a chat: a public name with an @ before it, else the id."""
        return self.public_chat(name) if name.startswith("@") else self.find_chat(chat_id, bot)

    def chats(self) -> list[Chat]:
        """Every chat of every visible bot, the groups last and the oldest of them at the end."""
        private = [self.chat(person_id, bot.token) for bot in self.bots() for person_id in self.people]
        groups = [chat for chat in self.groups.values() if not (chat.deleted or chat.upgraded_to)]
        return [*private, *reversed(groups)]

    def members(self, chat: Chat) -> list[Bot]:
        """The bots that are in a chat."""
        return [chat.bot] if chat.bot else [bot for bot in self.bots() if self.standing(chat, bot).is_inside]

    def people_in(self, chat: Chat) -> list[Person]:
        """The people who are in a chat."""
        if chat.person:
            return [chat.person]
        return [person for person in self.people.values() if self.standing(chat, person).is_inside]

    def standing(self, chat: Chat, who: Person | Bot) -> Standing:
        """What somebody is in a chat now."""
        written = chat.standings.get(who.user_id)
        return usual(chat, who) if written is None else written.at(self.clock.now())

    def account(self, user_id: int) -> Person | Bot | None:
        """Find a person or a bot by the id that messages name."""
        return self.people.get(user_id) or next((bot for bot in self._bots.values() if bot.user_id == user_id), None)

    def public_chat(self, username: str) -> Chat | None:
        """Find a group or channel by its public name, with or without the @."""
        wanted = username.removeprefix("@").lower()
        return next((chat for chat in self.groups.values() if chat.profile.username.lower() == wanted != ""), None)

    def watch(self, listener: Listener, only: str = "") -> Callable[[], None]:
        """Call the listener at every event from now on, or at those of one type; the returned function ends that."""
        entry = (listener, only)
        self._listeners.append(entry)
        return lambda: self._listeners.remove(entry)

    def is_watched(self, kind: str) -> bool:
        """Whether anybody wants events of this type: they are made for somebody only."""
        return bool(self._listeners) and any(only in {"", kind} for _, only in self._listeners)

    def emit(self, event: Event) -> None:
        for listener, only in tuple(self._listeners):
            if only in {"", event["type"]}:
                listener(event)


def usual(chat: Chat, who: Person | Bot) -> Standing:
    """What somebody is in a chat where nothing else was said."""
    if chat.bot:
        if who is chat.bot:
            return BANNED if chat.id in chat.bot.blocked_by else MEMBER
        return MEMBER if who is chat.person else LEFT
    if isinstance(who, Person):
        if who.id == chat.owner_id:
            return OWNER
        return MEMBER if chat.everyone and not who.deleted else LEFT
    if not chat.everyone:
        return LEFT
    # A channel has no other bots than administrators, a forum mostly so.
    return TRUSTED if chat.is_channel or (chat.is_forum and chat.bots_manage_topics) else MEMBER
