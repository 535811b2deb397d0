"""Rows that are a person's own: how many there are, and letting them go, a batch in each short transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from botcore.broadcasts import waits
from botcore.broadcasts.models import BroadcastWait
from botcore.erasure.marks import Marks
from botcore.erasure.tables import TABLES, Table
from botcore.errors.models import ErrorEvent
from botcore.inbox.models import EarlierRun, FailedAttempt, Lane, State, Update
from botcore.outbox.models import OutboxLane, OutgoingMessage, OutgoingState

BATCH = 500
Check = Callable[[], None]
SAID = {"payload": "", "error": "", "source": ""}  # of a message, by whatever words people can be known
# An update's row stays without anything of the person: it is what makes a repeat of Telegram's one.
NOBODYS: dict[str, Any] = {"chat_id": None, "user_id": None, "lane_key": 0, "raw": "", "error": "", "state": State.DONE}


def forget(marks: Marks, check: Check, *, is_late: bool = False) -> Counter[str]:
    """Let all rows go that are theirs, and return how many went of each table.

    What is under way right now stays for the next time, unless it `is_late`: an update that is handled, a message that
    is sent, a lane that is leased.
    """
    gone: Counter[str] = Counter()
    for table in TABLES:
        for column in table.id_columns:
            rows = table.model._default_manager.filter(table.theirs(column, marks.id))
            if not is_late:
                rows = rows.exclude(_under_way(table))
            gone[table.name] += _each_batch(table, rows, check)
        for column in table.keys.split():
            gone[table.name] += _with_keys(table, column, marks)
    return +gone


def is_left(user_id: int) -> bool:
    """Tell whether there is anything of theirs."""
    return any(
        table.model._default_manager.filter(table.theirs(column, user_id)).exists()
        for table in TABLES
        for column in table.id_columns
    )


def _under_way(table: Table) -> Q:
    if table.model is Update:
        return Q(state=State.PENDING)
    if table.model is OutgoingMessage:
        return Q(state=OutgoingState.SENDING) | Q(delivery__isnull=False)
    if table.model in (Lane, OutboxLane):
        return Q(ready_at__isnull=False) | Q(lease_until__gt=timezone.now())
    return Q(pk__in=[])


def _each_batch(table: Table, rows: QuerySet[Any], check: Check) -> int:
    gone = 0
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        check()
        try:
            _let_go(table, pks)
        except IntegrityError:  # at this moment came what refers to them: it goes the next time
            break
        gone += len(pks)
    return gone


@transaction.atomic
def _let_go(table: Table, pks: Sequence[int]) -> None:
    if table.model is Update:
        _empty(pks)
    elif table.model is BroadcastWait:
        waits.drop(pks)  # came since stopping.py was here; their broadcasts count them
    else:
        table.model._default_manager.filter(pk__in=pks).delete()


def _empty(pks: Sequence[int]) -> None:
    """Leave nothing of updates but that they came, nor of what the bot said because of them elsewhere."""
    OutgoingMessage.objects.filter(update_id__in=pks).update(**SAID)
    ErrorEvent.objects.filter(update_pk__in=pks).delete()
    FailedAttempt.objects.filter(update_id__in=pks).delete()
    EarlierRun.objects.filter(update_id__in=pks).delete()
    Update.objects.filter(pk__in=pks).update(**NOBODYS)


def _with_keys(table: Table, column: str, marks: Marks) -> int:
    found = table.model._default_manager.filter(**{f"{column}__contains": str(marks.id)}).values_list("pk", column)
    pks = [pk for pk, key in found.iterator() if marks.is_in_key(key)]
    for start in range(0, len(pks), BATCH):
        table.model._default_manager.filter(pk__in=pks[start : start + BATCH]).delete()
    return len(pks)
