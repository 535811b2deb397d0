"""Hours of the day: whether it is such an hour in a zone, and when it is over. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def over_at(now: datetime, hours: str, zone: str) -> datetime | None:
    """Return when hours such as 22:00-08:00 are over; None when it is no such hour now, "" means none."""
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
