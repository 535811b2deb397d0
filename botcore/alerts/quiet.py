"""When it is better to be quiet: the hours of every night, by the clock on the wall of their zone. Pure."""

from datetime import datetime, time, tzinfo


def is_quiet(at: datetime, start: time, end: time, zone: tzinfo) -> bool:
    """Tell whether the moment lies within the hours; they go over midnight when they end before they begin."""
    clock = at.astimezone(zone).time()
    return start <= clock < end if start < end else clock >= start or clock < end
