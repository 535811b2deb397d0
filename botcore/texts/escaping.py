"""Escaping for text that is put together in code. Templates need none of it: they escape every value by themselves."""

import re
from html import escape
from typing import Literal

_RESERVED = {
    "text": re.compile(r"([\\_*\[\]()~`>#+\-=|{}.!])"),
    "code": re.compile(r"([\\`])"),
    "address": re.compile(r"([\\)])"),
}


def escape_html(text: object) -> str:
    """Make any value plain text within Telegram's HTML, in an attribute too."""
    return escape(str(text))


def escape_markdown(text: object, place: Literal["text", "code", "address"] = "text") -> str:
    """Make any value plain text within MarkdownV2: outside or inside bold and such, in code, in a link's address.

    python-telegram-bot has the same; this room stays free of it, so that services and pages may use it.
    """
    return _RESERVED[place].sub(r"\\\1", str(text))
