"""The inbox's moves in plain SQL: accept, claim, renew, abandon; completion.py has the last. Each is a transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from botcore import sql
from botcore.inbox.envelope import URGENT_LANE, Envelope
from botcore.inbox.lanes import TABLE, wake
from botcore.monitoring.rollups import RECEIVED, Counted, count_updates

SUSPECT = 2  # crashes in a row from which a lane is worked on alone, so that its neighbours are not blamed


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that waits for its handler; `pk` is its row, `attempts` how often it failed before."""

    pk: int
    update_id: int
    kind: str
    chat_id: int | None
    user_id: int | None
    raw: str
    received_at: datetime
    attempts: int = 0
    replayed_at: datetime | None = None
    claimed_age: float = 0.0  # seconds, by the database's clock: machines may differ
    claimed_at: float = field(default_factory=time.monotonic)

    @property
    def waiting_since(self) -> datetime:
        """When it came, or was sent through again."""
        return self.replayed_at or self.received_at

    @property
    def age(self) -> float:
        """Seconds since then, whatever this machine's clock says."""
        return max(0.0, self.claimed_age + time.monotonic() - self.claimed_at)

    def now(self) -> datetime:
        """Return the time by the clock that stamped its arrival."""
        return self.waiting_since + timedelta(seconds=self.age)


@dataclass(frozen=True, slots=True)
class ClaimedLane:
    """A lane to work on until its lease ends, with its oldest updates in order; `owner` names this very claim.

    `crashes` is how often in a row a worker ended, or lost the lease, while it held the lane; then only the oldest
    update is handed out.
    """

    pk: int
    owner: str
    key: int
    seq: int
    updates: tuple[Pending, ...]
    more: bool
    crashes: int = 0

    @property
    def is_urgent(self) -> bool:
        """Does it hold what waits for no chat?"""
        return self.key >= URGENT_LANE


@transaction.atomic
def accept(bot_id: int, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Store what Telegram delivered and wake its lanes; return those that were new."""
    if not envelopes:
        return []
    by_id = {envelope.update_id: envelope for envelope in envelopes}
    given, params = sql.table(
        "bigint bigint text bigint bigint text",
        [(e.update_id, e.lane_key, e.kind, e.chat_id, e.user_id, e.raw) for e in by_id.values()],
    )
    inserted = sql.execute(
        f"""
        INSERT INTO botcore_update (bot_id, received_at, update_id, lane_key, kind, chat_id, user_id, raw)
        SELECT %s, {sql.now()}, given.* FROM {given} WHERE true
        ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING update_id
        """,
        [bot_id, *params],
    )
    new = [by_id[update_id] for (update_id,) in inserted]
    if new:
        wake(bot_id, (envelope.lane_key for envelope in new))
        count_updates(Counted(timezone.now(), e.kind, "", RECEIVED, 0) for e in new)
    return new


@transaction.atomic
def claim(  # noqa: PLR0913
    bot_id: int,
    *,
    owner: str,
    lanes: int,
    updates_per_lane: int,
    lease_seconds: float,
    held: Sequence[int] = (),
    take_over: bool = True,
    suspect: bool = False,
    urgent: bool = False,
) -> list[ClaimedLane]:
    """Lease up to `lanes` lanes that have work, the longest waiting first, with the oldest updates of each.

    `owner` must be new for each claim: it is what complete() compares. `held` are lanes that the caller still works on.
    `take_over` includes lanes whose lease ran out; `suspect` asks only for lanes that keep ending their workers,
    `urgent` only for what waits for no chat.
    """
    only = f"crashes {'>=' if suspect else '<'} {SUSPECT}"
    claimed = TABLE.claim(
        bot_id,
        owner=owner,
        lanes=lanes,
        lease_seconds=lease_seconds,
        held=held,
        take_over=take_over,
        only=f"{only} AND key >= {URGENT_LANE}" if urgent else only,
        turn="crashes, ready_at" if suspect else "",
    )
    limits = {key: 1 if crashes else updates_per_lane for _, key, _, crashes in claimed}
    waiting = _oldest_pending(bot_id, {key: limit + 1 for key, limit in limits.items()})
    result = []
    for pk, key, seq, crashes in claimed:
        updates = waiting.get(key, [])
        taken = tuple(updates[: limits[key]])
        result.append(ClaimedLane(pk, owner, key, seq, taken, len(updates) > len(taken), crashes))
    return result


def _oldest_pending(bot_id: int, limits: dict[int, int]) -> dict[int, list[Pending]]:
    """Return the first pending updates of each lane, in order of arrival, at most as many as its limit."""
    waiting: dict[int, list[Pending]] = {}
    age = sql.seconds_since("COALESCE(replayed_at, received_at)")
    oldest = f"""SELECT id, update_id, kind, chat_id, user_id, raw, received_at, attempts, replayed_at, {age}, lane_key
        FROM botcore_update WHERE bot_id = %s AND lane_key = {{1}} AND state = 'pending' ORDER BY id LIMIT {{2}}"""
    for pk, update_id, kind, chat, user, raw, received_at, attempts, replayed_at, seconds, key in (
        sql.for_each(oldest, "bigint int", list(limits.items()), [bot_id]) if limits else ()
    ):
        again = sql.read_time(replayed_at) if replayed_at else None
        update = Pending(pk, update_id, kind, chat, user, raw, sql.read_time(received_at), attempts, again, seconds)
        waiting.setdefault(key, []).append(update)
    return waiting


@transaction.atomic
def renew(lanes: Sequence[ClaimedLane], *, lease_seconds: float) -> set[int]:
    """Prolong the leases of claims that nobody else has taken; return those lanes."""
    return TABLE.renew(lanes, lease_seconds=lease_seconds)


def has_suspects(bot_id: int) -> bool:
    """Tell whether lanes that kept ending their workers wait to be claimed apart."""
    return TABLE.has_work_for(bot_id, f"crashes >= {SUSPECT}")


@transaction.atomic
def abandon(bot_id: int, process: str = "") -> int:
    """Free the lanes that a process held when it died, all lanes without a name; return how many these were."""
    return TABLE.abandon(bot_id, process)


@transaction.atomic
def hand_over(bot_id: int) -> None:
    """Tell the other processes that this one has given its lanes back."""
    TABLE.notify(bot_id)


def newest_number(bot_id: int) -> int | None:
    """Return the highest update_id of the last hundred that came, for a webhook's come out of order; None for none."""
    ((number,),) = sql.execute(
        """SELECT max(update_id) FROM (SELECT update_id FROM botcore_update
        WHERE bot_id = %s AND update_id >= 0 ORDER BY id DESC LIMIT 100) AS newest""",
        [bot_id],
    )
    return int(number) if number is not None else None
