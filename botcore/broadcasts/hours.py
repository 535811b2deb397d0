"""At which hours people get a broadcast: its own hours without the quiet ones, by each person's own clock.

A person's zone is their attribute (people/time_zones.py), else what the operator guesses by their language, else the
setting broadcasts.zone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from botcore.broadcasts.models import Broadcast
from botcore.broadcasts.quiet import over_at
from botcore.exceptions import ValidationError
from botcore.people import time_zones
from botcore.people.models import User
from botcore.runtime import settings as runtime
from botcore.runtime.setting_times import hours

STEPS = 8  # from the end of one kind of hours to the other's; more would mean that they leave no time


@dataclass(frozen=True)
class Clock:
    """Hours such as 10:00-20:00 in which people get it, and quiet ones in which they do not; "" for none.

    `is_one`: as far as it is known, everybody is in one zone.
    """

    hours: str
    quiet: str
    zone: str  # of whom no other is known
    guesses: Mapping[str, str]  # by language
    is_one: bool

    def opens_at(self, now: datetime, zone: str = "") -> datetime | None:
        """Return when the hours begin next in a zone; None when it is such an hour now."""
        at, zone = now, zone or self.zone
        for _step in range(STEPS):
            later = over_at(at, self.quiet, zone) or over_at(at, _others(self.hours), zone)
            if later is None:
                break
            at = later
        return None if at == now else at

    def openings(self, people: Iterable[int], now: datetime) -> dict[int, datetime | None]:
        """Return the same for each of these people."""
        zones = self._zones(list(people))
        opening = {zone: self.opens_at(now, zone) for zone in set(zones.values())}
        return {person: opening[zone] for person, zone in zones.items()}

    def is_never_open(self, now: datetime) -> bool:
        """Tell whether the quiet hours leave nothing of the others."""
        at = self.opens_at(now)
        return at is not None and self.opens_at(at) is not None

    def _zones(self, people: list[int]) -> dict[int, str]:
        found = dict.fromkeys(people, self.zone)
        if self.is_one:
            return found
        known = time_zones.zones_of(people)
        if self.guesses:
            rest = User.objects.filter(pk__in=[one for one in people if one not in known])
            spoken = rest.values_list("pk", "language", "telegram_language")
            found |= {pk: zone for pk, chosen, told in spoken if (zone := self._guess(chosen or told))}
        return found | known

    def _guess(self, language: str) -> str:
        word = language.lower()
        return self.guesses.get(word) or self.guesses.get(word.split("-")[0], "")


def clock_of(row: Broadcast) -> Clock | None:
    """Return by which hours a broadcast goes now; None when any hour will do: an edit and a deletion wake nobody."""
    return clock(row.hours) if row.amends_id is None else None


def clock(own: str) -> Clock | None:
    """Return the same for hours of its own, "" for none."""
    quiet = runtime.value("broadcasts.quiet_hours")
    if not (own or quiet):
        return None
    guesses = runtime.value("broadcasts.zones")
    is_one = not guesses and not time_zones.is_any_known()
    return Clock(own, quiet, runtime.value("broadcasts.zone"), guesses, is_one)


def checked(typed: str, now: datetime) -> str:
    """Return hours as they are kept; refuse what is none, and those of which the quiet hours leave nothing."""
    own = hours(typed)
    found = clock(own) if own else None
    if found and found.is_never_open(now):
        words = _("The quiet hours, %(quiet)s, leave nothing of %(hours)s: choose other hours.")
        raise ValidationError(words % {"quiet": found.quiet, "hours": own})
    return own


def complaint(found: Clock | None, now: datetime) -> str:
    """Return why nobody would ever get it: these settings may have changed since its hours were chosen."""
    if found is None or not found.is_never_open(now):
        return ""
    return (
        f"The quiet hours, {found.quiet}, leave nothing of its hours, {found.hours}: nobody would ever get it. "
        "Change the quiet hours, then resume it."
    )


def _others(own: str) -> str:
    """Return the rest of the day."""
    begin, _dash, end = own.partition("-")
    return f"{end}-{begin}" if own else ""
