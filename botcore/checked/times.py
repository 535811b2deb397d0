"""A typed length of time, such as 1h30m → timedelta."""

import re
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from botcore.checked.shown import bare
from botcore.exceptions import ValidationError

LONGEST = timedelta(days=36_500)
_UNITS = (  # the longest first
    (604800, ("w", "week", "weeks", "н", "нед")),
    (86400, ("d", "day", "days", "д", "дн")),
    (3600, ("h", "hr", "hour", "hours", "ч", "час")),
    (60, ("m", "min", "mins", "minute", "minutes", "м", "мин")),
    (1, ("s", "sec", "secs", "second", "seconds", "с", "сек")),
)
_SECONDS = {word: seconds for seconds, words in _UNITS for word in words}
_PART = re.compile(r"([0-9]{1,12})\s*([a-zа-я]{1,7})\s*")


def duration(text: str, *, least: timedelta | None = None, most: timedelta | None = None) -> timedelta:
    """Return a length of time of parts such as 90s, 15min, 2h, 7d or 1w, the longest first; never 0."""
    seconds = sum(_parts(bare(text).lower()))
    if not seconds:
        raise ValidationError(_("Write a length of time, such as 90s, 15m, 2h, 7d or 1h30m."))
    highest = LONGEST if most is None else most
    if seconds > highest.total_seconds() or (least is not None and seconds < least.total_seconds()):
        raise _outside(least, highest)
    return timedelta(seconds=seconds)


def for_how_long(lengths: Iterable[str]) -> str:
    """Say which lengths of time are offered, such as "30 minutes", which are declared in English."""
    return _("Choose for how long: %(lengths)s.") % {"lengths": ", ".join(pgettext("word", one) for one in lengths)}


def _parts(typed: str) -> list[int]:
    """Return the seconds of each part, nothing when one of them cannot be read or stands in a wrong place."""
    found, place, unit = [], 0, LONGEST.total_seconds()
    while place < len(typed):
        part = _PART.match(typed, place)
        seconds = _SECONDS.get(part[2], 0) if part else 0
        if part is None or not 0 < seconds < unit:
            return []
        found.append(int(part[1]) * seconds)
        place, unit = part.end(), seconds
    return found


def _outside(least: timedelta | None, most: timedelta) -> ValidationError:
    limits = {"least": as_duration(least or timedelta()), "most": as_duration(most)}
    if least is None:
        return ValidationError(_("Write a length of time that is %(most)s at most.") % limits)
    return ValidationError(_("Write a length of time from %(least)s to %(most)s.") % limits)


def as_duration(length: timedelta) -> str:
    """Return it as people may type it: 1h30m, in the language active now."""
    left, words = int(length.total_seconds()), []
    for (size, _names), letter in zip(_UNITS[1:], _letters(), strict=True):
        count, left = divmod(left, size)
        words += [f"{count}{letter}"] if count else []
    return "".join(words) or f"0{_letters()[-1]}"


def _letters() -> tuple[str, ...]:
    return pgettext("days", "d"), pgettext("hours", "h"), pgettext("minutes", "m"), pgettext("seconds", "s")
