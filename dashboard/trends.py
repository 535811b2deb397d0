"""Numbers of today beside yesterday's, as the overview says them: an arrow and words, not only a colour."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.monitoring.history.today import Pair
from botcore.sentences.numerals import grouped, numeral

CALM = 0.05  # less is "about as many"
DOUBLE, MOST_PERCENT = 2.0, 10  # from there on times are said, up to so many


@dataclass(frozen=True)
class Trend:
    """A number in words. `tone` is empty, good or trouble; `arrow` is drawn, `words` say the same."""

    value: str
    arrow: str
    words: str
    tone: str


def trend(pair: Pair, *, is_trouble: bool = False, before: str = "") -> Trend:
    """Compare; `is_trouble` for what nobody wants more of, `before` says with %(count)s what is compared with."""
    today, yesterday = pair.today, pair.yesterday
    if today is None:
        return Trend("–", "", _("counted once a minute"), "")
    value = grouped(today)
    if yesterday is None:
        return Trend(value, "", _("no yesterday yet"), "")
    then = (before or _("yesterday by now: %(count)s")) % {"count": grouped(yesterday)}
    if round(today) == round(yesterday) or abs(today - yesterday) < CALM * yesterday:
        return Trend(value, "→", then, "")
    if today > yesterday:
        return Trend(value, "↑", f"{_more(today, yesterday)}{then}", "trouble" if is_trouble else "")
    return Trend(value, "↓", f"{_less(today, yesterday)}{then}", "good" if is_trouble else "")


def _more(today: float, before: float) -> str:
    """Say how much more; of nothing there is no share."""
    if before <= 0:
        return ""
    if today / before >= DOUBLE:
        times = today / before
        return f"× {numeral(f'{times:.1f}') if times < MOST_PERCENT else grouped(times)}, "
    return f"+{100 * (today - before) / before:.0f} %, "


def _less(today: float, before: float) -> str:
    return f"−{100 * (before - today) / before:.0f} %, "
