"""The outbox' moves in plain SQL: queue, take up what is due, claim; progress.py has the rest. Each is a transaction.

Who queues leaves a note; the sender takes up the notes that are due, which wakes the lanes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from botcore import sql
from botcore.lanes.table import LaneTable
from botcore.outbox.models import Priority

CHANNEL = "botdeck_outbox"  # of NOTIFY; the payload is the bot's id
LANES = LaneTable("botcore_outboxlane", {"chat_id": "bigint", "priority": "bigint"}, CHANNEL, turn="priority, ready_at")
FEWEST_NOTES = 50  # taken up at once, if there are so many: several may be of one lane
IN_DOUBT = "the process that was sending it ended: it may have arrived"
DUE = """SELECT id FROM botcore_outboxwake WHERE bot_id = %s AND priority = {{1}} AND due_at <= (SELECT {now})
    ORDER BY due_at LIMIT {{2}} {lock}"""
# The partial index' condition is repeated word by word, because SQLite uses it only then.
NEXT = """SELECT id, chat_id, priority, method, payload, attempts, update_id FROM botcore_outgoingmessage
    WHERE bot_id = %s AND chat_id = {{1}} AND priority = {{2}} AND state IN ('queued', 'sending') AND state = 'queued'
      AND (due_at <= {now} OR due_at <= created_at)
    ORDER BY due_at, id LIMIT {{3}}"""


class Queued(NamedTuple):
    """A message to be queued; without `due_at` it is due at once. `payload` is JSON."""

    chat_id: int
    method: str
    payload: str
    priority: Priority
    due_at: datetime | None = None
    update_pk: int | None = None
    source: str = ""
    key: str | None = None


class Ready(NamedTuple):
    """A message whose turn has come; `pk` is its row, `attempts` how often it was tried before."""

    pk: int
    chat_id: int
    priority: int
    method: str
    payload: str
    attempts: int = 0
    update_pk: int | None = None


class ClaimedLane(NamedTuple):
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
    insert = f"""
        INSERT INTO botcore_outgoingmessage
            (bot_id, chat_id, method, payload, priority, due_at, update_id, source, key, created_at)
        SELECT %s, column1, column2, column3, column4, COALESCE(column5, moment), column6, column7, column8, moment
        FROM {given} CROSS JOIN (SELECT {sql.now()} AS moment) AS clock WHERE true
        ON CONFLICT (bot_id, key) WHERE key IS NOT NULL DO NOTHING RETURNING id, chat_id, priority, due_at
    """
    if sql.is_postgresql():  # all in one statement: a web page waits for it
        rows = sql.execute(
            f"""WITH new AS ({insert}), notes AS (
                INSERT INTO botcore_outboxwake (bot_id, chat_id, priority, due_at)
                SELECT DISTINCT %s::bigint, chat_id, priority, due_at FROM new
            ) SELECT id, CASE row_number() OVER () WHEN 1 THEN pg_notify(%s, %s) END FROM new""",
            [bot_id, *params, bot_id, CHANNEL, str(bot_id)],
        )
    elif rows := sql.execute(insert, [bot_id, *params]):
        leave_notes(bot_id, [(chat_id, priority, sql.read_time(due_at)) for _, chat_id, priority, due_at in rows])
    return sorted(row[0] for row in rows)


def leave_notes(bot_id: int, notes: Sequence[tuple[int, int, datetime]]) -> None:
    """Let lanes (chat, priority) be woken at their times; needs the caller's transaction."""
    given, params = sql.table("bigint int timestamptz", sorted(set(notes)))
    sql.execute(
        f"""INSERT INTO botcore_outboxwake (bot_id, chat_id, priority, due_at)
        SELECT %s, column1, column2, column3 FROM {given} WHERE true""",
        [bot_id, *params],
    )
    LANES.notify(bot_id)


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
    take_up(bot_id, max(lanes, FEWEST_NOTES))
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


def take_up(bot_id: int, most: int) -> None:
    """Turn notes that are due into lanes that are ready, so many of each priority; needs the caller's transaction."""
    due = sql.for_each(
        DUE.format(now=sql.now(), lock=sql.lock("FOR UPDATE SKIP LOCKED")),
        "int int",
        [(priority, most) for priority in Priority.values],
        [bot_id],
    )
    if due:
        these, params = sql.one_of(pk for (pk,) in due)
        lanes = sql.execute(f"DELETE FROM botcore_outboxwake WHERE id {these} RETURNING chat_id, priority", params)
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
