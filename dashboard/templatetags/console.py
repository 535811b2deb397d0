"""Template words of the pages: times, durations and icons."""

from datetime import UTC, datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86_400
SKEW = 10  # seconds that clocks of machines may differ: such a moment is no future


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Show a time by its distance from now, the exact time on hover; live.js counts it on with the same words."""
    if moment is None:
        return "never"
    moment = moment.astimezone(UTC)
    words = distance((timezone.now() - moment).total_seconds(), moment)
    exact = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, words)


def distance(seconds: float, moment: datetime) -> str:
    """Return "12 s ago" or "in 3 h"; a month from now the day."""
    whole = int(seconds)
    if -SKEW < whole < 1:
        return "just now"
    for unit, length, limit in (("s", 1, MINUTE), ("min", MINUTE, HOUR), ("h", HOUR, 2 * DAY), ("d", DAY, 30 * DAY)):
        if abs(whole) < limit:
            return f"{whole // length} {unit} ago" if whole > 0 else f"in {-whole // length} {unit}"
    return f"{moment:%Y-%m-%d}"


@register.filter
def span(milliseconds: float | None) -> str:
    """Show a duration in the unit that suits it."""
    if milliseconds is None:
        return "–"
    seconds = milliseconds / 1000
    if seconds < 1:
        return f"{milliseconds:.0f} ms" if milliseconds >= 1 else "< 1 ms"
    for unit, length, limit in (("s", 1, MINUTE), ("min", MINUTE, HOUR), ("h", HOUR, 2 * DAY)):
        if seconds < limit:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds / DAY:.0f} d"


@register.filter
def number(count: int, cap: int | None = None) -> str:
    """Show a count with separators; one that was not counted beyond a cap as "10,000+"."""
    return f"{cap:,}+" if cap is not None and count > cap else f"{count:,}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; the words beside it say what it means."""
    address = static("dashboard/icons.svg")
    return format_html(
        '<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}#{}"/></svg>', address, name
    )
