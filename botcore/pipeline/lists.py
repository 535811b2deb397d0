"""The buttons under a list in a chat: newer, again, older. The list itself is edited in place by `@button(name)`."""

from typing import Any

from telegram import InlineKeyboardButton

from botcore.paging import Page
from botcore.pipeline.context import callback_button

SEPARATOR = "|"  # between what the list is about and the place in it


def turning(name: str, page: Page[Any], *, about: str = "") -> list[InlineKeyboardButton]:
    """Return the row of buttons for this page; `@button(name)` reads `context.value` with place()."""
    ways = [("«", page.newer), ("↻", ""), ("»", page.older)]
    return [
        callback_button(label, name, f"{about}{SEPARATOR}{cursor}") for label, cursor in ways if cursor or label == "↻"
    ]


def place(value: str) -> tuple[str, str]:
    """Return what a pressed button's list is about, and the cursor; both may be empty."""
    about, _, cursor = value.rpartition(SEPARATOR)
    return about, cursor
