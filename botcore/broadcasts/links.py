"""Buttons under a broadcast, as operators write them: a line for each, with an address, or with `press`. Pure.

A draft keeps a button that is pressed with its answer; a delivery carries the broadcast and the button's number.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.outbox import check_buttons
from botcore.outbox.content import Button
from botcore.texts.length import telegram_length

MARKUP, DATA = "reply_markup", "callback_data"
HANDLER = "broadcast_press"  # of the presses
KEPT = "press:"  # what the data of a button that is pressed begin with in a draft; its answer follows
LONGEST_ANSWER = 200  # core.telegram.org/bots/api#answercallbackquery
_PRESS = re.compile(r"(.*)\|\s*press\s*(?::(.*))?", re.IGNORECASE)

Json = dict[str, Any]  # a button, as the Bot API has it


def parameters(typed: str) -> Json:
    """Return the parameters that show the buttons; raise ValidationError for a line that is none."""
    found = [_button(line) for line in typed.splitlines() if line.strip()]
    check_buttons.rows([[Button(one["text"], one.get("url", ""), one.get(DATA, ""))] for one in found])
    pressed = [one["text"] for one in found if DATA in one]
    if len(set(pressed)) < len(pressed):
        raise ValidationError(_("Two buttons that are pressed say the same: nobody could tell their counts apart."))
    return {MARKUP: {"inline_keyboard": [[one] for one in found]}} if found else {}


def written(payload: Mapping[str, Any]) -> str:
    """Return the buttons of a payload as they were written."""
    return "\n".join(f"{one['text']} | {_behind(one)}" for one in buttons(payload))


def buttons(payload: Mapping[str, Any]) -> list[Json]:
    """Return the buttons of a payload, one after the other."""
    return [one for row in payload.get(MARKUP, {}).get("inline_keyboard", []) for one in row]


def answer_of(button: Mapping[str, Any]) -> str | None:
    """Return what is answered to a press, "" for nothing; None for a button of another kind."""
    data = button.get(DATA, "")
    return data.removeprefix(KEPT) if data.startswith(KEPT) else None


def carried(payload: Mapping[str, Any], pk: int) -> Mapping[str, Any]:
    """Return the parameters as they are sent: each button that is pressed says which one it is."""
    found = buttons(payload)
    if all(answer_of(one) is None for one in found):
        return payload
    rows = [
        [one if answer_of(one) is None else {**one, DATA: f"{HANDLER}:{pk}.{number}"}]
        for number, one in enumerate(found)
    ]
    return {**payload, MARKUP: {"inline_keyboard": rows}}


def _button(line: str) -> Json:
    if found := _PRESS.fullmatch(line.strip()):
        return _pressed(found[1].strip(), (found[2] or "").strip())
    text, bar, address = line.rpartition("|")
    if not (bar and text.strip() and address.strip()):
        raise ValidationError(_("Write each button on a line of its own: its text, a |, and its address or “press”."))
    return {"text": text.strip(), "url": address.strip()}


def _pressed(text: str, answer: str) -> Json:
    if telegram_length(answer) > LONGEST_ANSWER:
        words = _("What a button answers has at most %(count)s characters.")
        raise ValidationError(words % {"count": LONGEST_ANSWER})
    return {"text": text, DATA: f"{KEPT}{answer}"}


def _behind(button: Mapping[str, Any]) -> str:
    answer = answer_of(button)
    if answer is None:
        return str(button["url"])
    return f"press: {answer}" if answer else "press"
