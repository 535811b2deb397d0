"""What can go wrong with a call: an error the API answers, trouble on the wire, or a wait.

That the front of the real server answers 5xx without JSON is an assumption: people report it, no source shows it.
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram.constants import ChatType

from sandbox.errors import ApiError, bad_request, forbidden, migrated, too_many_requests


class Wire(StrEnum):
    """Trouble that only a client on a socket sees."""

    BAD_GATEWAY = "bad_gateway"  # 502 with HTML
    EMPTY = "empty"  # a status without a body
    CUT = "cut"  # the connection is closed instead of an answer
    RESET = "reset"  # … and reset


class Wait(StrEnum):
    """An answer that comes late or never."""

    SLOW = "slow"
    HANG = "hang"


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
API_KINDS = frozenset({"flood", "error", "chat_not_found", "migrate", "unauthorized", *_FORBIDDEN})
KINDS = frozenset({*API_KINDS, *Wire, *Wait})
_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(slots=True)
class Fault:
    """One fault: which calls it meets and what it does. `count` is how many more calls, None is without end."""

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
    hits: int = 0

    @property
    def wire(self) -> Wire | None:
        """The trouble on the wire, if it is that."""
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
