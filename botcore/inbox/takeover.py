"""What dead processes of this machine held is freed at once, instead of after its lease."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from botcore.inbox import store
from botcore.monitoring.identity import is_gone, machine
from botcore.monitoring.models import Heartbeat
from botcore.outbox import store as outbox
from botcore.runtime.jobs.store import abandon as abandon_jobs
from botcore.runtime.services import give_up_duties

ENDED = ("stopped", "died")


def bury_the_dead(bot_id: int, *, process: str) -> list[str]:
    """Mark processes that ended without a word as died, free their lanes, duties and jobs; return their names.

    Certain is only what this machine can look up. On SQLite all others are dead: the lock says so.
    """
    mine = Q(bot_id=bot_id) | Q(bot_id=None)  # None: it did not live to hear from Telegram who it is
    others = Heartbeat.objects.filter(mine).exclude(process=process).exclude(state__in=ENDED)
    alone = connection.vendor == "sqlite"
    if not alone:
        others = others.filter(machine=machine()).exclude(machine="")
    gone = [name for name in others.values_list("process", flat=True) if alone or is_gone(name)]
    Heartbeat.objects.filter(process__in=gone, bot_id=None, state="starting").delete()  # it held nothing
    return [name for name in gone if _bury(bot_id, name)]


@transaction.atomic
def _bury(bot_id: int, name: str) -> bool:
    """Free what the process held; False when another process does so already, for only one shall tell of it."""
    first = Heartbeat.objects.filter(process=name).exclude(state__in=ENDED).update(state="died", spooled=0)
    if first:
        store.abandon(bot_id, f"{name}:")
        outbox.abandon(bot_id, f"{name}:")
        give_up_duties(name)
        abandon_jobs(name)
    return bool(first)


def last_sign_of_life(bot_id: int, *, besides: str) -> datetime | None:
    """Return when another process of this bot was last heard of; None for a bot that never ran."""
    others = Heartbeat.objects.filter(bot_id=bot_id).exclude(process=besides)
    return others.order_by("-beat_at").values_list("beat_at", flat=True).first()
