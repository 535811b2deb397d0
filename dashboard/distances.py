"""How long ago, in words: the same here and in live.js, which gets them from the page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

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
            long = _(WORDS[unit]) % {"n": abs(whole) // length}
            if whole > 0 and is_length:
                return long
            return _(WORDS["ago" if whole > 0 else "in"]) % {"length": long}
    return day
