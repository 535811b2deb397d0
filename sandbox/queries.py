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
        self.inline_posts: dict[str, Post] = {}  # by their inline_message_id

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
        inline_id = self.post_inline(chat, person, replace(draft, reply_to=quoted, topic=within))
        told = {"result_id": result_id, "from": person.to_json(), "query": asked.query}
        shown = {"inline_message_id": inline_id} if draft.markup else {}
        asked.bot.receive({"chosen_inline_result": {**told, **shown}})
        return self.inline_posts[inline_id]

    def post_inline(self, chat: Chat, person: Person, draft: Draft) -> str:
        """Put a message of a person's into a chat that a bot wrote; return its inline_message_id."""
        post = self.post(chat, person, draft)
        inline_id = token_urlsafe(20)
        self.inline_posts[inline_id] = post
        self.tell_bots(post)
        return inline_id

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
