"""A poll as a value that writes itself as the Bot API does. Who votes, and who hears of it: polls.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import randbelow, token_hex
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Post
from sandbox.entities.formatted import NO_TEXT, Formatted
from sandbox.people import Person


def _number() -> str:
    return str(randbelow(9 * 10**18) + 10**18)


@dataclass(eq=False, slots=True)
class Poll:
    """One poll in one or, when forwarded, more messages. Votes are by the person's id; times in seconds since 1970."""

    author: Person | Bot
    question: Formatted
    options: tuple[Formatted, ...]
    is_anonymous: bool = True
    is_quiz: bool = False
    allows_many: bool = False
    allows_revoting: bool = True
    correct: tuple[int, ...] = ()
    explanation: Formatted = NO_TEXT
    description: Formatted = NO_TEXT
    members_only: bool = False
    countries: tuple[str, ...] = ()
    open_period: int = 0
    close_date: int = 0
    is_closed: bool = False
    id: str = field(default_factory=_number)
    option_ids: tuple[str, ...] = ()
    media: Mapping[str, Any] = field(default_factory=dict)  # as a PollMedia; so are the next two
    explanation_media: Mapping[str, Any] = field(default_factory=dict)
    option_media: tuple[Mapping[str, Any], ...] = ()
    votes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    posts: list[Post] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.option_ids = self.option_ids or tuple(token_hex(8) for _ in self.options)

    def again(self, author: Person | Bot) -> "Poll":
        """The same question asked anew: nobody has voted."""
        return replace(self, author=author, id=_number(), option_ids=(), votes={}, posts=[])

    def is_over(self, now: float) -> bool:
        return bool(self.close_date) and now >= self.close_date

    def answers_known(self, post: Post) -> bool:
        """Whether the bots that read a message may see what is right there: it is theirs, or only for them."""
        sent_by_bot = isinstance(self.author, Bot) and "forward_origin" not in post.extra
        return self.is_closed or sent_by_bot or post.chat.person is not None

    def to_json(self, *, answers: bool = True, in_message: bool = False) -> dict[str, Any]:
        """The Poll; with the right answers of a quiz, and with its description if it stands in a message."""
        body = {
            "id": self.id,
            **_written("question", self.question),
            "options": [self._option(number) for number in range(len(self.options))],
            "total_voter_count": len(self.votes),
            "is_closed": self.is_closed,
            "is_anonymous": self.is_anonymous,
            "type": "quiz" if self.is_quiz else "regular",
            "allows_multiple_answers": self.allows_many,
            "allows_revoting": self.allows_revoting,
            "members_only": self.members_only,
        }
        if self.is_quiz and answers:
            body |= {"correct_option_ids": list(self.correct), **_written("explanation", self.explanation)}
            body |= {"explanation_media": self.explanation_media} if self.explanation_media else {}
        more = {"country_codes": list(self.countries), "open_period": self.open_period, "close_date": self.close_date}
        body |= {name: value for name, value in more.items() if value}
        if in_message and self.media:
            body["media"] = self.media
        return body | (_written("description", self.description) if in_message else {})

    def _option(self, number: int) -> dict[str, Any]:
        voters = sum(number in vote for vote in self.votes.values())
        shown = self.option_media[number] if number < len(self.option_media) else {}
        body = {"persistent_id": self.option_ids[number], **_written("text", self.options[number])}
        return {**body, "voter_count": voters, **({"media": shown} if shown else {})}


def _written(name: str, formatted: Formatted) -> dict[str, Any]:
    """A text and its entities as fields; nothing if it is empty."""
    entities = [entity.to_json() for entity in formatted.entities]
    return ({name: formatted.text} if formatted.text else {}) | ({f"{name}_entities": entities} if entities else {})
