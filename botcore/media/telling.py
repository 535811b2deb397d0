"""What a message shows that is no file, in words of the reader's language: a sticker, a place, a contact, a poll. Pure.

It is people who write these fields, so nothing in them is taken to be what it should be.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

MOST_ITEMS = 12  # options of a poll, new members
LONGEST = 200  # characters of one of them
# The methods whose parameters are what a message has in a field of its own.
METHODS = {
    "sendLocation": "location", "sendVenue": "venue", "sendContact": "contact", "sendPoll": "poll", "sendDice": "dice",
    "sendSticker": "sticker",
}  # fmt: skip
KINDS: dict[str, Callable[[], str]] = {
    "photo": lambda: _("photo"),
    "video": lambda: _("video"),
    "animation": lambda: _("animation"),
    "audio": lambda: _("audio"),
    "voice": lambda: _("voice message"),
    "video_note": lambda: _("video message"),
    "document": lambda: _("document"),
    "media": lambda: _("album"),
    "sticker": lambda: _("sticker"),
    "story": lambda: _("story"),
}


def kind_in_words(kind: str) -> str:
    """Return a kind of media as people call it; one that is not known as Telegram does."""
    return KINDS[kind]() if kind in KINDS else kind.replace("_", " ")


def in_words(message: Mapping[str, Any], method: str = "") -> str:
    """Return what a message, or a method's parameters, shows beside text and files; "" for nothing of the kind."""
    if field := METHODS.get(method):
        message = {field: {"emoji": "🎲", **message} if field == "dice" else message}
    # A venue has a location beside it, which says less.
    for name in ("venue", "location", "contact", "poll", "dice", "sticker", "game", "invoice"):
        if isinstance(found := message.get(name), Mapping):
            return _TOLD[name](found)
    members = message.get("new_chat_members")
    if isinstance(members, list) and members:
        named = ", ".join(_name(member) for member in members[:MOST_ITEMS] if isinstance(member, Mapping))
        return _("came into the group: %(names)s") % {"names": named}
    if isinstance(left := message.get("left_chat_member"), Mapping):
        return _("left the group: %(name)s") % {"name": _name(left)}
    return ""


def _place(found: Mapping[str, Any]) -> str:
    numbers = [found.get("latitude"), found.get("longitude")]
    known = [f"{number:.5f}" for number in numbers if isinstance(number, int | float) and abs(number) <= 180]
    return _("location %(place)s") % {"place": ", ".join(known)} if len(known) == len(numbers) else _("location")


def _venue(found: Mapping[str, Any]) -> str:
    told = ", ".join(part for part in (_text(found, "title"), _text(found, "address")) if part)
    return _("place: %(name)s") % {"name": told}


def _contact(found: Mapping[str, Any]) -> str:
    return _("contact: %(name)s, %(phone)s") % {"name": _name(found), "phone": _text(found, "phone_number")}


def _poll(found: Mapping[str, Any]) -> str:
    options = found.get("options")
    texts = [_option(option) for option in options[:MOST_ITEMS]] if isinstance(options, list) else []
    told = " · ".join(text for text in texts if text)
    return _("poll: %(question)s (%(options)s)") % {"question": _text(found, "question"), "options": told}


def _option(option: object) -> str:
    return _text(option, "text") if isinstance(option, Mapping) else str(option)[:LONGEST]


def _dice(found: Mapping[str, Any]) -> str:
    value = found.get("value")
    return _text(found, "emoji") + (f" {value}" if isinstance(value, int) else "")


def _sticker(found: Mapping[str, Any]) -> str:
    return f"{_('sticker')} {_text(found, 'emoji')}".strip()


def _game(found: Mapping[str, Any]) -> str:
    return _("game: %(name)s") % {"name": _text(found, "title")}


def _invoice(found: Mapping[str, Any]) -> str:
    return _("invoice: %(name)s") % {"name": _text(found, "title")}


_TOLD: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "venue": _venue,
    "location": _place,
    "contact": _contact,
    "poll": _poll,
    "dice": _dice,
    "sticker": _sticker,
    "game": _game,
    "invoice": _invoice,
}


def _name(found: Mapping[str, Any]) -> str:
    return " ".join(part for part in (_text(found, "first_name"), _text(found, "last_name")) if part)


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value.encode("utf-8", "replace").decode()[:LONGEST] if isinstance(value, str) else ""
