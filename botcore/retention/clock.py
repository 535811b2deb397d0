"""The time by which rows go. It must be right: what went by a clock that is ahead does not come back."""

import json
import logging
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from botcore.exceptions import BotdeckError
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.events import record_event
from botcore.monitoring.health.check import lasting
from botcore.monitoring.models import Level
from botcore.runtime.models import Job, RuntimeSetting
from botcore.runtime.settings_store import setting

logger = logging.getLogger(__name__)

EVENT = "retention"
SETTING = "retention_clock"
MOST_SECONDS = 60.0  # between the two clocks
LONGEST_STEP = timedelta(days=7)  # from one look to the next
SECOND_LOOK = timedelta(hours=23)  # after the first at which the time was in doubt: the job's next night


class ClockInDoubt(BotdeckError):  # noqa: N818 (what is so)
    """The time may be wrong, so nothing is deleted."""


@dataclass(frozen=True)
class _Looks:
    """The last time that was trusted, and the one that is in doubt since."""

    trusted: datetime | None
    doubted: datetime | None


def trusted_now() -> datetime:
    """Return the database's time; raise BotdeckError when rows must not go by it.

    First this machine's clock, by which rows get their times, must agree with it. That says nothing where both are one:
    on SQLite, or with the server on the same machine. So the time that was trusted last is kept (at least hourly, by
    the job stale_cleanup), and one that lies more than a week after it is in doubt: either everything was off for so
    long, or the clock jumped ahead. Nobody can tell, so people are told, nothing goes for a day, and then the time
    counts if the clock still says so.
    """
    reading = read_clock()
    ahead = (timezone.now() - reading.now).total_seconds()
    if (off := abs(ahead)) > MOST_SECONDS + reading.seconds:
        where = "ahead of" if ahead > 0 else "behind"
        raise BotdeckError(
            f"Nothing was deleted: the clock of this machine, {socket.gethostname()[:60]}, is {lasting(off)} "
            f"{where} the database's. Set right the one that is wrong, best by NTP; the next run then does its work."
        )
    _check_step(reading.now)
    return reading.now


def _check_step(now: datetime) -> None:
    looks = _looks()
    trusted = looks.trusted or Job.objects.filter(name="retention").values_list("last_success_at", flat=True).first()
    is_second = looks.doubted is not None and SECOND_LOOK <= now - looks.doubted <= LONGEST_STEP
    if trusted is None or now - trusted <= LONGEST_STEP or is_second:
        _keep(_Looks(now, None))
        return
    words = (
        f"Nothing is deleted for a day: the clock says {now:%Y-%m-%d %H:%M} UTC, and when retention last looked it was "
        f"{trusted:%Y-%m-%d %H:%M}. If the clock is wrong, set it right now. If all was off meanwhile, nothing needs "
        f"to be done."
    )
    if looks.doubted is None or not timedelta() <= now - looks.doubted <= LONGEST_STEP:
        with transaction.atomic():
            _keep(_Looks(looks.trusted or trusted, now))
            record_event(EVENT, words, level=Level.WARNING)
        logger.error("the clock may have jumped ahead: %s", words)  # is captured, so that somebody is alerted
    raise ClockInDoubt(words)


def _looks() -> _Looks:
    kept = setting(SETTING)
    if not isinstance(kept, dict):
        return _Looks(None, None)
    return _Looks(_time(kept.get("trusted")), _time(kept.get("doubted")))


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else None


def _keep(looks: _Looks) -> None:
    kept = {name: time.isoformat() for name, time in vars(looks).items() if time is not None}
    facts = {"value": json.dumps(kept), "until": None, "by": "retention", "at": timezone.now()}
    RuntimeSetting.objects.update_or_create(name=SETTING, defaults=facts)  # set_setting() deletes what seems to be over
