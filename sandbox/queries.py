"""What people ask a bot without a message: they type behind its name, or open its Web App. A layer of `World`."""

from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Draft, Post
from sandbox.clock import Clock
from sandbox.errors import Refused, unknown
from sandbox.inhabitants import BotReference
from sandbox.people import Person
from sandbox.selling import Selling, new_number

LONGEST_QUERY = 256  # characters; Bot API, InlineQuery
INLINE_SECONDS = 30  # Client.cpp: an unanswered inline query is forgotten after this
DRAFT_SECONDS = 30  # Bot API, sendMessageDraft
PREPARED_SECONDS = 86_400  # not told by the Bot API
WEB_APP_BYTES = 4096  # Bot API, WebAppData


@dataclass(eq=False, slots=True)
class Inquiry:
    """What a person has typed behind a bot's name; `results` is None until the bot answers, `button` its words.

    `offset` is "" or the `next_offset` of an earlier answer, for the results that follow those.
    """

    id: str
    person: Person
    bot: Bot
    query: str
    asked_at: float
    results: list[dict[str, Any]] | None = None
    button: dict[str, Any] = field(default_factory=dict)
    offset: str = ""
    chat_type: str = "sender"
    next_offset: str = ""

    def to_json(self) -> dict[str, Any]:
        """The question as an InlineQuery of the Bot API."""
        asked = {"query": self.query, "offset": self.offset, "chat_type": self.chat_type}
        return {"id": self.id, "from": self.person.to_json(), **asked}


@dataclass(frozen=True, eq=False, slots=True)
class InlinePost:
    """A message that a person sent and a bot wrote, which the bot knows by this id only."""

    id: str
    bot: Bot
    post: Post

    @property
    def is_there(self) -> bool:
        return self.post.chat.posts.get(self.post.message_id) is self.post


@dataclass(eq=False, slots=True)
class Prepared:
    """What a Mini App lets one person use: a message to be sent to chats of these kinds, or a key."""

    id: str
    person: Person
    bot: Bot
    expires_at: int = 0
    draft: Draft = field(default_factory=Draft)
    chats: frozenset[str] = frozenset()
    key: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Drafting:
    """A draft that a person can stop; `number` is the bot's for it."""

    number: int
    shown_at: float


@dataclass(eq=False, slots=True)
class WebAppVisit:
    """A person in a bot's Web App, which may answer with one message in the chat where it was opened."""

    query_id: str
    person: Person
    bot: Bot
    chat: Chat
    is_answered: bool = False


