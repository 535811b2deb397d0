"""What a call or an update says, as plain words for pages: its text and the kind of media."""

import json
import re
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Left

from botcore.logs import redact_token
from botcore.outbox.models import OutgoingMessage
from botcore.texts.markup import HTML, MARKDOWN, stripped
from botcore.validators import storable

BEGINNING = {"beginning": Left("payload", 4096)}  # characters that a list reads; a whole payload may have a million

# The Bot API's names of what a message can hold beside text, in a message and in a method's parameters.
MEDIA = (
    "photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker", "location", "venue",
    "contact", "poll", "dice", "invoice", "game", "story", "media", "new_chat_members", "left_chat_member",
)  # fmt: skip
MESSAGES = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_message", "edited_business_message",
)  # fmt: skip


# The first string of a name in JSON that is cut; a person's words cannot look so, because their quotes are escaped.
_TEXT = re.compile(r'"(?:text|caption)":\s*"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt])*)')
_PARSE_MODE = re.compile(rf'"parse_mode":\s*"({HTML}|{MARKDOWN})"')
_MEDIA = re.compile(rf'"({"|".join(MEDIA)})":')
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # of a character beyond 16 bits; nearly all stand in pairs
_HALF_TAG = re.compile(r"<[^<>]*$")


def briefly(found: QuerySet[OutgoingMessage], *, files: bool = False) -> QuerySet[OutgoingMessage]:
    """Load the beginning of each payload in its place, and what is kept of its files only when they are shown."""
    return found.defer("payload", *([] if files else ["files"])).annotate(**BEGINNING)


def of_payload(payload: str) -> tuple[str, str]:
    """Return text and media of a method's parameters: a JSON object, or its beginning."""
    fields = read_parameters(payload)
    text, media = said(fields)
    if not media and "from_chat_id" in fields:
        media = f"message {fields.get('message_id')} of chat {fields['from_chat_id']}"
    return text, media


def of_update(raw: str) -> tuple[str, str]:
    """Return text and media of an update's JSON."""
    return of_read_update(read_object(raw))


def of_read_update(update: dict[str, Any]) -> tuple[str, str]:
    """Return the same of an update that is read already."""
    if message := message_of(update):
        return said(message)
    if isinstance(change := update.get("my_chat_member"), dict):
        return "", _membership(change)
    query = update.get("callback_query") or update.get("inline_query")
    if isinstance(query, dict):
        return storable(str(query.get("data") or query.get("query") or "")), ""
    return "", ""


def message_of(update: dict[str, Any]) -> dict[str, Any]:
    """Return the message of an update, new or edited; {} for an update of another kind."""
    return next((message for kind in MESSAGES if isinstance(message := update.get(kind), dict)), {})


def _membership(change: dict[str, Any]) -> str:
    """Say what became of the bot in the chat."""
    now, chat = change.get("new_chat_member"), change.get("chat")
    status = str(now.get("status")) if isinstance(now, dict) else ""
    private = isinstance(chat, dict) and chat.get("type") == "private"
    if status in {"left", "kicked"}:
        return "blocked the bot" if private else "the bot was removed"
    return "lets the bot write again" if private else f"the bot became {status}"


def said(fields: dict[str, Any]) -> tuple[str, str]:
    """Return text and media of a message, or of a method's parameters."""
    media = next((name for name in MEDIA if fields.get(name)), "")
    found = fields.get("text") or fields.get("caption")
    text = storable(found) if isinstance(found, str) else ""  # half an emoji cannot be shown
    return redact_token(stripped(text, str(fields.get("parse_mode", "")))), media


def _beginning(text: str) -> dict[str, Any]:
    """Return what can be told of JSON that is cut."""
    said, mode, media = _TEXT.search(text), _PARSE_MODE.search(text), _MEDIA.search(text)
    words = str(json.loads(f'"{said[1]}"', strict=False)) if said else ""
    return {
        "text": _HALF_TAG.sub("", words) if mode and mode[1] == HTML else words,
        "parse_mode": mode[1] if mode else "",
        media[1] if media else "": True,
    }


def read_parameters(payload: str) -> dict[str, Any]:
    """Return a method's parameters; of JSON that is cut what can be told of them."""
    return read_object(payload) or _beginning(payload)


def read_object(text: str) -> dict[str, Any]:
    """Return a JSON object without halves of characters, which no page can show; {} for whatever else it is."""
    try:
        found = json.loads(text)
        if _HALF.search(text):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
