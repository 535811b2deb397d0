"""The time zone of a person: their attribute `time_zone`, set by themselves, by an operator or by a handler.

Telegram does not tell where people live. Whose zone nobody has set is in none here: who asks decides what that means.
"""

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.people.models import PersonAttribute
from botcore.validators import closest

NAME = PersonAttribute.TIME_ZONE


@cache
def zones() -> frozenset[str]:
    """Return the names that there are."""
    return frozenset(available_timezones())


def zone_name(typed: str) -> str:
    """Return a zone's name as it is spelled: of Europe/Berlin, whatever the case, or only of its town, berlin."""
    word = "_".join(typed.split()).lower()
    if found := _by_words().get(word):
        return found
    alike = sorted(known for known in _by_words() if known[:1] == word[:1])  # all are too many to compare
    guess = closest(word, alike)
    if guess:
        words = _("There is no time zone %(zone)s: did you mean %(guess)s?")
        raise ValidationError(words % {"zone": typed.strip()[:40], "guess": _by_words()[guess]})
    raise ValidationError(_("Write the name of a time zone, such as UTC or Europe/Berlin."))


def zones_of(people: Iterable[int]) -> dict[int, str]:
    """Return the zones of those of these people whose zone is known."""
    rows = PersonAttribute.objects.filter(name=NAME, user_id__in=list(people)).values_list("user_id", "value")
    return {user: zone for user, zone in rows if zone in zones()}


def is_any_known() -> bool:
    """Tell whether anybody's zone was set."""
    return PersonAttribute.objects.filter(name=NAME).exists()


def count(*, most: int) -> int:
    """Count people whose zone was set; one more than `most` stands for more."""
    return PersonAttribute.objects.filter(name=NAME)[: most + 1].count()


@cache
def _by_words() -> dict[str, str]:
    """Return the zones by what people write; a town that several have is only found by its whole name."""
    towns: dict[str, set[str]] = {}
    for name in zones():
        if not name.startswith(("Etc/", "posix/", "right/")):
            towns.setdefault(name.rsplit("/", 1)[-1].lower(), set()).add(name)
    known = {town: names.pop() for town, names in towns.items() if len(names) == 1}
    return known | {name.lower(): name for name in zones()}
