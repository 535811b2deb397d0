"""What people send besides text, as drafts: files, places, contacts, dice. Polls and albums: sharing.py."""

from collections.abc import Mapping
from typing import Any

from sandbox.chats import Draft
from sandbox.dice import thrown
from sandbox.entities.formatted import NO_TEXT, Formatted, from_plain
from sandbox.errors import Refused
from sandbox.files import EVERY_BOT, FileStore, Media, Upload
from sandbox.kinds import CAPTIONLESS, KINDS, STICKER, mime_type
from sandbox.people import Person
from sandbox.terms import MessageLimit

HOME = (52.52, 13.405)  # where people are if nobody says where
_BY_TYPE = {"image": "photo", "video": "video", "audio": "audio"}


def kind_of(upload: Upload) -> str:
    """As what Telegram's apps would send a file."""
    return _BY_TYPE.get(upload.content_type.partition("/")[0], "document")


def file(files: FileStore, kind: str, upload: Upload, caption: str | Formatted = "", **details: Any) -> Draft:
    """A file that a person sends; each bot in the chat may have it. Raises Refused."""
    kinds = sorted(KINDS.keys() - {"live_photo"})  # which are two files
    if kind not in kinds:
        raise Refused(f"The kind of a file must be one of {', '.join(kinds)}.")
    text = captioned(caption)
    if kind in CAPTIONLESS and text.text:
        raise Refused(f"A {kind.replace('_', ' ')} has no caption.")
    known = KINDS[kind]
    named = Upload(upload.name, mime_type(kind, upload.content_type), upload.content)
    stored = files.keep(EVERY_BOT, known.folder, named)
    told = {name: details.get(name) or usual for name, usual in known.details.items()}
    shown = {name: value for name, value in told.items() if value is not None}
    return Draft(text, media=Media(kind, stored, STICKER | shown if kind == "sticker" else shown))


def captioned(caption: str | Formatted) -> Formatted:
    """A caption as a person writes it. Raises Refused."""
    formatted = caption if isinstance(caption, Formatted) else from_plain(caption) if caption else NO_TEXT
    if len(formatted.text) > MessageLimit.CAPTION_LENGTH:
        raise Refused("A caption has at most 1024 characters.")
    return formatted


def location(latitude: float = HOME[0], longitude: float = HOME[1], **more: Any) -> Draft:
    """A place on the map; a live one has a `live_period` in seconds. Raises Refused."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise Refused("A latitude is at most 90 and a longitude at most 180 degrees.")
    known = {name: value for name, value in more.items() if value is not None}
    if any(value < 0 for value in known.values()):
        raise Refused("What is told of a place besides where it is must not be negative.")
    return Draft(extra={"location": {"latitude": float(latitude), "longitude": float(longitude), **known}})


def own_contact(person: Person) -> Draft:
    """The contact of the one who sends it, with a number that nobody has."""
    last_name = {"last_name": person.last_name} if person.last_name else {}
    named = {"first_name": person.first_name or person.name, **last_name, "user_id": person.id}
    return Draft(extra={"contact": {"phone_number": f"+1555{person.id:07d}", **named}})


def contact(given: Mapping[str, str]) -> Draft:
    """Somebody else's contact. Raises Refused."""
    if not given.get("phone_number") or not given.get("first_name"):
        raise Refused("A contact has a phone_number and a first_name.")
    names = ("phone_number", "first_name", "last_name")
    return Draft(extra={"contact": {name: given[name] for name in names if given.get(name)}})


def dice(emoji: str = "") -> Draft:
    """A dice, thrown. Raises Refused."""
    value = thrown(emoji)
    if value is None:
        raise Refused(f"There is no dice {emoji!r}.")
    return Draft(extra={"dice": value})
