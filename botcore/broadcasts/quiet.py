"""Quiet hours: nobody gets a broadcast then. Telegram does not tell where people live: one zone counts for all."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from botcore.runtime import settings as runtime


def until(now: datetime) -> datetime | None:
    """Return when the quiet hours of now are over; None when there are none now."""
    return over_at(now, runtime.value("broadcasts.quiet_hours"), runtime.value("broadcasts.zone"))


def over_at(now: datetime, hours: str, zone: str) -> datetime | None:
    """Return the same for hours such as 22:00-08:00; "" means none."""
    if not hours:
        return None
    begin, end = (time.fromisoformat(part) for part in hours.split("-"))
    here = now.astimezone(ZoneInfo(zone))
    clock, is_overnight = here.time(), end < begin
    is_quiet = clock >= begin or clock < end if is_overnight else begin <= clock < end
    if not is_quiet:
        return None
    day = here.date() + timedelta(days=int(is_overnight and clock >= begin))
    return datetime.combine(day, end, tzinfo=here.tzinfo)
