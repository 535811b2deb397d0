"""The ledger's ear: each call that says something in a chat becomes a record, with the update and handler behind it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botcore.connection.deliver import state_after
from botcore.connection.way_out import Result, Wish
from botcore.logs import error_text
from botcore.outbox.ledger import LEDGER, entry, says_something
from botcore.outbox.models import OutgoingState
from botcore.pipeline.attempt import CURRENT
from botcore.recorder import Recorder


class Ledger:
    """Hears of each finished call; the outbox' own are in their rows already."""

    def __init__(self, recorder: Recorder, bot_id: Callable[[], int | None]) -> None:
        self._recorder = recorder
        self._bot_id = bot_id

    def __call__(
        self,
        endpoint: str,
        data: Mapping[str, Any],
        wish: Wish,
        outcome: Result | BaseException,
        started_at: datetime,
        attempts: int,
    ) -> None:
        """Record a call that was made; one that never left is its handler's error only."""
        bot_id, attempt = self._bot_id(), CURRENT.get(None)
        if wish.outgoing is not None or not attempts or bot_id is None or not says_something(endpoint):
            return
        record = entry(
            bot_id=bot_id,
            endpoint=endpoint,
            data=data,
            state=_state(outcome),
            started_at=started_at,
            finished_at=datetime.now(UTC),
            result=None if isinstance(outcome, BaseException) else outcome,
            error=error_text(outcome) if isinstance(outcome, BaseException) else "",
            update_pk=attempt.pending.pk if attempt else None,
            handler=attempt.handler if attempt else "",
            priority=wish.priority,
        )
        self._recorder.put(LEDGER, record)


def _state(outcome: Result | BaseException) -> OutgoingState:
    if not isinstance(outcome, BaseException):
        return OutgoingState.SENT
    if not isinstance(outcome, Exception):  # cut short in the middle
        return OutgoingState.UNCERTAIN
    state = state_after(outcome)
    return OutgoingState.FAILED if state == OutgoingState.QUEUED else state
