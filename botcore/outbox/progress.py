"""A sender's progress in plain SQL: how calls ended, which lanes are given back, which calls begin. One transaction.

Beginnings and lanes are behind the fence. How a call ended is written by its attempt instead: a sender that lost its
lane still knows best whether the message arrived.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from botcore import sql
from botcore.enclosures.models import MESSAGE
from botcore.enclosures.services import release
from botcore.outbox.models import OutgoingState
from botcore.outbox.store import LANES, ClaimedLane, Ready
from botcore.validators import storable

ENCLOSED = '"enclosure":'  # what stands in payloads with files that came from a page


class Sent(NamedTuple):
    """How a call ended. QUEUED means once more, after `wait_seconds`: it certainly did not reach Telegram."""

    state: OutgoingState
    message_id: int | None = None
    error: str = ""
    wait_seconds: float = 0.0
    files: str = ""  # what Telegram has made of them, see media.attachments


class Begin(NamedTuple):
    """A message that is about to be sent."""

    lane: ClaimedLane
    message: Ready


class End(NamedTuple):
    """A message whose call is over."""

    lane: ClaimedLane
    message: Ready
    sent: Sent
    started_at: datetime
    finished_at: datetime


class Done(NamedTuple):
    """A lane to be given back: is work left, and how long shall it wait?"""

    lane: ClaimedLane
    more: bool = False
    wait_seconds: float = 0.0
    tried: bool = True  # messages in doubt are marked by the claim: nothing is left to suspect


class Advanced(NamedTuple):
    """What the database took: rows that are begun, and lanes that somebody else holds by now."""

    begun: frozenset[int]
    lost: frozenset[int]


@transaction.atomic
def advance(begins: Sequence[Begin], ends: Sequence[End], done: Sequence[Done]) -> Advanced:
    """Write ends, give lanes back, mark what begins as being sent. The same again changes nothing."""
    items: list[Begin | End | Done] = [*begins, *ends, *done]
    owners = LANES.owners_of(item.lane.pk for item in items) if items else {}
    lost = frozenset(item.lane.pk for item in items if owners.get(item.lane.pk) != item.lane.owner)
    _write_ends([end for end in ends if end.sent.state != OutgoingState.QUEUED or end.lane.pk not in lost])
    if released := [item for item in done if item.lane.pk not in lost]:
        LANES.release(released)
    return Advanced(_begin([item.message for item in begins if item.lane.pk not in lost]), lost)


# CASE in these conditions keeps the planner from reading a partial index as a whole, which it does while its statistics
# are from before a campaign was queued.


def _write_ends(ends: Sequence[End]) -> None:
    """Write how attempts ended; an answer that comes after all settles a doubt, unless somebody has locked the row."""
    if not ends:
        return
    given, params = sql.table(
        "bigint text bigint text timestamptz timestamptz int text",
        [
            (
                end.message.pk,
                end.sent.state.value,
                end.sent.message_id,
                storable(end.sent.error) if end.sent.error else "",
                end.started_at,
                None if end.sent.state == OutgoingState.QUEUED else end.finished_at,
                end.message.attempts + 1,
                end.sent.files,
            )
            for end in ends
        ],
    )
    sql.execute(
        f"""
        WITH doubts AS (
            SELECT id AS pk FROM {given} JOIN botcore_outgoingmessage ON id = column1 WHERE state = 'uncertain'
            {sql.lock("FOR UPDATE OF botcore_outgoingmessage SKIP LOCKED")}
        )
        UPDATE botcore_outgoingmessage SET state = column2, message_id = column3, error = column4,
            started_at = column5, finished_at = column6, files = column8
        FROM {given} WHERE id = column1 AND attempts = column7 AND CASE state WHEN 'sending' THEN true
            WHEN 'uncertain' THEN column2 IN ('sent', 'failed') AND id IN (SELECT pk FROM doubts) ELSE false END
        """,
        [*params, *params],
    )
    arrived = [end.message for end in ends if end.sent.state == OutgoingState.SENT]
    if with_files := [message.pk for message in arrived if ENCLOSED in message.payload]:
        release([MESSAGE.format(pk) for pk in with_files])


def _begin(messages: Sequence[Ready]) -> frozenset[int]:
    """Mark messages as being sent; return those that are.

    Not what was cancelled meanwhile, nor what somebody has locked: a caller's long transaction must not hold up others.
    """
    if not messages:
        return frozenset()
    given, params = sql.table("bigint int", [(message.pk, message.attempts) for message in messages])
    begun = sql.execute(
        f"""
        WITH free AS (
            SELECT id AS pk, column2 AS tried FROM {given} JOIN botcore_outgoingmessage ON id = column1
            WHERE CASE state WHEN 'queued' THEN attempts = column2 WHEN 'sending' THEN attempts = column2 + 1
                ELSE false END
            {sql.lock("FOR UPDATE OF botcore_outgoingmessage SKIP LOCKED")}
        )
        UPDATE botcore_outgoingmessage SET state = 'sending', attempts = tried + 1, started_at = {sql.now()}, error = ''
        FROM free WHERE id = pk RETURNING id
        """,
        params,
    )
    return frozenset(pk for (pk,) in begun)
