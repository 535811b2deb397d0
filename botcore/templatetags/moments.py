"""Words for lists in messages: times, how long ago and how long, in the language that is active; numbers; one line."""

from datetime import UTC, datetime
from math import ceil

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.filter
def ago(moment: datetime | None) -> str:
    """Say "5 min ago"; a month back the day."""
    if moment is None:
        return _("never")
    seconds = int((timezone.now() - moment).total_seconds())
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        return _("%(n)s min ago") % {"n": seconds // MINUTE}
    if seconds < 2 * DAY:
        return _("%(n)s h ago") % {"n": seconds // HOUR}
    if seconds < 30 * DAY:
        return _("%(n)s d ago") % {"n": seconds // DAY}
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


@register.filter
def utc(moment: datetime) -> str:
    """Say "14:05 UTC", with the day when it is not today's."""
    there, today = moment.astimezone(UTC), timezone.now().astimezone(UTC).date()
    return f"{there:%H:%M} UTC" if there.date() == today else f"{there:%Y-%m-%d %H:%M} UTC"


@register.filter
def lasting(seconds: float) -> str:
    """Say "12 s", "5 min" or "3 h", rounded up: what is left is not over."""
    whole = ceil(seconds)
    if whole < MINUTE:
        return _("%(n)s s") % {"n": whole}
    if whole < HOUR:
        return _("%(n)s min") % {"n": ceil(whole / MINUTE)}
    return _("%(n)s h") % {"n": ceil(whole / HOUR)}


@register.filter
def grouped(count: int) -> str:
    """Write a number with a thin space between its thousands."""
    return f"{count:,}".replace(",", "\u202f")


@register.filter
def line(text: str) -> str:
    """Put a text on one line."""
    return " ".join(text.split())
