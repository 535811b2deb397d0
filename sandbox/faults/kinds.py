"""What can go wrong: a call gets an error, trouble on the wire or a wait; updates come twice, turned round or spoiled.

That the front of the real server answers 5xx without JSON is an assumption: people report it, no source shows it.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sandbox.errors import ApiError, bad_request, forbidden, migrated, too_many_requests
from sandbox.terms import ChatType


class Wire(StrEnum):
    """Trouble that only a client on a socket sees."""

    BAD_GATEWAY = "bad_gateway"  # 502 with HTML
    EMPTY = "empty"  # a status without a body
    CUT = "cut"  # the connection is closed instead of an answer
    RESET = "reset"  # … and reset
    CUT_JSON = "cut_json"  # the answer ends in its middle


class Wait(StrEnum):
    """An answer that comes late or never."""

    SLOW = "slow"
    HANG = "hang"


class Delivery(StrEnum):
    """What befalls updates on their way to a bot, by getUpdates or to a webhook."""

    DUPLICATE = "duplicate_update"  # it comes twice, with one id
    OUT_OF_ORDER = "out_of_order"  # later ones come first
    UNDECODABLE = "undecodable_update"  # no library can read it, however often it comes


OUTAGE = "outage"  # nothing works for a while: neither calls nor deliveries
_FORBIDDEN = {
    "blocked": "bot was blocked by the user",
    "deactivated": "user is deactivated",
    "kicked_group": "bot was kicked from the group chat",
    "kicked_supergroup": "bot was kicked from the supergroup chat",
    "kicked_channel": "bot was kicked from the channel chat",
    "not_member": "bot is not a member of the supergroup chat",
    "not_member_channel": "bot is not a member of the channel chat",
    "group_deleted": "the group chat was deleted",
}
API_KINDS = frozenset({"flood", "error", "chat_not_found", "migrate", "unauthorized", "wrong_type", *_FORBIDDEN})
KINDS = frozenset({*API_KINDS, *Wire, *Wait, *Delivery, OUTAGE})
_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(slots=True)
class Fault:
    """One fault: what it meets and what it does. `count` is how many more, None is without end; so is `lasts`."""

    id: int
    kind: str
    method: str = "*"
    chat: int | None = None
    bot: int | None = None
    probability: float = 1.0
    count: int | None = None
    performed: bool = False
    retry_after: int = 1
    status: int = 500
    description: str = ""
    migrate_to: int = 0
    latency_ms: int = 1000
    starts: float = 0.0  # seconds after it was set
    lasts: float | None = None  # seconds from then on
    set_at: float = 0.0  # of the monotonic clock
    hits: int = 0

    def state(self, now: float) -> str:
        """Tell whether it still waits for its time, is on, or is over."""
        since = now - self.set_at - self.starts
        if since < 0:
            return "waiting"
        return "over" if self.count == 0 or (self.lasts is not None and since >= self.lasts) else "on"

    def to_json(self, now: float) -> dict[str, Any]:
        """The fault as the control API names its fields."""
        fields = asdict(self)
        del fields["set_at"]
        return {**fields, "from": fields.pop("starts"), "for": fields.pop("lasts"), "state": self.state(now)}

    @property
    def wire(self) -> Wire | None:
        """The trouble on the wire, if it is that."""
        if self.kind == OUTAGE:
            return Wire.BAD_GATEWAY
        return Wire(self.kind) if self.kind in set(Wire) else None

    def error(self) -> ApiError:
        """What the API answers; for trouble on the wire what a caller without a socket gets."""
        if self.kind == "flood":
            return too_many_requests(self.retry_after)
        if self.kind == "migrate":
            return migrated(self.migrate_to)
        if self.kind == "unauthorized":
            return ApiError(401, "Unauthorized")
        if self.kind == "chat_not_found":
            return bad_request("chat not found")
        if self.kind in _FORBIDDEN:
            return forbidden(_FORBIDDEN[self.kind])
        status = 502 if self.wire else self.status
        return ApiError(status, self.description or _REASONS.get(status, "Error"))


def kicked_words(chat_type: str) -> str:
    """What a bot is told that was removed from a group, supergroup or channel."""
    return f"bot was kicked from the {chat_type} chat"


def not_member_words(chat_type: str) -> str:
    """What a bot is told that has left; for a basic group the real server knows only the other words."""
    return kicked_words(chat_type) if chat_type == ChatType.GROUP else f"bot is not a member of the {chat_type} chat"
