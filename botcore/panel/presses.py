"""Forms that are sent twice, by two clicks or by a reload: what they ask for is done once. See dashboard/once.py."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from botcore.inbox.models import OnceKey
from botcore.inbox.once import first_time

PANEL = 0  # in the place of a bot's id
KEYS = "form:"
KEPT = timedelta(days=1)


@contextmanager
def pressed(mark: str, *, is_held: bool) -> Iterator[bool]:
    """Yield True to the first who comes with this mark; who comes at the same moment waits for its end.

    A mark is free again when the deed raises. `is_held` makes one transaction of mark and deed. Else the deed has its
    own, and who comes meanwhile does not wait.
    """
    if is_held:
        with transaction.atomic():
            yield _is_first(mark)
    elif not _is_first(mark):
        yield False
    else:
        with ExitStack() as undone:
            undone.callback(forget, mark)
            yield True
            undone.pop_all()


def keep(mark: str, answer: str) -> None:
    """Keep what the first one was answered."""
    _row(mark).update(answer=answer)


def answer_to(mark: str) -> str:
    """Return what the first one was answered; empty when that is not known yet."""
    return _row(mark).values_list("answer", flat=True).first() or ""


def forget(mark: str) -> None:
    """Let the same form count as a new one."""
    _row(mark).delete()


def _is_first(mark: str) -> bool:
    old = OnceKey.objects.filter(bot_id=PANEL, key__startswith=KEYS, at__lt=timezone.now() - KEPT)
    old.delete()
    return first_time(PANEL, KEYS + mark, update_pk=None)


def _row(mark: str) -> QuerySet[OnceKey]:
    return OnceKey.objects.filter(bot_id=PANEL, key=KEYS + mark)
