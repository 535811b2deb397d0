"""Typed text of any kind → text that can be stored and shown: nothing in it hides, and its length is Telegram's."""

import re
from itertools import islice

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.texts.clusters import last_boundary
from botcore.texts.length import Units, telegram_length

DEEP_LINK_LENGTH = 64  # core.telegram.org/bots/features#deep-linking
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_TURNS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks that turn the direction of text
_NOTHING = re.compile(  # what leaves no ink: zero width, variation selectors, fillers, tags, blank braille
    r"[\s\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\U000e0000-\U000e0fff]*"
)


def text(value: str, *, least: int = 1, most: int, lines: bool = True) -> str:
    """Return a text of so many UTF-16 units; without `lines`, line ends and tabs become spaces."""
    cleaned = _cleaned(value, lines=lines)
    length = 0 if _NOTHING.fullmatch(cleaned) else telegram_length(cleaned)
    words = {"least": least, "most": most, "length": length}
    if length > most:
        raise ValidationError(_("Write at most %(most)s characters; these are %(length)s.") % words)
    if length < least and not length:
        raise ValidationError(_("Write some text."))
    if length < least:
        raise ValidationError(_("Write at least %(least)s characters; these are %(length)s.") % words)
    return cleaned if length else ""


def cut_to(value: str, most: int) -> str:
    """Return the beginning of a text, at most so many UTF-16 units; what people see as one character stays whole."""
    place = Units(value).index(most)
    return value[: last_boundary(value, place, 0) or place]


def storable(value: str) -> str:
    """Return the text without what a database refuses: null characters and lone surrogates."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def deep_link_source(payload: str) -> str:
    """Return the payload of `/start PAYLOAD` without characters that do not print, at most 64 of them."""
    return "".join(islice(filter(str.isprintable, payload), DEEP_LINK_LENGTH))


def _cleaned(value: str, *, lines: bool) -> str:
    whole = _TURNS.sub("", _CONTROLS.sub("", _LINE_ENDS.sub("\n", value)))
    return storable(whole if lines else whole.replace("\n", " ").replace("\t", " ")).strip()
