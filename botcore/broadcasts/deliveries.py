"""A broadcast's deliveries that have no end yet: queueing, holding back, letting go on, dropping, counting their ends.

Every function needs the caller's transaction, in which the broadcast's row is locked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.broadcasts import audience, pay, personal
from botcore.broadcasts.models import Broadcast, BroadcastDelivery, BroadcastState
from botcore.exceptions import ValidationError
from botcore.outbox import store
from botcore.outbox.checks import BROADCAST_KEYS
from botcore.outbox.models import WAITING, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.store import Queued
from botcore.people.models import Chat, Reach

SOURCE = "broadcast"
HELD = "The broadcast is paused; it is queued again when that goes on."
QUIET = "The quiet hours have begun; it is queued again when they are over."
DROPPED = "The broadcast was cancelled."
TOO_OLD = "message can't be deleted"  # as Telegram says it
HELD_BACK = Q(delivery__is_held=True)
LOST = (OutgoingState.FAILED, OutgoingState.CANCELLED)  # how deliveries end in chats that were lost


def queue(broadcast: Broadcast, people: Sequence[int]) -> int:
    """Queue deliveries to these people; return how many are new, for a key is queued once."""
    return len(enqueue(broadcast, pay.marked(broadcast, personal.payloads(broadcast, people))))


def enqueue(broadcast: Broadcast, payloads: Mapping[int, str]) -> list[int]:
    """Queue deliveries that say this in these chats; return the rows of those that are new."""
    wanted = [
        Queued(
            chat,
            broadcast.method,
            payload,
            Priority.BROADCAST,
            source=SOURCE,
            key=f"{BROADCAST_KEYS}{broadcast.pk}:{chat}",
        )
        for chat, payload in payloads.items()
    ]
    rows = store.queue(broadcast.bot_id, wanted)
    BroadcastDelivery.objects.bulk_create([BroadcastDelivery(message_id=row, broadcast=broadcast) for row in rows])
    return rows


def hold(broadcast: Broadcast, reason: str = HELD) -> int:
    """Cancel what waits so that it can go on later; return how much that was. What is being sent is not stopped."""
    pks = _cancel(broadcast, reason)
    broadcast.deliveries.filter(pk__in=pks).update(is_held=True, held_until=None)
    return len(pks)


def hold_until(broadcast: Broadcast, people: Iterable[int], at: datetime) -> None:
    """Hold back what waits for these people until their hours begin; what is held back already then waits so long."""
    people = list(people)
    before = list(_messages(broadcast, HELD_BACK & _whose(people)).values_list("pk", flat=True))
    pks = [*_cancel(broadcast, QUIET, people), *before]
    broadcast.deliveries.filter(pk__in=pks).update(is_held=True, held_until=at)


def hold_ended(broadcast: Broadcast, pks: Sequence[int]) -> None:
    """Hold back deliveries that have failed, before they are counted, so that they can go on later."""
    OutgoingMessage.objects.filter(pk__in=pks, state=OutgoingState.FAILED).update(
        state=OutgoingState.CANCELLED, error=HELD
    )
    broadcast.deliveries.filter(pk__in=pks).update(is_held=True)


def reword(broadcast: Broadcast) -> None:
    """Let what is held back say what the broadcast says by now."""
    held = list(_messages(broadcast, HELD_BACK, OutgoingState.CANCELLED))
    payloads = pay.marked(broadcast, personal.payloads(broadcast, [row.chat_id for row in held]))
    for row in held:
        row.method, row.payload = broadcast.method, payloads[row.chat_id]
    OutgoingMessage.objects.bulk_update(held, ["method", "payload"])


def drop(broadcast: Broadcast) -> int:
    """Cancel what waits for good, also what is held back, and forget who waits; return how many messages that were."""
    broadcast.waits.all().delete()
    broadcast.deferred = 0
    is_held = broadcast.deliveries.filter(is_held=True)
    stays = _messages(broadcast, HELD_BACK, OutgoingState.CANCELLED).update(error=DROPPED)
    is_held.update(is_held=False, held_until=None)
    return stays + len(_cancel(broadcast, DROPPED))


def release(broadcast: Broadcast, people: Iterable[int] | None = None) -> int:
    """Queue again what was held back, for those who still may get it; return how much that is.

    `people` are whose; None: everybody's. What a person has sent by hand meanwhile is no longer cancelled, and
    is left alone.
    """
    over = list(_messages(broadcast, HELD_BACK & _whose(people)).values_list("pk", flat=True))
    cancelled = OutgoingMessage.objects.filter(pk__in=over, state=OutgoingState.CANCELLED)
    reachable = _reachable(broadcast, cancelled.values_list("chat_id", flat=True))
    pks = list(cancelled.filter(chat_id__in=reachable).values_list("pk", flat=True))
    OutgoingMessage.objects.filter(pk__in=pks, state=OutgoingState.CANCELLED).update(
        state=OutgoingState.QUEUED, due_at=Now(), finished_at=None, error=""
    )
    broadcast.deliveries.filter(pk__in=over).update(is_held=False, held_until=None)
    again = OutgoingMessage.objects.filter(pk__in=pks, state=OutgoingState.QUEUED)
    notes = list(again.values_list("chat_id", "priority", "due_at"))
    if notes:
        store.leave_notes(broadcast.bot_id, notes)
    return len(notes)


def check_goes_on(key: str, chat_id: int) -> None:
    """Refuse to send what a key says is a broadcast's, when that does not run or the person would not get it now.

    It locks the broadcast, as all do before its messages.
    """
    if not key.startswith(BROADCAST_KEYS):
        return
    pk = int(key.split(":")[1])
    broadcast = Broadcast.objects.select_for_update().filter(pk=pk).first()
    if broadcast is None or broadcast.state != BroadcastState.RUNNING:
        raise ValidationError(_("Its broadcast is not running."))
    if not _reachable(broadcast, [chat_id]):
        raise ValidationError(_("The person does not get broadcasts any more."))


def settle(broadcast: Broadcast) -> Counter[str]:
    """Count the deliveries that have ended into the broadcast's columns, and let go of them; return these counts.

    Each is counted once, by its first end: what a person has sent again later is not.
    """
    over = broadcast.deliveries.filter(is_held=False).exclude(message__state__in=WAITING)
    ends = list(over.values_list("pk", "message__chat_id", "message__state", "message__error"))
    if not ends:
        return Counter()
    lost = _lost([chat for _, chat, state, _ in ends if state in LOST])
    counts = Counter(_outcome(state, error, is_lost=chat in lost) for _, chat, state, error in ends)
    for column, count in counts.items():
        setattr(broadcast, column, getattr(broadcast, column) + count)
    broadcast.deliveries.filter(pk__in=[pk for pk, *_ in ends]).delete()
    return counts


def _outcome(state: str, error: str, *, is_lost: bool) -> str:
    """Return the column that counts an end."""
    if state == OutgoingState.FAILED and TOO_OLD in error.lower():
        return "too_old"
    return "blocked" if state in LOST and is_lost else state


def _reachable(broadcast: Broadcast, chats: Iterable[int]) -> list[int]:
    """Return who may still get it; a message that is wrong is changed also for those who want no more of them."""
    if broadcast.amends_id is None:
        return audience.reachable(chats)
    return list(Chat.objects.filter(pk__in=list(chats), reach=Reach.OPEN).values_list("pk", flat=True))


def _lost(chats: Sequence[int]) -> set[int]:
    return set(Chat.objects.filter(pk__in=chats).exclude(reach=Reach.OPEN).values_list("pk", flat=True))


def waiting(broadcast: Broadcast) -> list[int]:
    """Return to whom something waits to be sent."""
    found = _messages(broadcast, Q(delivery__is_held=False), OutgoingState.QUEUED)
    return list(found.values_list("chat_id", flat=True))


def held(broadcast: Broadcast, now: datetime) -> list[int]:
    """Return for whom something is held back that is to be looked at now."""
    due = Q(delivery__held_until=None) | Q(delivery__held_until__lte=now)
    return list(_messages(broadcast, HELD_BACK & due).values_list("chat_id", flat=True))


def hold_refused(broadcast: Broadcast, words: str) -> int:
    """Hold back what Telegram refused with these words, instead of counting it; return how much that was."""
    failed = _messages(broadcast, Q(delivery__is_held=False, error__icontains=words), OutgoingState.FAILED)
    pks = list(failed.values_list("pk", flat=True))
    OutgoingMessage.objects.filter(pk__in=pks).update(state=OutgoingState.CANCELLED, error=HELD)
    broadcast.deliveries.filter(pk__in=pks).update(is_held=True)
    return len(pks)


def _messages(broadcast: Broadcast, which: Q, *states: OutgoingState) -> QuerySet[OutgoingMessage]:
    """Return messages of deliveries without end; keys first, for these are few and the outbox is not."""
    pks = list(BroadcastDelivery.objects.filter(broadcast=broadcast).values_list("pk", flat=True))
    found = OutgoingMessage.objects.filter(which, pk__in=pks)
    return found.filter(state__in=states) if states else found


def _whose(people: Iterable[int] | None) -> Q:
    return Q() if people is None else Q(chat_id__in=list(people))


def _cancel(broadcast: Broadcast, reason: str, people: Iterable[int] | None = None) -> list[int]:
    """Cancel what waits and is not held back; what somebody has locked is being sent, or is found next time."""
    queued = _messages(broadcast, Q(delivery__is_held=False) & _whose(people), OutgoingState.QUEUED)
    pks = list(queued.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True))
    OutgoingMessage.objects.filter(pk__in=pks).update(
        state=OutgoingState.CANCELLED, error=reason, finished_at=timezone.now()
    )
    return pks
