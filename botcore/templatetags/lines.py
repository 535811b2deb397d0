"""What is shown of errors and messages in a chat: one line without secrets that hides nothing."""

from django import template

from botcore.alerts.told import TITLE, safe
from botcore.sentences import translated

register = template.Library()
register.filter("said", translated)


@register.filter
def safe_line(text: str) -> str:
    """Return a text on one line, without secrets, cut; still escaped by the template."""
    return safe(text, TITLE)
