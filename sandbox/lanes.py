"""Which updates must not overtake each other: those of one chat, or of one person where there is no chat.

A webhook gets the updates of a lane one after another, and lanes side by side; the families are those of Client.cpp.
"""

from collections.abc import Mapping
from typing import Any

Lane = tuple[str, int]

_FAMILIES = {
    "edited_message": "message",
    "channel_post": "message",
    "edited_channel_post": "message",
    "pre_checkout_query": "shipping_query",
}


def lane_of(update_id: int, fields: Mapping[str, Any]) -> Lane:
    """Return an update's lane; one that names neither chat nor person has a lane of its own."""
    for kind, body in fields.items():
        owner = _owner(body) if isinstance(body, dict) else None
        if owner is not None:
            return _FAMILIES.get(kind, kind), owner
    return "", update_id


def chat_id_of(update: Mapping[str, Any]) -> int | None:
    """Return the chat that an update is about, in a private one's place the person; None if it names neither."""
    for body in update.values():
        if isinstance(body, dict):
            inner = body.get("message")
            return _owner(inner if isinstance(inner, dict) else body)
    return None


def _owner(body: dict[str, Any]) -> int | None:
    for part in ("chat", "from", "user"):
        place = body.get(part)
        if isinstance(place, dict) and isinstance(place.get("id"), int):
            return int(place["id"])
    return None
