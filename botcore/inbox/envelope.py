"""Reads the outside of a raw update: its type, chat and person, without trusting any of it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

BIGINT = 2**63 - 1
UNKNOWN = "unknown"
URGENT = frozenset({"pre_checkout_query"})  # Telegram gives up on its answer after 10 s; see freshness.py
URGENT_LANE = 1 << 62  # flipped in the person's id, no lane of a chat is meant: ids have 52 bits


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the inbox must know of an update; `raw` is its JSON in ASCII.

    Something without a usable update_id gets a negative one made of its text: the same thing again is a repeat.
    """

    update_id: int
    kind: str
    chat_id: int | None
    user_id: int | None
    raw: str

    @property
    def is_update(self) -> bool:
        """Did it come with a number, as every update does?"""
        return self.update_id >= 0

    @property
    def lane_key(self) -> int:
        """The chat, else the person (whose private chat has the same id), else 0; what is urgent waits for no chat."""
        if self.kind in URGENT and self.user_id:
            return self.user_id ^ URGENT_LANE
        return self.chat_id or self.user_id or 0


def read_envelope(update: object) -> Envelope:
    """Return the envelope of whatever was delivered; raise ValueError or RecursionError for what JSON cannot say."""
    raw = json.dumps(update, separators=(",", ":"))
    fields = _dict(update)
    update_id = _bigint(fields.get("update_id"))
    if update_id is None or update_id < 0:
        return Envelope(-_number_of(raw), UNKNOWN, None, None, raw)
    kind = next((key for key in fields if key != "update_id"), UNKNOWN)
    body = _dict(fields.get(kind))
    message = _dict(body.get("message"))
    return Envelope(
        update_id=update_id,
        kind=_name(kind),
        chat_id=_id_of(body.get("chat")) or _id_of(message.get("chat")),
        user_id=_user_id(body.get("from")) or _user_id(body.get("user")),
        raw=raw,
    )


def _number_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) + 1  # 56 bits: fits a column


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _bigint(value: object) -> int | None:
    return value if type(value) is int and -BIGINT <= value <= BIGINT else None


def _id_of(value: object) -> int | None:
    return _bigint(_dict(value).get("id"))


def _user_id(value: object) -> int | None:
    number = _id_of(value)
    return number if number and number > 0 else None  # a person's id is positive


def _name(kind: str) -> str:
    """Telegram's names are ASCII words; anything else must not reach a column or a page as a name."""
    return kind if kind.isascii() and kind.isidentifier() and len(kind) <= 40 else UNKNOWN
