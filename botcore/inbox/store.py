"""The inbox's four moves in plain SQL: accept, claim, complete, renew. Each is one transaction.

A lane is released by comparing its `seq` with the claimed one: a look at the updates would miss what arrived meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from botcore import sql
from botcore.inbox.envelope import Envelope
from botcore.inbox.models import State
from botcore.monitoring.rollups import RECEIVED, Counted, count_updates

UNION_TERMS = 100  # SQLite refuses more than 500 terms in one statement


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that waits for its handler; `pk` is its row."""

    pk: int
    update_id: int
    kind: str
    chat_id: int | None
    user_id: int | None
    raw: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ClaimedLane:
    """A lane to work on until its lease ends, with its oldest updates in order; `owner` names this very claim."""

    pk: int
    owner: str
    key: int
    seq: int
    updates: tuple[Pending, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one update ended."""

    update: Pending
    state: State
    handler: str
    error: str
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class FinishedLane:
    """A lane to give back: what was handled, in order, whether work is left, and how long it shall wait."""

    lane: ClaimedLane
    outcomes: tuple[Outcome, ...]
    more: bool
    wait_seconds: float = 0.0


@transaction.atomic
def accept(bot_id: int, envelopes: Sequence[Envelope]) -> list[Envelope]:
    """Store what Telegram delivered and wake its lanes; return those that were new."""
    if not envelopes:
        return []
    received_at = timezone.now()
    by_id = {envelope.update_id: envelope for envelope in envelopes}
    rows, params = sql.values(
        [(bot_id, e.update_id, e.lane_key, e.kind, e.chat_id, e.user_id, e.raw, received_at) for e in by_id.values()]
    )
    inserted = sql.execute(
        f"""
        INSERT INTO botcore_update (bot_id, update_id, lane_key, kind, chat_id, user_id, raw, received_at)
        VALUES {rows} ON CONFLICT (bot_id, update_id) DO NOTHING RETURNING update_id
        """,
        params,
    )
    new = [by_id[update_id] for (update_id,) in inserted]
    if new:
        _wake_lanes(bot_id, new)
        count_updates(Counted(received_at, e.kind, "", RECEIVED, 0) for e in new)
    return new


def _wake_lanes(bot_id: int, envelopes: Sequence[Envelope]) -> None:
    """Mark the lanes as ready; sorted by key, because two ingesters would deadlock otherwise."""
    keys = sorted({envelope.lane_key for envelope in envelopes})
    rows, params = sql.values([(bot_id, key) for key in keys])
    rows = rows.replace("(%s, %s)", f"(%s, %s, 1, {sql.now()})")
    sql.execute(
        f"""
        INSERT INTO botcore_lane (bot_id, key, seq, ready_at) VALUES {rows}
        ON CONFLICT (bot_id, key) DO UPDATE
        SET seq = botcore_lane.seq + 1, ready_at = COALESCE(botcore_lane.ready_at, EXCLUDED.ready_at)
        """,
        params,
    )


@transaction.atomic
def claim(
    bot_id: int, *, owner: str, lanes: int, updates_per_lane: int, lease_seconds: float, held: Sequence[int] = ()
) -> list[ClaimedLane]:
    """Lease up to `lanes` lanes that have work, the longest waiting first, with the oldest updates of each.

    `owner` must be new for each claim: it is what complete() compares. `held` are lanes that the caller still works on.
    """
    others = f"AND id NOT IN ({sql.placeholders(held)})" if held else ""
    claimed = sql.execute(
        f"""
        UPDATE botcore_lane SET owner = %s, lease_until = {sql.seconds_from_now()}
        WHERE id IN (
            SELECT id FROM botcore_lane
            WHERE bot_id = %s AND ready_at IS NOT NULL
              AND (lease_until IS NULL OR lease_until < {sql.now()})
              AND (not_before IS NULL OR not_before <= {sql.now()}) {others}
            ORDER BY ready_at LIMIT %s {sql.lock("FOR UPDATE SKIP LOCKED")}
        ) RETURNING id, key, seq
        """,
        [owner, lease_seconds, bot_id, *held, lanes],
    )
    waiting = _oldest_pending(bot_id, [key for _, key, _ in claimed], limit=updates_per_lane + 1)
    result = []
    for pk, key, seq in claimed:
        updates = waiting.get(key, [])
        taken = tuple(updates[:updates_per_lane])
        result.append(ClaimedLane(pk, owner, key, seq, taken, more=len(updates) > len(taken)))
    return result


def _oldest_pending(bot_id: int, keys: Sequence[int], *, limit: int) -> dict[int, list[Pending]]:
    """Return the first pending updates of each lane, in order of arrival."""
    if not keys:
        return {}
    columns = "id, update_id, kind, chat_id, user_id, raw, received_at, lane_key"
    one_lane = f"""SELECT * FROM (
        SELECT {columns} FROM botcore_update
        WHERE bot_id = %s AND lane_key = %s AND state = 'pending' ORDER BY id LIMIT %s
    ) AS lane"""  # a UNION of index scans: neither a window function nor LATERAL stops early on both databases
    waiting: dict[int, list[Pending]] = {}
    for start in range(0, len(keys), UNION_TERMS):
        part = keys[start : start + UNION_TERMS]
        rows = sql.execute(
            " UNION ALL ".join([one_lane] * len(part)), [value for key in part for value in (bot_id, key, limit)]
        )
        for pk, update_id, kind, chat_id, user_id, raw, received_at, key in rows:
            update = Pending(pk, update_id, kind, chat_id, user_id, raw, sql.read_time(received_at))
            waiting.setdefault(key, []).append(update)
    return waiting


@transaction.atomic
def complete(lanes: Sequence[FinishedLane]) -> list[FinishedLane]:
    """Write the outcomes and give the lanes back; return those whose lease was lost: nothing of them is written."""
    owners = _owners([finished.lane.pk for finished in lanes])
    kept = [finished for finished in lanes if owners.get(finished.lane.pk) == finished.lane.owner]
    outcomes = [outcome for finished in kept for outcome in finished.outcomes]
    if outcomes:
        _write_outcomes(outcomes)
        count_updates(
            Counted(
                o.finished_at, o.update.kind, o.handler, o.state, (o.finished_at - o.update.received_at).total_seconds()
            )
            for o in outcomes
        )
    if kept:
        _release(kept)
    return [finished for finished in lanes if finished not in kept]


def _owners(lanes: Sequence[int]) -> dict[int, str]:
    """The fence: who holds the lanes now, locked in the order that accept() uses.

    A claim's owner is unique, so a lease that ran out but was taken by nobody is still its holder's.
    """
    rows = sql.execute(
        f"""
        SELECT id, owner FROM botcore_lane WHERE id IN ({sql.placeholders(lanes)})
        ORDER BY bot_id, key {sql.lock("FOR UPDATE")}
        """,
        lanes,
    )
    return dict(rows)


def _write_outcomes(outcomes: Sequence[Outcome]) -> None:
    rows, params = sql.values(
        [(o.update.pk, o.state.value, o.handler, o.error, o.started_at, o.finished_at) for o in outcomes]
    )
    sql.execute(
        f"""
        UPDATE botcore_update SET state = done.column2, handler = done.column3, error = done.column4,
            started_at = done.column5, finished_at = done.column6, attempts = attempts + 1
        FROM (VALUES {rows}) AS done WHERE botcore_update.id = done.column1
        """,
        params,
    )


def _release(lanes: Sequence[FinishedLane]) -> None:
    rows, params = sql.values([(f.lane.pk, f.lane.seq, int(f.more), f.wait_seconds) for f in lanes])
    later = sql.seconds_from_now("done.column4")
    sql.execute(
        f"""
        UPDATE botcore_lane SET owner = '', lease_until = NULL,
            ready_at = CASE WHEN seq = done.column2 AND done.column3 = 0 THEN NULL ELSE {sql.now()} END,
            not_before = CASE WHEN done.column4 > 0 THEN {later} ELSE NULL END
        FROM (VALUES {rows}) AS done WHERE botcore_lane.id = done.column1
        """,
        params,
    )


@transaction.atomic
def renew(lanes: Sequence[ClaimedLane], *, lease_seconds: float) -> set[int]:
    """Prolong the leases of claims that nobody else has taken; return those lanes."""
    rows = sql.execute(
        f"""
        UPDATE botcore_lane SET lease_until = {sql.seconds_from_now()}
        WHERE id IN ({sql.placeholders(lanes)}) AND owner IN ({sql.placeholders(lanes)}) RETURNING id
        """,
        [lease_seconds, *(lane.pk for lane in lanes), *(lane.owner for lane in lanes)],
    )
    return {pk for (pk,) in rows}
