"""The outbox' moves in plain SQL: queue, take up what is due, claim; progress.py has the rest. Each is a transaction.

Who queues touches no lane: a caller's long transaction would hold up the sender, and two could deadlock. The sender
takes up what is due, which wakes the lanes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from botcore import sql
from botcore.lanes.table import LaneTable
from botcore.outbox.models import Priority

CHANNEL = "botdeck_outbox"  # of NOTIFY; the payload is the bot's id
LANES = LaneTable("botcore_outboxlane", {"chat_id": "bigint", "priority": "bigint"}, CHANNEL, turn="priority, ready_at")
TAKE_UP = 1000  # messages of one priority at once
IN_DOUBT = "the process that was sending it ended: it may have arrived"
# The partial indexes' conditions are repeated word by word, because SQLite uses an index only then.
DUE = """SELECT id FROM botcore_outgoingmessage
    WHERE bot_id = %s AND priority = {{1}} AND state = 'queued' AND NOT in_lane AND due_at <= (SELECT {now})
    ORDER BY due_at, id LIMIT {{2}} {lock}"""
NEXT = """SELECT id, chat_id, priority, method, payload, attempts, update_id FROM botcore_outgoingmessage
    WHERE bot_id = %s AND chat_id = {{1}} AND priority = {{2}} AND state IN ('queued', 'sending') AND state = 'queued'
      AND (due_at <= {now} OR due_at <= created_at)
    ORDER BY due_at, id LIMIT {{3}}"""


@dataclass(frozen=True, slots=True)
class Queued:
    """A message to be queued; without `due_at` it is due at once. `payload` is JSON."""

    chat_id: int
    method: str
    payload: str
    priority: Priority
    due_at: datetime | None = None
    update_pk: int | None = None
    source: str = ""
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A message whose turn has come; `pk` is its row, `attempts` how often it was tried before."""

    pk: int
    chat_id: int
    priority: int
    method: str
    payload: str
    attempts: int = 0
    update_pk: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimedLane:
    """A chat's messages of one priority, to send until the lease ends, the oldest first; `owner` names this claim."""

    pk: int
    owner: str
    chat_id: int
    priority: int
    seq: int
    messages: tuple[Ready, ...]
    more: bool


@transaction.atomic
def queue(bot_id: int, messages: Sequence[Queued]) -> list[int]:
    """Write messages and tell the senders at commit; return their rows, without those whose key is there already."""
    if not messages:
        return []
    given, params = sql.table(
        "bigint text text int timestamptz bigint text text",
        [(m.chat_id, m.method, m.payload, m.priority, m.due_at, m.update_pk, m.source, m.key) for m in messages],
    )
    rows = sql.execute(
        f"""
        INSERT INTO botcore_outgoingmessage
            (bot_id, chat_id, method, payload, priority, due_at, update_id, source, key, created_at)
        SELECT %s, column1, column2, column3, column4, COALESCE(column5, moment), column6, column7, column8, moment
        FROM {given} CROSS JOIN (SELECT {sql.now()} AS moment) AS clock WHERE true
        ON CONFLICT (bot_id, key) DO NOTHING RETURNING id
        """,
        [bot_id, *params],
    )
    if rows:
        LANES.notify(bot_id)
    return sorted(pk for (pk,) in rows)


@transaction.atomic
def claim(  # noqa: PLR0913
    bot_id: int,
    *,
    owner: str,
    lanes: int,
    each: int,
    lease_seconds: float,
    held: Sequence[int] = (),
    take_over: bool = True,
) -> list[ClaimedLane]:
    """Take up what is due and lease lanes, the most urgent first, with the first messages of each.

    `owner` must be new for each claim. What a dead holder was sending becomes uncertain: it is not sent again.
    """
    take_up(bot_id)
    claimed = LANES.claim(bot_id, owner=owner, lanes=lanes, lease_seconds=lease_seconds, held=held, take_over=take_over)
    _doubt(bot_id, [(chat_id, priority) for _, chat_id, priority, _, crashes in claimed if crashes])
    wanted = [(chat_id, priority, each + 1) for _, chat_id, priority, _, _ in claimed]
    waiting: dict[tuple[int, int], list[Ready]] = {}
    query = NEXT.format(now=sql.now())
    for pk, chat_id, priority, *rest in sql.for_each(query, "bigint int int", wanted, [bot_id]) if wanted else ():
        waiting.setdefault((chat_id, priority), []).append(Ready(pk, chat_id, priority, *rest))
    result = []
    for pk, chat_id, priority, seq, _ in claimed:
        messages = waiting.get((chat_id, priority), [])
        result.append(ClaimedLane(pk, owner, chat_id, priority, seq, tuple(messages[:each]), more=len(messages) > each))
    return result


def take_up(bot_id: int) -> None:
    """Wake the lanes of messages that became due; needs the caller's transaction."""
    due = sql.for_each(
        DUE.format(now=sql.now(), lock=sql.lock("FOR UPDATE SKIP LOCKED")),
        "int int",
        [(priority, TAKE_UP) for priority in Priority.values],
        [bot_id],
    )
    if not due:
        return
    these, params = sql.one_of(pk for (pk,) in due)
    lanes = sql.execute(
        f"UPDATE botcore_outgoingmessage SET in_lane = true WHERE id {these} RETURNING chat_id, priority", params
    )
    LANES.wake(bot_id, [(chat_id, priority) for chat_id, priority in lanes])


def _doubt(bot_id: int, lanes: Sequence[tuple[int, int]]) -> None:
    """Mark what was being sent in these lanes when their holder died."""
    if not lanes:
        return
    given, params = sql.table("bigint int", lanes)
    sql.execute(
        f"""
        UPDATE botcore_outgoingmessage SET state = 'uncertain', error = %s, finished_at = {sql.now()}
        FROM {given} WHERE bot_id = %s AND chat_id = column1 AND priority = column2
          AND state IN ('queued', 'sending') AND state = 'sending'
        """,
        [IN_DOUBT, *params, bot_id],
    )


@transaction.atomic
def renew(lanes: Sequence[ClaimedLane], *, lease_seconds: float) -> set[int]:
    """Prolong the leases of claims that nobody else has taken; return those lanes."""
    return LANES.renew(lanes, lease_seconds=lease_seconds)


@transaction.atomic
def abandon(bot_id: int, process: str = "") -> int:
    """Free the lanes that a process held when it died, all lanes without a name; return how many these were."""
    return LANES.abandon(bot_id, process)


@transaction.atomic
def hand_over(bot_id: int) -> None:
    """Tell the other processes that this one has given its lanes back."""
    LANES.notify(bot_id)
