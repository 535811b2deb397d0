"""Whom a broadcast is for: conditions on people as plain words, such as {"tag": "vip", "without": "old"}.

None is everybody. Whoever fits must still be willing: see audience.py.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from botcore.broadcasts.models import Broadcast
from botcore.exceptions import ValidationError
from botcore.people.conditions import selection
from botcore.people.selection import PeopleSelection
from botcore.validators import duration, moment, text

LONGEST = 100  # characters of a word
MOMENTS = {"from", "to"}
NAMES: Mapping[str, Promise] = MappingProxyType(
    {
        "language": _("Language"),
        "source": _("Source"),
        "tag": _("Tag"),
        "without": _("Without tag"),
        "active": _("Active within"),
        "inactive": _("Not active for"),
        "used": _("Has used"),
        "unused": _("Has not used"),
        "from": _("First seen from"),
        "to": _("First seen before"),
    }
)


def among(row: Broadcast) -> PeopleSelection:
    """Return who fits now; raise ValidationError when a word means nothing any more."""
    return selection(row.audience or {})


def checked(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words that say something; raise ValidationError for those that mean nothing."""
    wanted = {name: text(word, most=LONGEST, lines=False) for name, word in sorted(words.items()) if word.strip()}
    selection(wanted)
    return {name: _with_zone(word) if name in MOMENTS else word for name, word in wanted.items()}


def wrong(words: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with each word that means nothing, in words."""
    found = {}
    for name, word in words.items():
        try:
            checked({name: word})
        except ValidationError as exc:
            found[name] = str(exc)
    return found


def _with_zone(word: str) -> str:
    """Return a moment in UTC, for the feeder is in another zone than who wrote it; how long ago stays as it is."""
    try:
        duration(word)
    except ValidationError:
        at = moment(word, zone=timezone.get_current_timezone(), now=timezone.now())
        return f"{at:%Y-%m-%d %H:%M} UTC"
    return word


def read(typed: str) -> dict[str, str]:
    """Return what somebody wrote in a chat, such as tag=vip without=old; "everybody" is no condition."""
    parts = typed.split()
    if [part.lower() for part in parts] in (["everybody"], [_now("everybody")]):
        return {}
    pairs = [part.partition("=") for part in parts]
    if not pairs or not all(name and value for name, _sign, value in pairs):
        known = ", ".join(NAMES)
        raise ValidationError(
            _now("Write conditions such as tag=vip language=ru, or everybody. There are: %(known)s.") % {"known": known}
        )
    return {name.lower(): value for name, _sign, value in pairs}


def in_words(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what the conditions are called, each with its word."""
    return [(str(NAMES.get(name, name)), word) for name, word in words.items()]
