"""A typed moment, such as 2026-11-30 14:00, 30.11.2026 or 14:00 → a datetime in UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from botcore.checked.shown import bare, shown
from botcore.exceptions import ValidationError

_DATE = r"(?:(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})|(?P<D>[0-9]{1,2})\.(?P<M>[0-9]{1,2})\.(?P<Y>[0-9]{4}))"
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?)?"
_OFFSET = r"(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?"
_CLOCK = rf"{_TIME}(?:\s*{_OFFSET})?"
_ZONE = r"(?:\s*(?P<zone>[A-Za-z_]{1,20}(?:/[A-Za-z0-9_+-]{1,30}){0,2}))?"
_DATED = re.compile(rf"{_DATE}(?:(?:[Tt]|\s+){_CLOCK})?{_ZONE}")
_TIMED = re.compile(rf"{_CLOCK}{_ZONE}")


def moment(text: str, *, zone: tzinfo, now: datetime) -> datetime:
    """Return a moment in UTC, read in `zone` unless it names another; a time without a date is the next such time.

    What the clock shows twice at the end of summer time means the first; what it leaves out is refused.
    """
    typed = bare(text)
    dated, timed = _DATED.fullmatch(typed), _TIMED.fullmatch(typed)
    try:
        if dated:
            return _existing(_date(dated, _clock(dated)), _zone(dated) or zone, typed)
        if timed:
            return _next(_clock(timed), _zone(timed) or zone, now, typed)
    except (ValueError, OverflowError):  # such as a 31st of November, or before the year 1 in UTC
        raise _unreadable() from None
    raise _unreadable()


def _clock(found: re.Match[str]) -> time:
    """Return the time of day, midnight when none is written."""
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    return time(hour, minute, second)


def _date(found: re.Match[str], clock: time) -> datetime:
    """Return what is written, without a zone."""
    year, month, day = (int(found[one] or found[other]) for one, other in ("yY", "mM", "dD"))
    return datetime.combine(date(year, month, day), clock)


def _next(clock: time, zone: tzinfo, now: datetime, typed: str) -> datetime:
    """Return the first such time after now: today, today once more if a clock is set back between, or tomorrow."""
    today = datetime.combine(now.astimezone(zone).date(), clock)
    for day in (today, today + timedelta(days=1)):
        for fold in (0, 1):
            wanted = day.replace(fold=fold)
            if wanted.replace(tzinfo=zone) > now:
                return _existing(wanted, zone, typed)
    raise _unreadable()


def _existing(wanted: datetime, zone: tzinfo, typed: str) -> datetime:
    at = wanted.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wanted:
        words = {"typed": shown(typed), "zone": str(zone)}
        raise ValidationError(
            _("%(typed)s does not exist in %(zone)s, because clocks are set forward then: write another time.") % words
        )
    return at


def _zone(found: re.Match[str]) -> tzinfo | None:
    """Return the zone that the text names, None for none; raise ValueError for an offset that is none."""
    name, sign = found["zone"] or "", found["sign"]
    if sign and name:
        raise _unreadable()
    if sign:
        ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(ahead if sign == "+" else -ahead)
    return _named(name) if name else None


def _named(name: str) -> tzinfo:
    if name.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # OSError: the name of a folder
        words = {"zone": shown(name)}
        raise ValidationError(_("There is no time zone %(zone)s; write one such as Europe/Berlin.") % words) from None


def _unreadable() -> ValidationError:
    return ValidationError(_("Write a time, such as 14:00 or 2026-11-30 14:00."))
