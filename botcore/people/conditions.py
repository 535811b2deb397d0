"""Which people an operator means, in words: as they stand in an address, and as a segment keeps them.

The words are a plain dict such as {"language": "ru", "active": "7d"}: a length of time counts back from when somebody
asks, whatever it was when the words were written.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.roles import BY_NAME, GRANTED
from botcore.access.selectors import holding
from botcore.exceptions import ValidationError
from botcore.people.models import Reach
from botcore.people.selection import PeopleSelection
from botcore.people.tags import tag_name
from botcore.runtime.features import named_by_command
from botcore.validators import duration, moment, one_of, storable

LONGEST = 100  # characters of a handler
REACHES = (Reach.OPEN, Reach.BLOCKED, Reach.DEACTIVATED)  # of a person's own chat


def handler(typed: str) -> str:
    """Return the handler of a command such as /start, or a handler's name as it is."""
    word = storable(typed).strip()
    if not word.startswith("/"):
        if len(word) > LONGEST or not word.isprintable():
            raise ValidationError(_("Write a command such as /start, or a handler such as start.start."))
        return word
    found = named_by_command(word)
    if not found:
        raise ValidationError(_("No bot has the command %(command)s.") % {"command": word[:LONGEST]})
    return found


def chosen(facts: Mapping[str, Any]) -> PeopleSelection:
    """Make a selection of checked values by their names in the address; `from` and `to` are moments."""
    role, messages, now = facts.get("role"), facts.get("messages"), timezone.now()
    return PeopleSelection(
        search=facts.get("search", ""),
        language=facts.get("language", ""),
        source=facts.get("source", ""),
        tag=facts.get("tag", ""),
        without_tag=facts.get("without", ""),
        among=holding(BY_NAME[role]) if role else None,
        reach=facts.get("status", ""),
        messages_on=messages == "on" if messages else None,
        since=facts.get("from"),
        until=facts.get("to"),
        seen_since=now - facts["active"] if "active" in facts else None,
        not_seen_since=now - facts["inactive"] if "inactive" in facts else None,
        did=facts.get("used", ""),
        did_not=facts.get("unused", ""),
    )


def selection(words: Mapping[str, str]) -> PeopleSelection:
    """Make a selection of words that are kept; raise ValidationError for one that means nothing any more."""
    return chosen({name: CHECKS[one_of(name, CHECKS)](word) for name, word in words.items()})


def read_words(typed: str) -> dict[str, str]:
    """Return what somebody wrote in a chat, such as tag=vip search=Ann Lee; a word without = goes on with the last."""
    found: dict[str, str] = {}
    last = ""
    for word in typed.split():
        name, sign, value = word.partition("=")
        if not (last or sign) or (sign and not (name and value)):
            known = ", ".join(CHECKS)
            raise ValidationError(
                _("Write conditions such as tag=vip active=7d. There are: %(known)s.") % {"known": known}
            )
        last = name.lower() if sign else last
        found[last] = storable(value) if sign else f"{found[last]} {storable(word)}"
    return found


def as_typed(words: Mapping[str, str]) -> str:
    """Return conditions as read_words() takes them."""
    return " ".join(f"{name}={word}" for name, word in sorted(words.items()))


def _moment(word: str) -> datetime:
    try:
        return timezone.now() - duration(word)
    except (ValidationError, OverflowError):
        return moment(word, zone=timezone.get_current_timezone(), now=timezone.now())


CHECKS: Mapping[str, Callable[[str], Any]] = {
    "search": storable,
    "language": storable,
    "source": storable,
    "tag": tag_name,
    "without": tag_name,
    "role": lambda word: one_of(word, [role.name.lower() for role in GRANTED]),
    "status": lambda word: one_of(word, REACHES),
    "messages": lambda word: one_of(word, ("on", "off")),
    "active": duration,
    "inactive": duration,
    "used": handler,
    "unused": handler,
    "from": _moment,
    "to": _moment,
}
