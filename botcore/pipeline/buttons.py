"""Buttons whose data are too long for Telegram: kept in a row when they are shown, looked up when they are pressed."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.outbox.callback_data import BYTES, MARK, NotYoursError, keep, look_up
from botcore.pipeline.attempt import CURRENT
from botcore.validators import storable

Buttons = Sequence[Sequence[InlineKeyboardButton]]


async def keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    """Return the keyboard for the update's chat; None without buttons."""
    if not buttons:
        return None
    return InlineKeyboardMarkup([[await _fitting(button) for button in row] for row in buttons])


async def kept_value(match: object) -> str | None:
    """Return the value that is kept for a pressed button; raise UserError when it is too old or not for this chat.

    `match` is what the handler's pattern found; None for data that the button itself carries.
    """
    value = match.group(1) if isinstance(match, re.Match) and match.re.groups else None
    if not isinstance(value, str):
        return None
    if value != storable(value):  # no button of ours says so
        raise UserError(gettext("This button is too old."))
    if not value.startswith(MARK):
        return None
    pending = CURRENT.get().pending
    try:
        kept = await in_database(look_up, value, chat_id=pending.chat_id, user_id=pending.user_id)
    except NotYoursError:
        raise UserError(gettext("This button is for somebody else.")) from None
    if kept is None:
        raise UserError(gettext("This button is too old."))
    return kept


async def _fitting(button: InlineKeyboardButton) -> InlineKeyboardButton:
    data = button.callback_data
    if not isinstance(data, str) or (len(data.encode()) <= BYTES and f":{MARK}" not in data):
        return button
    pending = CURRENT.get().pending
    short = await in_database(keep, data, chat_id=pending.chat_id, user_id=None if pending.chat_id else pending.user_id)
    return InlineKeyboardButton.de_json({**button.to_dict(), "callback_data": short}, None)
