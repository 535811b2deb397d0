"""Template words of the frame around every page: navigation, breadcrumbs, and how the visitor wants to see it."""

import json
from secrets import token_urlsafe
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from botcore.accounts.permissions import rights_of
from dashboard.distances import words
from dashboard.navigation import BY_NAME, SHORTCUTS, Entry, Group, Shortcut, entries_for, groups_for
from dashboard.once import FIELD
from dashboard.viewer import theme_of

register = template.Library()

KEY_BYTES = 12
MOST_KEPT = 1000  # parts of the frame: some 2 kB each, the admin's list of tables 20
_kept: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag(takes_context=True)
def kept(context: Context, part: str, *by: object) -> SafeString:
    """Include a part that depends on the language, on what the visitor may do and on `by`: drawn once."""
    request: HttpRequest | None = context.get("request")
    visitor = getattr(request, "user", None)
    key = (part, get_language(), rights_of(visitor) if visitor else (), *by)
    if (found := _kept.get(key)) is None:
        assert context.template  # as it is while a page is drawn  # noqa: S101
        found = context.template.engine.get_template(part).render(context)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        if not settings.DEBUG:  # else somebody may be writing it
            _kept[key] = found
    return found


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[Group]:
    """Return the groups of pages that the visitor may see."""
    return groups_for(context["request"].user)


@register.simple_tag(takes_context=True)
def all_pages(context: Context) -> list[Entry]:
    """Return the pages that the visitor may see, in one list."""
    return entries_for(context["request"].user)


@register.simple_tag
def shortcuts() -> tuple[Shortcut, ...]:
    """Return the keys that do something on the page."""
    return SHORTCUTS


@register.inclusion_tag("dashboard/parts/crumbs.html", takes_context=True)
def crumbs(
    context: Context, here: str | int | Promise, *, query: str = "", above: int | str = "", above_at: str = ""
) -> dict[str, Any]:
    """Show the way from the section's page to this one; `above` is the row between them. Numbers are ids of rows."""
    entry = BY_NAME[context["section"]]
    address = entry.address + query if entry.is_open_to(context["request"].user) else ""
    named, row = (f"#{one}" if isinstance(one, int) else one for one in (here, above))
    return {"top": entry.label, "top_at": address, "here": named, "above": row, "above_at": above_at}


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """Return "light" or "dark" when the visitor has chosen, else ""."""
    request: HttpRequest | None = context.get("request")
    return theme_of(request) if request else ""


@register.simple_tag
def once() -> SafeString:
    """Give a form its key. A live refresh leaves it, and a reload of the page does not bring an old one back."""
    return format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off" hx-morph-skip>', FIELD, token_urlsafe(KEY_BYTES)
    )


@register.simple_tag
def distance_words() -> str:
    """Return the words of distances for live.js."""
    return json.dumps(words(), ensure_ascii=False)
