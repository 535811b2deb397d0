"""Which people an operator means, in words: as a broadcast keeps them.

The words are a plain dict such as {"language": "ru", "active": "7d"}: a length of time counts back from when somebody
asks, whatever it was when the words were written.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.people.selection import PeopleSelection
from botcore.people.tags import tag_name
from botcore.validators import duration, moment, one_of, storable


def chosen(facts: Mapping[str, Any]) -> PeopleSelection:
    """Make a selection of checked values by their names; `from` and `to` are moments."""
    now = timezone.now()
    return PeopleSelection(
        language=facts.get("language", ""),
        source=facts.get("source", ""),
        tag=facts.get("tag", ""),
        without_tag=facts.get("without", ""),
        since=facts.get("from"),
        until=facts.get("to"),
        seen_since=now - facts["active"] if "active" in facts else None,
        not_seen_since=now - facts["inactive"] if "inactive" in facts else None,
    )


def selection(words: Mapping[str, str]) -> PeopleSelection:
    """Make a selection of words that are kept; raise ValidationError for one that means nothing any more."""
    return chosen({name: CHECKS[one_of(name, CHECKS)](word) for name, word in words.items()})


def _moment(word: str) -> datetime:
    try:
        return timezone.now() - duration(word)
    except (ValidationError, OverflowError):
        return moment(word, zone=timezone.get_current_timezone(), now=timezone.now())


CHECKS: Mapping[str, Callable[[str], Any]] = {
    "language": storable,
    "source": storable,
    "tag": tag_name,
    "without": tag_name,
    "active": duration,
    "inactive": duration,
    "from": _moment,
    "to": _moment,
}
