"""The ledger: what handlers send directly is written down like what the outbox sends, off the hot path.

`entry()` makes the record for `recorder.put("ledger", …)`, `store_ledger` is the recorder's writer.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botcore import sql
from botcore.logs import redact
from botcore.media.attachments import kept
from botcore.outbox.ledger_payload import LONGEST_PAYLOAD, payload_of
from botcore.outbox.models import OutgoingState, Priority
from botcore.validators import storable

LEDGER = "ledger"  # the kind of record
LEDGER_KEYS = f"{LEDGER}:"  # what keys of rows begin with that nobody chose
SAYS = re.compile(r"(?:send|copy|forward|editMessage)(?!ChatAction$|\w*Draft$)\w*")
ENDS = (OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNCERTAIN)
ERROR_LENGTH, SOURCE_LENGTH, METHOD_LENGTH = 2000, 100, 40
BIGGEST = 2**63 - 1
NUMBER = re.compile(r"-?[0-9]{1,18}")


def says_something(endpoint: str) -> bool:
    """Tell whether a call shows something in a chat: no answers to buttons, no "is typing", no drafts."""
    return SAYS.fullmatch(endpoint) is not None


def entry(  # noqa: PLR0913
    *,
    bot_id: int,
    endpoint: str,
    data: Mapping[str, Any],
    state: OutgoingState,
    started_at: datetime,
    finished_at: datetime,
    result: object = None,
    error: str = "",
    update_pk: int | None = None,
    handler: str = "",
    priority: Priority = Priority.REPLY,
) -> dict[str, Any]:
    """Return the record of a call that says something; `state` is SENT, FAILED or UNCERTAIN."""
    return {
        "bot_id": bot_id,
        "chat_id": _chat_of(data, result),
        "method": endpoint[:METHOD_LENGTH],
        "payload": payload_of(data),
        "state": state.value,
        "message_id": _number(result, "message_id"),
        "files": kept(result),
        "error": _clean(error, ERROR_LENGTH),
        "started_at": started_at.isoformat(),
        "finished_at": finished_at.isoformat(),
        "update_pk": update_pk,
        "source": handler[:SOURCE_LENGTH],
        "priority": int(priority),
    }


def store_ledger(records: Sequence[dict[str, Any]]) -> None:
    """Write records that carry their keys; those that are there already stay as they are."""
    if not records:
        return
    given, params = sql.table(
        "bigint bigint text text text bigint text timestamptz timestamptz bigint text int text text",
        [_row(record) for record in records],
    )
    sql.execute(
        f"""
        INSERT INTO botcore_outgoingmessage (bot_id, chat_id, method, payload, state, message_id, error,
            started_at, finished_at, update_id, source, priority, key, files, due_at, created_at, attempts)
        SELECT column1, column2, column3, column4, column5, column6, column7,
            column8, column9, column10, column11, column12, column13, column14, column8, column8, 1
        FROM {given} WHERE true ON CONFLICT (bot_id, key) WHERE key IS NOT NULL DO NOTHING
        """,
        params,
    )


def _chat_of(data: Mapping[str, Any], result: object) -> int:
    """Return the chat's id, from the answer for a @channel; 0 when there is none."""
    chat = data.get("chat_id")
    if isinstance(chat, str) and NUMBER.fullmatch(chat):
        return int(chat)
    if isinstance(chat, int):
        return chat
    first = _first(result)
    found = first.get("chat") if isinstance(first, Mapping) else getattr(first, "chat", None)
    return _number(found, "id") or 0


def _number(value: object, name: str) -> int | None:
    first = _first(value)
    number = first.get(name) if isinstance(first, Mapping) else getattr(first, name, None)
    return number if isinstance(number, int) and abs(number) <= BIGGEST else None


def _first(value: object) -> object:
    if isinstance(value, list | tuple):
        return value[0] if value else None
    return value


def _row(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """Check what SQLite would take or leave without a word; raise ValueError, TypeError or KeyError."""
    state = OutgoingState(record["state"])
    if state not in ENDS:
        raise ValueError(f"{state} is no end")
    update_pk = record.get("update_pk")
    return (
        _integer(record["bot_id"]),
        _integer(record["chat_id"]),
        storable(record["method"])[:METHOD_LENGTH],
        storable(record["payload"])[: LONGEST_PAYLOAD + 100],
        state.value,
        None if record.get("message_id") is None else _integer(record["message_id"]),
        _clean(record.get("error", ""), ERROR_LENGTH),
        _time(record["started_at"]),
        _time(record["finished_at"]),
        None if update_pk is None else _integer(update_pk),
        storable(record.get("source", ""))[:SOURCE_LENGTH],
        Priority(record.get("priority", Priority.REPLY)).value,
        f"{LEDGER_KEYS}{record['key']}"[:100],
        storable(record.get("files", "")),
    )


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > BIGGEST:
        raise ValueError(f"{value!r} is no number of ours")
    return value


def _time(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _clean(text: str, length: int) -> str:
    """Cut twice: before, so that a huge text costs little; after, so that a token is never cut in half and kept."""
    return storable(redact(text[: 2 * length]))[:length]
