"""How long ago, in words: the same here and in live.js, which gets them from the page."""

from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
SKEW = 10  # seconds that clocks of machines may differ: such a moment is no future
STEPS = (("s", 1, MINUTE), ("min", MINUTE, HOUR), ("h", HOUR, 2 * DAY), ("d", DAY, 30 * DAY))


def words() -> dict[str, str]:
    """Return the words in the language that is active, with places for a number and for a length of time."""
    return {
        "now": _("just now"),
        "ago": _("%(length)s ago"),
        "in": _("in %(length)s"),
        "s": _("%(n)s s"),
        "min": _("%(n)s min"),
        "h": _("%(n)s h"),
        "d": _("%(n)s d"),
    }


def distance(seconds: float, day: str, *, is_length: bool = False) -> str:
    """Return "12 s ago" or "in 3 h"; the given day from a month on. As a length it is "12 s", without the "ago"."""
    said, whole = words(), int(seconds)
    if -SKEW < whole < 1:
        return said["now"]
    for unit, length, limit in STEPS:
        if abs(whole) < limit:
            long = said[unit] % {"n": abs(whole) // length}
            if whole > 0 and is_length:
                return long
            return said["ago" if whole > 0 else "in"] % {"length": long}
    return day
