"""How long ago, in words: the same here and in live.js, which gets them from the page."""

from functools import lru_cache

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
SKEW = 10  # seconds that clocks of machines may differ: such a moment is no future
STEPS = (("s", 1, MINUTE), ("min", MINUTE, HOUR), ("h", HOUR, 2 * DAY), ("d", DAY, 30 * DAY))
WORDS = {
    "now": gettext_noop("just now"),
    "ago": gettext_noop("%(length)s ago"),
    "in": gettext_noop("in %(length)s"),
    "s": gettext_noop("%(n)s s"),
    "min": gettext_noop("%(n)s min"),
    "h": gettext_noop("%(n)s h"),
    "d": gettext_noop("%(n)s d"),
}


def words() -> dict[str, str]:
    """Return the words in the language that is active, with places for a number and for a length of time."""
    return {name: _(word) for name, word in WORDS.items()}


def distance(seconds: float, day: str, *, is_length: bool = False) -> str:
    """Return "12 s ago" or "in 3 h"; the given day from a month on. As a length it is "12 s", without the "ago"."""
    whole = int(seconds)
    if -SKEW < whole < 1:
        return _(WORDS["now"])
    for unit, length, limit in STEPS:
        if abs(whole) < limit:
            kind = "in" if whole <= 0 else "" if is_length else "ago"
            return _said(get_language(), abs(whole) // length, unit, kind)
    return day


@lru_cache(maxsize=2000)
def _said(_language: str | None, count: int, unit: str, kind: str) -> str:
    """Return a length of time as it is said; a list says a hundred of them."""
    long = _(WORDS[unit]) % {"n": count}
    return _(WORDS[kind]) % {"length": long} if kind else long