class Queries(Selling):
    """Holds what was asked until a bot answers, or the time is over."""

    def __init__(self, clock: Clock | None = None, *, groups_before: int = 0) -> None:
        super().__init__(clock, groups_before=groups_before)
        self.inquiries: dict[str, Inquiry] = {}
        self.visits: dict[str, WebAppVisit] = {}
        self.inline_posts: dict[str, InlinePost] = {}  # by their inline_message_id
        self.inline_of: dict[Post, InlinePost] = {}
        self.prepared: dict[str, Prepared] = {}
        self.drafts: dict[Chat, Drafting] = {}

    def ask_inline(
        self, person_id: int, query: str, bot: BotReference = None, *, offset: str = "", chat: Chat | None = None
    ) -> Inquiry:
        """Let a person type behind a bot's name in a chat, or in its own; the inquiry carries the results later."""
        if len(query) > LONGEST_QUERY:
            raise Refused(f"An inline query has at most {LONGEST_QUERY} characters.")
        asked = Inquiry(new_number(), self.person(person_id), self.bot(bot), query, self.clock.now(), offset=offset)
        if chat and chat.bot is not asked.bot:
            asked.chat_type = chat.type
        if not asked.bot.profile.abilities["supports_inline_queries"]:
            raise Refused(f"{asked.bot.name} answers no inline queries.")
        self.inquiries[asked.id] = asked
        asked.bot.receive({"inline_query": asked.to_json()})
        return asked

    def open_inquiry(self, query_id: str, bot: Bot) -> Inquiry | None:
        """Find an inline query that this bot can still answer."""
        found = self.inquiries.get(query_id)
        is_open = found and found.bot is bot and found.results is None
        return found if found and is_open and self.clock.now() < found.asked_at + INLINE_SECONDS else None

    def answer_inquiry(
        self, asked: Inquiry, results: list[dict[str, Any]], button: dict[str, Any], next_offset: str
    ) -> None:
        """Show a bot's results to the person who typed."""
        asked.results, asked.button, asked.next_offset = results, button, next_offset
        self.emit({"type": "inline", "person": asked.person.id, "query_id": asked.id})

    def open_web_app(self, person_id: int, chat_id: int, bot: BotReference = None) -> WebAppVisit:
        """Let a person open a bot's Web App from a chat; its query_id is what answerWebAppQuery needs."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        visit = WebAppVisit(token_urlsafe(16), person, chat.bot or self.bot(bot), chat)
        self.visits[visit.query_id] = visit
        return visit

    def send_web_app_data(
        self, person_id: int, chat_id: int, data: str, button_text: str, bot: BotReference = None
    ) -> Post:
        """Let a person's Web App, opened by a button under the text field, send data to the bot. Raises Refused."""
        person, chat = self.person(person_id), self.chat(chat_id, bot)
        if chat.person is not person:
            raise Refused("Only a person's own chat with a bot has buttons that open a Web App.")
        if not 1 <= len(data.encode()) <= WEB_APP_BYTES:
            raise Refused("The data of a Web App has between 1 and 4096 bytes.")
        told = {"web_app_data": {"data": data, "button_text": button_text}}
        post = self.post(chat, person, Draft(extra=told))
        self.tell_bots(post)
        return post

    def choose(
        self,
        asked: Inquiry,
        result_id: str,
        chat: Chat,
        draft: Draft,
        *,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> Post:
        """Let a person send what they chose of the results; the bot hears of it. Raises Refused."""
        person = asked.person
        self.check_may_write(person, chat)
        quoted = self.post_in(chat, reply_to) if reply_to else None
        within = self.topic_in(chat, topic) if topic else quoted.topic if quoted else None
        self.check_is_open(person, within, chat)
        inline = self.post_inline(chat, person, replace(draft, reply_to=quoted, topic=within), asked.bot)
        told = {"result_id": result_id, "from": person.to_json(), "query": asked.query}
        shown = {"inline_message_id": inline.id} if draft.markup else {}
        if asked.bot.profile.inline_feedback:
            asked.bot.receive({"chosen_inline_result": {**told, **shown}})
        return inline.post

    def post_inline(self, chat: Chat, person: Person, draft: Draft, bot: Bot) -> InlinePost:
        """Put a message of a person's into a chat that a bot wrote."""
        inline = InlinePost(token_urlsafe(20), bot, self.post(chat, person, draft))
        self.inline_posts[inline.id] = self.inline_of[inline.post] = inline
        self.tell_bots(inline.post)
        return inline

    def prepare(self, person: Person, bot: Bot, draft: Draft, chats: frozenset[str]) -> Prepared:
        """Keep a message that a person may send into chats of these kinds."""
        ends = int(self.clock.now()) + PREPARED_SECONDS
        return self._keep(Prepared(token_urlsafe(16), person, bot, ends, draft, chats))

    def prepare_key(self, person: Person, bot: Bot, key: dict[str, Any]) -> Prepared:
        """Keep a key that a person may press."""
        return self._keep(Prepared(token_urlsafe(16), person, bot, key=key))

    def share_prepared(self, person_id: int, prepared_id: str, chat_id: int) -> Post:
        """Let a person send a message that a Mini App offers. Raises Refused."""
        person, prepared = self.person(person_id), self.prepared_for(person_id, prepared_id)
        if prepared.key or self.clock.now() >= prepared.expires_at:
            raise Refused("This message cannot be sent any more.")
        chat = self.chat(chat_id, prepared.bot.token)
        self.check_may_write(person, chat)
        if chat.type.removeprefix("super") not in prepared.chats:
            raise Refused(f"The bot does not let this message be sent to a {chat.type} chat.")
        return self.post_inline(chat, person, prepared.draft, prepared.bot).post

    def prepared_for(self, person_id: int, prepared_id: str) -> Prepared:
        """Find what was kept for a person. Raises Refused."""
        found = self.prepared.get(prepared_id)
        if found is None or found.person.id != person_id:
            raise unknown("Nothing of that name was prepared for this person.")
        return found

    def _keep(self, prepared: Prepared) -> Prepared:
        self.prepared[prepared.id] = prepared
        return prepared

    def show_draft(self, chat: Chat, number: int, *, can_stop: bool) -> None:
        """Remember whether the draft that a bot shows in a chat can be stopped."""
        if can_stop:
            self.drafts[chat] = Drafting(number, self.clock.now())
        else:
            self.drafts.pop(chat, None)

    def stop_draft(self, person_id: int, bot: BotReference = None) -> None:
        """Let a person stop what a bot is writing to them. Raises Refused."""
        chat = self.chat(self.person(person_id).id, bot)
        draft = self.drafts.pop(chat, None)
        if draft is None or chat.bot is None or self.clock.now() >= draft.shown_at + DRAFT_SECONDS:
            raise Refused("There is no draft that could be stopped.")
        chat.bot.receive({"stopped_message_generation": {"chat": chat.to_json(), "draft_id": draft.number}})

    def inquiry(self, query_id: str) -> Inquiry:
        """Find an inline query. Raises Refused."""
        if query_id not in self.inquiries:
            raise unknown("There is no such inline query.")
        return self.inquiries[query_id]

    def answered_inquiry(self, query_id: str) -> Inquiry:
        """Find an inline query with its results. Raises Refused."""
        found = self.inquiry(query_id)
        if found.results is None:
            raise Refused("The bot has not answered this inline query.")
        return found
