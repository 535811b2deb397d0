"""What a call or an update says, as plain words for pages: its text and the kind of media."""

import json
from typing import Any

from botcore.texts.markup import stripped

# The Bot API's names of what a message can hold beside text, in a message and in a method's parameters.
MEDIA = (
    "photo", "video", "animation", "audio", "voice", "video_note", "document", "sticker", "location", "venue",
    "contact", "poll", "dice", "invoice", "game", "story", "media", "new_chat_members", "left_chat_member",
)  # fmt: skip
MESSAGES = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_message", "edited_business_message",
)  # fmt: skip


def of_payload(payload: str) -> tuple[str, str]:
    """Return text and media of a method's parameters, a JSON object."""
    fields = _object(payload)
    text, media = _said(fields)
    if not media and "from_chat_id" in fields:
        media = f"message {fields.get('message_id')} of chat {fields['from_chat_id']}"
    return text, media


def of_update(raw: str) -> tuple[str, str]:
    """Return text and media of an update's JSON."""
    update = _object(raw)
    for kind in MESSAGES:
        if isinstance(message := update.get(kind), dict):
            return _said(message)
    if isinstance(change := update.get("my_chat_member"), dict):
        return "", _membership(change)
    query = update.get("callback_query") or update.get("inline_query")
    if isinstance(query, dict):
        return str(query.get("data") or query.get("query") or ""), ""
    return "", ""


def _membership(change: dict[str, Any]) -> str:
    """Say what became of the bot in the chat."""
    now, chat = change.get("new_chat_member"), change.get("chat")
    status = str(now.get("status")) if isinstance(now, dict) else ""
    private = isinstance(chat, dict) and chat.get("type") == "private"
    if status in {"left", "kicked"}:
        return "blocked the bot" if private else "the bot was removed"
    return "lets the bot write again" if private else f"the bot became {status}"


def _said(fields: dict[str, Any]) -> tuple[str, str]:
    media = next((name for name in MEDIA if fields.get(name)), "")
    found = fields.get("text") or fields.get("caption")
    text = found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""  # half an emoji cannot be shown
    return stripped(text, str(fields.get("parse_mode", ""))), media


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
