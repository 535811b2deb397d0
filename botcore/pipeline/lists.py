"""The buttons under a list in a chat: newer, the same again, older. `@button(name)` edits the list in its place."""

from collections.abc import Iterable
from typing import Any

from telegram import InlineKeyboardButton

from botcore.paging import Page
from botcore.pipeline.context import callback_button

ABREAST = 4  # numbers in a row
AGAIN = "↻"  # on every button that shows the same anew
SEPARATOR = "|"  # between what the list is about and the place in it


def turning(name: str, page: Page[Any], *, about: str = "") -> list[InlineKeyboardButton]:
    """Return the row of buttons for this page; `@button(name)` reads `context.value` with place()."""
    ways = [("«", page.newer), (AGAIN, page.here), ("»", page.older)]
    return [
        callback_button(label, name, f"{about}{SEPARATOR}{cursor}")
        for label, cursor in ways
        if cursor or label == AGAIN
    ]


def place(value: str) -> tuple[str, str]:
    """Return what a pressed button's list is about, and the cursor; both may be empty."""
    about, _, cursor = value.rpartition(SEPARATOR)
    return about, cursor


def numbers(name: str, values: Iterable[object]) -> list[list[InlineKeyboardButton]]:
    """Return rows of buttons 1, 2, 3 … for the rows of a list; `@button(name)` reads each row's value."""
    return _rows(callback_button(str(number), name, str(value)) for number, value in enumerate(values, 1))


def ids(name: str, values: Iterable[int]) -> list[list[InlineKeyboardButton]]:
    """Return rows of buttons #12, #15 … for rows that commands name by their ids."""
    return _rows(callback_button(f"#{value}", name, str(value)) for value in values)


def _rows(buttons: Iterable[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    every = list(buttons)
    return [every[start : start + ABREAST] for start in range(0, len(every), ABREAST)]
