"""What stands in cells, as HTML: names of strangers cut and with their own direction, links where one may follow."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from dashboard.addresses import of_row
from dashboard.tables.columns import Cell, Look
from dashboard.templatetags.console import ago, number, span
from dashboard.words import worded

DASH = format_html('<span class="soft">{}</span>', "–")
Of = Callable[[Any], Any]
BRIEF = 120  # characters of a text


def name(of: Of, sign: str = "") -> Cell:
    """Show a stranger's word."""
    return lambda row, _: name_of(of(row), sign)


def name_of(word: str, sign: str = "") -> SafeString:
    """Return a stranger's word."""
    return format_html('<bdi class="name">{}{}</bdi>', sign, word) if word else DASH


def code(of: Of) -> Cell:
    """Show a name of the program's."""
    return lambda row, _: format_html('<code title="{0}">{0}</code>', of(row)) if of(row) else DASH


def word(of: Of) -> Cell:
    """Show a word of ours."""
    return lambda row, _: of(row) or DASH


def time(of: Callable[[Any], datetime | None]) -> Cell:
    """Show how long ago."""
    return lambda row, _: ago(found) if (found := of(row)) else DASH


def lasted(of: Callable[[Any], float | None]) -> Cell:
    """Show a duration in milliseconds."""
    return lambda row, _: span(of(row))


def count(of: Callable[[Any], int]) -> Cell:
    """Show a number with separators."""
    return lambda row, _: number(of(row))


def digits(of: Of) -> Cell:
    """Show an id as it is."""
    return lambda row, _: DASH if of(row) is None else format_html("{}", str(of(row)))


def state(of: Of) -> Cell:
    """Show a state's word with its colour."""
    return lambda row, _: state_of(of(row))


def state_of(found: Any) -> SafeString:
    """Return a state's word with its colour."""
    return format_html('<span class="state {}">{}</span>', found.value, worded(found.label))


def said(row: Any, _look: Look) -> SafeString:
    """Show the beginning of a row's text, else what kind of media it is."""
    if row.text.strip():
        return format_html("<bdi>{}</bdi>", Truncator(row.text).chars(BRIEF))
    return format_html('<span class="soft">{}</span>', row.media) if row.media else DASH


def person(user_id: int | None, found: str, look: Look) -> SafeString:
    """Return a person, with a link to their page."""
    if user_id is None:
        return DASH
    if not found:
        return format_html('<span class="soft">{}</span>', str(user_id))
    if not look.sees("view_user"):
        return name_of(found)
    link = of_row("person", user_id)
    return format_html('<a class="name" href="{}"><bdi>{}</bdi></a>', link, found)


def chat(chat_id: int, found: str, look: Look) -> SafeString:
    """Return a chat, with a link to its conversation."""
    if not found or not look.sees("view_chat"):
        return name_of(found or str(chat_id))
    link = of_row("chat", chat_id)
    return format_html('<a class="name" href="{}"><bdi>{}</bdi></a>', link, found)
