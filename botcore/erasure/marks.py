"""What a person is known by in what others wrote, the bot said or a log quoted; and texts and JSON without it. Pure.

What is masked keeps its length, so that the entities of a message go on fitting its text.
"""

import json
import re
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

NUMBER_DIGITS = 6  # a shorter number in a text is rather a count; in JSON its name tells
NAME_LENGTH, USERNAME_LENGTH = 5, 4  # shorter ones are words that anybody may have written
IDS = {"id", "users", "user_id", "chat_id", "from_chat_id", "user_chat_id", "sender_user_id", "person", "who"}
WORDS = {"type", "parse_mode", "status", "language_code"}  # what has one of few values, such as private
NOBODY, NO_CHAT = {"id": 0, "is_bot": False, "first_name": ""}, {"id": 0, "type": "private"}
NO_CONTACT = {"phone_number": "", "first_name": ""}
SHELL = ("message_id", "message_thread_id", "date", "chat", "from", "sender_chat", "is_topic_message")
ORIGIN = ("forward_origin", "forward_from", "forward_date")
QUOTING = ("text", "caption", "reply_markup")  # of a message of the bot
Facts = dict[str, Any]


@dataclass(frozen=True)
class Marks:
    """A person's id, @username and full name; `said` are first lines of errors that quote them alone.

    `earlier` are usernames and full names that they had before.
    """

    id: int
    username: str = ""
    name: str = ""
    said: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()

    @classmethod
    def of_text(cls, text: str) -> "Marks":
        """Return what kept() made a text of."""
        facts = json.loads(text)
        return cls(facts["id"], facts["username"], facts["name"], tuple(facts["said"]), tuple(facts["earlier"]))

    def kept(self) -> str:
        """Return them as a text."""
        return json.dumps(asdict(self))

    @cached_property
    def names(self) -> list[str]:
        """What a text is searched for, besides the id: a first name alone is anybody's."""
        full_name = [self.name] if " " in self.name and len(self.name) >= NAME_LENGTH else []
        return [*([self.username] if len(self.username) >= USERNAME_LENGTH else []), *full_name, *self.earlier]

    @cached_property
    def needles(self) -> list[str]:
        """What a column must contain, in any case, to be looked at: also as JSON writes it."""
        words = [*self.names, *self.said]
        return list(dict.fromkeys([str(self.id), *words, *(json.dumps(word)[1:-1] for word in words)]))

    @cached_property
    def _number(self) -> str:
        if len(str(self.id)) < NUMBER_DIGITS:
            return rf"(?:(?<=person:)|(?<=chat:)|(?<=user:)|(?<=Telegram )|(?<=user\?id=)){self.id}(?!\d)"
        return rf"(?<![\d-]){self.id}(?!\d)"

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        lines = (rf"{re.escape(line)}[^\n]*" for line in self.said)  # a title may have more of it than was kept
        names = (rf"(?<!\w){re.escape(word)}(?!\w)" for word in self.names)
        return re.compile("|".join([*lines, self._number, *names]), re.IGNORECASE)

    @cached_property
    def _in_key(self) -> re.Pattern[str]:
        return re.compile(rf"(?:^|(?<=:)){self.id}(?=:|$)")

    def is_in_key(self, key: str) -> bool:
        """Tell whether a key such as chat:42 or conversation:-5:42 is of the person."""
        return bool(self._in_key.search(key)) or self.is_in(key)

    def is_in(self, text: str) -> bool:
        """Tell whether a text quotes them, by itself or as JSON."""
        return self.without(text) != text

    def masked(self, text: str) -> str:
        """Return a text with stars for what names the person."""
        return self._in_text.sub(lambda found: "*" * units(found[0]), text)

    def without(self, text: str) -> str:
        """Return a text, or what is in a JSON text, without the person; the same text when they are not in it."""
        try:
            value = json.loads(text) if text[:1] in ("{", "[", '"') else None
            cleaned = self.cleaned(value)
            if value is not None:
                return text if cleaned == value else json.dumps(cleaned, separators=(",", ":"))
        except (ValueError, RecursionError):  # anybody may have written it, as deep as they like
            pass
        return self.masked(text)

    def cleaned(self, value: Any, key: str = "") -> Any:
        """Return a JSON value without the person, in the form that Telegram gives it; `key` is its name."""
        if isinstance(value, dict):
            return self._cleaned_object(value)
        if isinstance(value, list):
            return [self.cleaned(one, key) for one in value]
        if isinstance(value, str):
            return self._without_number(value) if key in WORDS else self.masked(value)
        return 0 if self._is_me(value) and (key in IDS or len(str(self.id)) >= NUMBER_DIGITS) else value

    def _cleaned_object(self, value: Facts) -> Facts:
        if self._is_me(value.get("id")):
            return (
                dict(NO_CHAT if value.get("type") == "private" else NOBODY)
                if "type" in value or _is_user(value)
                else self._each({**value, "id": 0})
            )
        if self._is_me(value.get("user_id")) and "phone_number" in value:
            return dict(NO_CONTACT)
        if "message_id" in value:
            return self._cleaned_message(value)
        return self._cleaned_rest(value)

    def _each(self, value: Facts) -> Facts:
        return {self._without_number(name): self.cleaned(one, name) for name, one in value.items()}

    def _without_number(self, word: str) -> str:
        """Return a word of a form without the id: whoever is called @reply_markup takes no buttons away."""
        return re.sub(self._number, lambda found: "*" * units(found[0]), word)

    def _cleaned_message(self, message: Facts) -> Facts:
        """Return a message, of the person's or of the bot's that quotes them only the shell.

        Each part is looked at once: twice at each level would be for ever, of what somebody has nested on purpose.
        """
        if self._is_from_me(message):
            return self._each({name: message[name] for name in (*SHELL, *ORIGIN) if name in message})
        sender, clean = message.get("from"), {}
        if isinstance(sender, dict) and sender.get("is_bot") is True:
            said = {part: message[part] for part in QUOTING if part in message}
            if any(self.cleaned(value) != value for value in said.values()):
                return self._each({name: message[name] for name in SHELL if name in message})
            clean = {part: value for part, value in said.items() if not isinstance(value, str)}
        rest = {name: value for name, value in message.items() if name not in clean}
        return self._cleaned_rest(rest) | clean

    def _cleaned_rest(self, value: Facts) -> Facts:
        if "origin" in value and self._is_from_me({"forward_origin": value["origin"]}):  # of a message elsewhere
            return self._each({"origin": value["origin"]})
        return self._each(self._spanned(self._unquoted(value)))

    def _is_from_me(self, message: Any) -> bool:
        """Tell whether the person wrote it, also when somebody else has forwarded it."""
        if not isinstance(message, dict):
            return False
        origin = message.get("forward_origin")
        sender = origin.get("sender_user") if isinstance(origin, dict) else None
        people = (message.get("from"), message.get("sender_chat"), message.get("forward_from"), sender)
        return any(isinstance(one, dict) and self._is_me(one.get("id")) for one in people)

    def _unquoted(self, message: Facts) -> Facts:
        """Leave out the quote of what the person wrote."""
        elsewhere = message.get("external_reply")
        origin = {"forward_origin": elsewhere.get("origin")} if isinstance(elsewhere, dict) else None
        if "quote" in message and (self._is_from_me(message.get("reply_to_message")) or self._is_from_me(origin)):
            return {name: one for name, one in message.items() if name != "quote"}
        return message

    def _spanned(self, message: Facts) -> Facts:
        """Put stars over the words by which a message mentions the person without a username."""
        found = dict(message)
        for text, entities in (("text", "entities"), ("caption", "caption_entities")):
            said, spans = found.get(text), found.get(entities)
            if not isinstance(said, str) or not isinstance(spans, list):
                continue
            for span in spans:
                if (
                    isinstance(span, dict)
                    and isinstance(span.get("user"), dict)
                    and self._is_me(span["user"].get("id"))
                ):
                    said = _starred(said, span.get("offset"), span.get("length"))
            found[text] = said
        return found

    def _is_me(self, value: object) -> bool:
        return type(value) is int and value == self.id


def units(text: str) -> int:
    """Return how long Telegram counts a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _starred(text: str, offset: object, length: object) -> str:
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 0:
        return text
    coded = text.encode("utf-16-le", "surrogatepass")
    length = min(length, len(coded) // 2 - offset)
    if length <= 0:
        return text
    stars = ("*" * length).encode("utf-16-le")
    return (coded[: 2 * offset] + stars + coded[2 * (offset + length) :]).decode("utf-16-le", "surrogatepass")


def _is_user(value: Facts) -> bool:
    return "first_name" in value or "is_bot" in value
