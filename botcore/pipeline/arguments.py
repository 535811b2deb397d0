"""What stands behind a command, declared in its decorator: @command("ban", args=[Person("who"), Text("reason")]).

Words become checked values; a wrong one is shown where it stands, with how the command is used.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from botcore import validators
from botcore.exceptions import ValidationError
from botcore.validators import ChatReference, Word

REQUIRED: Any = object()
LONGEST_TEXT = 1000  # UTF-16 units of a reason or the like
SHOWN = 60  # characters of what was typed that an error repeats on each side


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person wrote behind the command, and whom the message answers or forwards."""

    text: str
    reply_to: int | None = None
    forwarded_from: int | None = None


class ArgumentError(ValidationError):
    """What stands behind a command is not what it takes: says why, where, and how it is used."""

    def __init__(self, sentence: str, *, typed: str = "", wrong: Word | None = None) -> None:
        super().__init__(sentence)
        start, end = (wrong.start, wrong.end) if wrong else (len(typed), len(typed))
        self.before = typed[max(0, start - SHOWN) : start]
        self.wrong = typed[start:end][:SHOWN]
        self.after = typed[end : end + SHOWN]


@dataclass(frozen=True)
class Argument:
    """One word, or with `rest` all that is left; with a default it may be left out."""

    name: str
    default: Any = REQUIRED
    help: str | Promise = ""

    rest = False

    @property
    def is_optional(self) -> bool:
        """Tell whether it may be left out."""
        return self.default is not REQUIRED

    @property
    def usage(self) -> str:
        """How /help shows it: who, [for], [reason…]."""
        name = f"{self.name}…" if self.rest else self.name
        return f"[{name}]" if self.is_optional else name

    def read(self, word: str) -> Any:
        """Return the value of a word; raise ValidationError."""
        return validators.text(word, most=LONGEST_TEXT, lines=False)

    def fits(self, word: str) -> bool:
        """Tell whether the word is meant for it, right or wrong; an optional one lets others pass to the next."""
        return bool(word)


@dataclass(frozen=True)
class Text(Argument):
    """All that is left, as a text."""

    most: int = LONGEST_TEXT  # UTF-16 units

    rest = True

    def read(self, word: str) -> str:
        """Return the text without what does not print."""
        return validators.text(word, most=self.most)


class Name(Argument):
    """One word, such as the name of a job."""


@dataclass(frozen=True)
class Integer(Argument):
    """A whole number."""

    least: int | None = None
    most: int | None = None

    def read(self, word: str) -> int:
        """Return the number."""
        return validators.integer(word, least=self.least, most=self.most)


@dataclass(frozen=True)
class Duration(Argument):
    """A length of time, such as 90s, 2h or 7d."""

    least: timedelta | None = None
    most: timedelta | None = timedelta(days=3660)

    def read(self, word: str) -> timedelta:
        """Return the length."""
        return validators.duration(word, least=self.least, most=self.most)

    def fits(self, word: str) -> bool:
        """Take what begins like a number: "5x" is a mistake here, "spam" is the next argument's."""
        return word[:1].isdigit() or word[:1] in "+-"


@dataclass(frozen=True)
class Choice(Argument):
    """One of some words; a function is asked for them each time."""

    among: Collection[str] | Callable[[], Collection[str]] = ()

    @property
    def allowed(self) -> Collection[str]:
        """The words."""
        return self.among() if callable(self.among) else self.among

    def read(self, word: str) -> str:
        """Return the word."""
        return validators.choice(word.lower(), self.allowed)


class Person(Argument):
    """Somebody whom the bot has met: @name, an id, or the author of the message that is answered or forwarded.

    It becomes a ChatReference first, and a Person of people/selectors.py when the database was asked.
    """

    def read(self, word: str) -> ChatReference:
        """Return whom the word names."""
        return validators.person_reference(word)

    def fits(self, word: str) -> bool:
        """Take what looks like a reference; with a message that is answered, other words are not meant for it."""
        try:
            validators.chat_reference(word)
        except ValidationError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Given:
    """What was read: the values by name, and the word of each, to point at later."""

    values: dict[str, Any]
    words: Mapping[str, Word]


def read(arguments: Sequence[Argument], typed: Typed) -> Given:
    """Return the values; raise ArgumentError for what is missing, wrong or too much."""
    words = validators.words(typed.text)
    values: dict[str, Any] = {}
    found: dict[str, Word] = {}
    for argument in arguments:
        word = _word_for(argument, words, typed)
        if word is None:
            values[argument.name] = _without(argument, typed)
            continue
        used = len(words) if argument.rest else 1
        if argument.rest and used > 1:
            word = Word(typed.text[word.start :].strip(), word.start, len(typed.text))
        try:
            values[argument.name] = argument.read(word.text)
        except ValidationError as exc:
            raise ArgumentError(str(exc), typed=typed.text, wrong=word) from exc
        found[argument.name], words = word, words[used:]
    if words:
        raise ArgumentError(_("That is more than this command takes."), typed=typed.text, wrong=words[0])
    return Given(values, found)


def usage(command: str, arguments: Sequence[Argument] | None) -> str:
    """Return how a command is used: /ban who [for] [reason…]."""
    return " ".join([f"/{command}", *(argument.usage for argument in arguments or ())])


def _word_for(argument: Argument, words: list[Word], typed: Typed) -> Word | None:
    """Return the next word if it is meant for this argument."""
    if not words:
        return None
    may_pass = argument.is_optional or (isinstance(argument, Person) and _from_message(typed) is not None)
    return None if may_pass and not argument.fits(words[0].text) else words[0]


def _without(argument: Argument, typed: Typed) -> Any:
    """Return the value of an argument that no word was typed for."""
    if isinstance(argument, Person) and (user_id := _from_message(typed)) is not None:
        return ChatReference(id=user_id)
    if argument.is_optional:
        return argument.default
    if isinstance(argument, Person):
        words = _("Name a person: answer a message of theirs, or write @name or their id.")
    else:
        words = _("Something is missing: %(name)s.") % {"name": argument.name}
    raise ArgumentError(words, typed=typed.text)


def _from_message(typed: Typed) -> int | None:
    return typed.forwarded_from if typed.forwarded_from is not None else typed.reply_to
