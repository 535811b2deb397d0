"""Buttons under a broadcast that open addresses, as operators write them: a line for each. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.outbox import check_buttons
from botcore.outbox.calls import keyboard
from botcore.outbox.content import Button

MARKUP = "reply_markup"


def parameters(typed: str) -> dict[str, Any]:
    """Return the parameters that show the buttons; raise ValidationError for a line that is none."""
    rows = [[_button(line)] for line in typed.splitlines() if line.strip()]
    return keyboard(check_buttons.rows(rows), chat_id=0, due_at=None)


def written(payload: Mapping[str, Any]) -> str:
    """Return the buttons of a payload as they were written."""
    rows = payload.get(MARKUP, {}).get("inline_keyboard", [])
    return "\n".join(f"{button['text']} | {button['url']}" for row in rows for button in row)


def _button(line: str) -> Button:
    text, bar, address = line.rpartition("|")
    if not (bar and text.strip() and address.strip()):
        raise ValidationError(_("Write each button on a line of its own: its text, a |, and its address."))
    return Button(text.strip(), url=address.strip())
