"""Reading files that wait to be sent: piece by piece for the bot, and whether they are still there."""

from collections.abc import Collection

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from botcore.enclosures.models import MESSAGE, Enclosure, EnclosurePiece
from botcore.outbox.models import WAITING, OutgoingMessage

MESSAGES = MESSAGE.format("")


def size(pk: int) -> int:
    """Return how many bytes a file has; 0 when it is gone."""
    return Enclosure.objects.filter(pk=pk).values_list("size", flat=True).first() or 0


def piece(pk: int, number: int) -> bytes:
    """Return a piece of a file; b"" behind its end, and when it is gone."""
    found = EnclosurePiece.objects.filter(enclosure_id=pk, number=number).values_list("data", flat=True).first()
    return bytes(found or b"")


def are_there(pks: Collection[int]) -> bool:
    """Tell whether all of them are still kept."""
    return Enclosure.objects.filter(pk__in=pks).count() == len(set(pks))


def unheld() -> QuerySet[Enclosure]:
    """Return files that nothing holds."""
    return Enclosure.objects.filter(holder="")


def of_ended_messages() -> QuerySet[Enclosure]:
    """Return files of messages that wait no more, though they were not sent: somebody may send them once more."""
    waiting = OutgoingMessage.objects.filter(state__in=WAITING).order_by()
    named = waiting.annotate(name=Concat(Value(MESSAGES), Cast("pk", CharField()))).values("name")
    return Enclosure.objects.filter(holder__startswith=MESSAGES).exclude(holder__in=named)
