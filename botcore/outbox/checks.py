"""Texts and options that Telegram would refuse, refused before they are queued: ValidationError in one sentence. Pure.

Numbers: core.telegram.org/bots/api and telegram.constants, which services do not import.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.ledger import LEDGER_KEYS
from botcore.outbox.models import Priority
from botcore.texts.entities import RichText
from botcore.texts.length import telegram_length
from botcore.texts.markup import read
from botcore.texts.split import is_blank

CAPTION = 1024  # UTF-16 units after parsing
LONGEST = 1_000_000  # UTF-16 units of a text that is cut, or sent as a file
SHORT_SOURCE = 50_000  # characters that a short text's source may have in any case: links are longer than their words
LONGEST_ADDRESS = 2048  # characters
LONGEST_WORDS = 100  # characters of source and key, and of a template's name
BROADCAST_KEYS = "broadcast:"  # what the keys of its deliveries begin with
LONGEST_SHOWN = 60  # characters of a wrong value that a sentence repeats
TOO_LATE, TOO_FAR = timedelta(days=1), timedelta(days=366)
BITS, MESSAGE_BITS = 52, 31  # of Telegram's numbers, and of those of messages and topics
WEB = frozenset({"http", "https"})
_TEMPLATE = re.compile(r"[\w-]+(?:/[\w-]+)*")
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def text(value: str, parse_mode: str, *, most: int = LONGEST, what: str = "text") -> RichText:
    """Return a text as people see it; refuse one that is empty, too long, badly formatted, or that nobody can store."""
    source = 2 * max(most, SHORT_SOURCE)
    string(value, what=what)
    if len(value) > source:
        raise ValidationError(f"The {what} is too long: {len(value)} of at most {source} characters with formatting.")
    storable(value, what=what)
    string(parse_mode, what="parse mode")
    shown = read(value, parse_mode)
    if is_blank(shown.text):
        raise ValidationError(f"The {what} is empty.")
    if (length := telegram_length(shown.text)) > most:
        raise ValidationError(f"The {what} is too long: {length} of at most {most} characters.")
    return shown


def string(value: object, *, what: str) -> None:
    """Refuse what is no string."""
    if not isinstance(value, str):
        raise ValidationError(f"The {what} must be a str.")


def storable(value: str, *, what: str) -> None:
    """Refuse what is no string, null characters, and halves of characters."""
    string(value, what=what)
    if "\x00" in value:
        raise ValidationError(f"The {what} has a null character.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(f"The {what} has half of a character (a lone surrogate).") from None


def listed(value: object, *, what: str) -> list[object]:
    """Return what is to be gone through, a generator too, as a list; refuse texts and what is nothing of the kind."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        raise ValidationError(f"The {what} must be a list; this is {brief(value)}.")
    return list(value)


def flag(value: object, *, name: str) -> None:
    """Refuse what is neither True nor False: "no" would count as yes."""
    if not isinstance(value, bool):
        raise ValidationError(f"`{name}` must be True or False; this is {brief(value)}.")


def payment(*, paid: bool, per_second: int) -> None:
    """Refuse a paid message of a bot that does not pay: it would cost Stars, and gain nothing."""
    if paid and not per_second:
        raise ValidationError("Paid messages are off: set broadcasts.paid_per_second, or leave `paid` out.")


def is_address(value: str, schemes: frozenset[str] = WEB) -> bool:
    """Tell whether it is a whole address with a host."""
    if len(value) > LONGEST_ADDRESS or _NOT_IN_ADDRESS.search(value):
        return False
    try:
        parts = urlsplit(value)
        _ = parts.port  # a wrong one raises
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def template(name: str, values: Mapping[str, object]) -> None:
    """Refuse a template's name that leads elsewhere, and values that have no names."""
    storable(name, what="template's name")
    if len(name) > LONGEST_WORDS or not _TEMPLATE.fullmatch(name):
        raise ValidationError(f"{brief(name)} is no template's name: write order for templates/messages/order.html.")
    if not isinstance(values, Mapping):
        raise ValidationError("The template's values must be a dict, such as {'name': 'Alice'}.")


def due(at: datetime | None) -> datetime | None:
    """Return a time in UTC; refuse one without its zone, one that is long over, and one that nobody waits for."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        raise ValidationError(f"The due time must be a datetime; this is {brief(at)}.")
    if timezone.is_naive(at):
        raise ValidationError("The due time has no time zone; use django.utils.timezone.now() and the like.")
    ahead = at - timezone.now()  # never overflows, as astimezone() would near the years 1 and 9999
    if ahead < -TOO_LATE:
        raise ValidationError("The due time is more than a day in the past.")
    if ahead > TOO_FAR:
        raise ValidationError(f"The due time is more than {TOO_FAR.days} days ahead.")
    return at.astimezone(UTC)


def priority(value: int) -> Priority:
    """Return the priority of this number."""
    try:
        return Priority(value)
    except ValueError:
        choices = ", ".join(f"{choice.value} ({choice.label})" for choice in Priority)
        raise ValidationError(f"There is no priority {brief(value)}; the priorities are {choices}.") from None


def words(source: str, key: str | None) -> None:
    """Refuse a source or key that is too long for its column, and a key that says nothing or could be one of ours."""
    if key == "":
        raise ValidationError("The key is empty: leave it out, or say what shall be sent once.")
    for beginning, owner in ((LEDGER_KEYS, "the ledger's"), (BROADCAST_KEYS, "the broadcasts'")):
        if key is not None and key.lower().startswith(beginning):
            raise ValidationError(f"A key that begins with {beginning!r} is {owner} own: choose another.")
    for name, value in {"source": source, **({} if key is None else {"key": key})}.items():
        storable(value, what=name)
        if len(value) > LONGEST_WORDS:
            raise ValidationError(f"The {name} is too long: {len(value)} of at most {LONGEST_WORDS} characters.")


def identifier(value: object, *, what: str) -> None:
    """Refuse what is no number of Telegram's."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**BITS:
        raise ValidationError(f"The {what} must be one of Telegram's numbers; this is {brief(value)}.")


def positive(value: object, *, what: str, bits: int = BITS) -> None:
    """Refuse what is no positive number of so many bits."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**bits:
        raise ValidationError(f"The {what} must be a positive number below 2**{bits}; this is {brief(value)}.")


def brief(value: object) -> str:
    """Return a value as a sentence can repeat it."""
    try:
        written = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"
