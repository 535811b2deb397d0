"""A typed word → one of those that are allowed, with "did you mean" for what is nearly one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from itertools import islice
from typing import TypeVar

from django.utils.translation import gettext as _

from botcore.checked.shown import LONGEST_SHOWN, bare, shown
from botcore.exceptions import ValidationError

E = TypeVar("E", bound=Enum)
MOST_COMPARED = 500  # words that may be the one that was meant
MOST_LISTED = 30  # words in an answer


def choice(value: str, allowed: Collection[str], *, name: str = "") -> str:
    """Return the allowed word that was typed, by whatever case; `name` says in the answer what is chosen."""
    if value in allowed:
        return value
    typed = bare(value).casefold()
    same = [word for word in allowed if word.casefold() == typed]
    if len(same) != 1:
        ordered = isinstance(allowed, Sequence | Mapping)
        raise _refusal(value, list(allowed) if ordered else sorted(allowed), name)
    return same[0]


def member(value: str, kind: type[E]) -> E:
    """Return a member of an enumeration by its value; by its name where values are no words."""
    members = {each.value if isinstance(each.value, str) else each.name.lower(): each for each in kind}
    return members[choice(value, members)]


def one_of(value: str, allowed: Collection[str]) -> str:
    """Return the value when it is exactly one of the allowed words, as buttons and addresses carry them."""
    if value not in allowed:
        raise _refusal(value, sorted(allowed))
    return value


def _refusal(value: str, allowed: list[str], name: str = "") -> ValidationError:
    near = closest(value, allowed)
    if name and near:
        sentence = _("Choose one of these for %(name)s: %(choices)s; did you mean %(closest)s?")
    elif name:
        sentence = _("Choose one of these for %(name)s: %(choices)s.")
    elif near:
        sentence = _("Choose one of: %(choices)s; did you mean %(closest)s?")
    else:
        sentence = _("Choose one of: %(choices)s.")
    return ValidationError(sentence % {"choices": _listed(allowed), "name": name, "closest": near})


def _listed(allowed: list[str]) -> str:
    words = [shown(word) for word in allowed[:MOST_LISTED]]
    return ", ".join(words if len(allowed) <= MOST_LISTED else [*words, "…"])


def closest(value: str, allowed: Iterable[str]) -> str:
    """Return the allowed word that looks most like the typed one, empty for none; no long ones are compared."""
    typed = bare(value).casefold()
    if not 0 < len(typed) <= LONGEST_SHOWN:
        return ""
    short = {word.casefold(): word for word in islice(allowed, MOST_COMPARED) if len(word) <= LONGEST_SHOWN}
    found = get_close_matches(typed, short, n=1)
    return short[found[0]] if found else ""
