"""The queue of one bot's updates: consecutive ids, lifetimes, and two ways out, which polling.py and webhook.py use.

Numbers and rules are those of tdlib's TQueue and of `add_update` in telegram-bot-api's Client.cpp.
"""

from collections import OrderedDict, deque
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from secrets import randbelow
from typing import Any

from sandbox.lanes import Lane, lane_of
from sandbox.strict_json import write_json
from sandbox.terms import UpdateType

QUEUE_LIMIT, QUEUE_BYTES = 100_000, 128 * 2**20
ANSWER_BYTES = 4 * 2**20
DAY_SECONDS = 86_400
LIFETIME_SECONDS = {
    "callback_query": 150,
    "shipping_query": 150,
    "pre_checkout_query": 150,
    "inline_query": 30,
    "chosen_inline_result": 600,
}
# What the library knows, and what is newer.
KNOWN_TYPES = frozenset({*(str(kind) for kind in UpdateType), "subscription", "stopped_message_generation"})
DEFAULT_TYPES = KNOWN_TYPES - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, eq=False, slots=True)
class Pending:
    """An update that is not confirmed yet."""

    update_id: int
    body: dict[str, Any]
    expires_at: float
    lane: Lane
    size: int  # bytes as JSON


class UpdateQueue:
    """Updates in the order of their ids, until they are confirmed or too old."""

    def __init__(self, first_id: int | None = None) -> None:
        self.next_id = first_id or randbelow(10**9) + 1
        self._bytes = 0
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._lanes: OrderedDict[Lane, deque[Pending]] = OrderedDict()

    def put(self, fields: dict[str, Any], now: float) -> int:
        """Add an update and return its id; as in the real server, one too many is dropped."""
        update_id = self.next_id
        body, lane = {"update_id": update_id, **fields}, lane_of(update_id, fields)
        pending = Pending(update_id, body, now + _lifetime(fields), lane, len(write_json(body)))
        if not self._has_room(pending.size):
            self._forget_old(now)
        if self._has_room(pending.size):
            self._pending[update_id] = pending
            self._lanes.setdefault(lane, deque()).append(pending)
            self._bytes += pending.size
            self.next_id += 1
        return update_id

    def take(self, offset: int, limit: int, now: float) -> list[dict[str, Any]]:
        """Confirm what the offset confirms and return what comes next, oldest first: 4 MB at most, or one."""
        self._confirm(offset)
        taken: list[dict[str, Any]] = []
        room = ANSWER_BYTES
        for pending in islice((one for one in self._pending.values() if one.expires_at > now), limit):
            room -= pending.size
            if taken and room < 0:
                break
            taken.append(pending.body)
        return taken

    def heads(self, lanes: int, now: float) -> list[Pending]:
        """Return the oldest update of each of the first so many lanes, and forget what is too old on the way."""
        while True:
            heads = [waiting[0] for waiting in islice(self._lanes.values(), lanes)]
            too_old = [pending for pending in heads if pending.expires_at <= now]
            if not too_old:
                return sorted(heads, key=lambda pending: pending.update_id)
            for pending in too_old:
                self.forget(pending.update_id)

    def forget(self, update_id: int) -> None:
        """Remove an update, if it is still there."""
        pending = self._pending.pop(update_id, None)
        if pending:
            self._bytes -= pending.size
            lane = self._lanes[pending.lane]
            lane.remove(pending)
            if not lane:
                del self._lanes[pending.lane]

    def behind(self, pending: Pending) -> Pending | None:
        """Return the update that comes after the oldest of a lane."""
        lane = self._lanes[pending.lane]
        return lane[1] if len(lane) > 1 else None

    def turn(self, pending: Pending) -> None:
        """Let the update behind the oldest of a lane overtake it."""
        lane = self._lanes[pending.lane]
        lane[0], lane[1] = lane[1], lane[0]

    def waiting(self, now: float) -> int:
        """How many updates are neither confirmed nor too old."""
        return sum(pending.expires_at > now for pending in self._pending.values())

    def clear(self) -> None:
        self._bytes = 0
        self._pending.clear()
        self._lanes.clear()

    def _has_room(self, size: int) -> bool:
        return len(self._pending) < QUEUE_LIMIT and self._bytes + size <= QUEUE_BYTES

    def _forget_old(self, now: float) -> None:
        """Forget what is too old at the head, where a bot that was away for a day has left it."""
        while self._pending and (oldest := next(iter(self._pending.values()))).expires_at <= now:
            self.forget(oldest.update_id)

    def _confirm(self, offset: int) -> None:
        if offset > self.next_id + 10:  # an offset from another life of this bot: the real server starts at the head
            return
        keep_from = offset if offset >= 0 else self.next_id + offset
        while self._pending and (oldest := next(iter(self._pending))) < keep_from:
            self.forget(oldest)


def _lifetime(fields: dict[str, Any]) -> int:
    return min((LIFETIME_SECONDS.get(kind, DAY_SECONDS) for kind in fields), default=DAY_SECONDS)


def allowed_types(wanted: Collection[Any] | None) -> frozenset[str] | None:
    """Return the update types a bot asked for; None means that its words were not understood and change nothing."""
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        return None
    return (KNOWN_TYPES & set(wanted)) or DEFAULT_TYPES
