"""reply_markup: inline keyboards are checked and kept; the keyboards under the text field are checked and let go."""

from typing import Any

import telegram
from telegram.constants import InlineKeyboardButtonLimit

from sandbox.api.parameters import Parameters
from sandbox.entities.links import checked_link
from sandbox.errors import bad_request

_ACTIONS = frozenset(
    {
        "callback_data",
        "callback_game",
        "copy_text",
        "login_url",
        "pay",
        "switch_inline_query",
        "switch_inline_query_chosen_chat",
        "switch_inline_query_current_chat",
        "url",
        "web_app",
    }
)


def inline_keyboard(parameters: Parameters) -> telegram.InlineKeyboardMarkup | None:
    """Return the inline keyboard of a call; None if it has none. Raises ApiError."""
    try:
        markup = parameters.document("reply_markup")
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    buttons = [[_button(button) for button in row] for row in rows if row]
    return telegram.InlineKeyboardMarkup(buttons) if buttons else None


def _button(button: Any) -> telegram.InlineKeyboardButton:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unparsable('Can\'t find field "text"')
    if not _ACTIONS & button.keys():
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    _check_data(button)
    return telegram.InlineKeyboardButton.de_json(_with_checked_url(button), None)


def _check_data(button: dict[str, Any]) -> None:
    if "callback_data" not in button:
        return
    data = button["callback_data"]
    if not isinstance(data, str):
        raise _unparsable('Field "callback_data" must be of type String')
    size = len(data.encode())
    if not InlineKeyboardButtonLimit.MIN_CALLBACK_DATA <= size <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _with_checked_url(button: dict[str, Any]) -> dict[str, Any]:
    if "url" not in button:
        return button
    url = checked_link(str(button["url"]))
    if url is None:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return {**button, "url": url}


def _unparsable(what: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {what}")
