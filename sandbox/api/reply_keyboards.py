"""The keyboards under the text field: checked as the real server checks them, and kept as the Bot API writes them."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.fields import FieldError, array_field, flag_field, integer_field, required_text, text_field
from sandbox.errors import ApiError, bad_request

_STYLES = frozenset({"danger", "success", "primary"})
_FLAGS = ("is_persistent", "resize_keyboard", "one_time_keyboard")
_PRIVATE_ONLY = {  # tdlib, ReplyMarkup.cpp
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
    "request_users": "users can be requested in private chats only",
    "request_chat": "chats can be requested in private chats only",
    "web_app": "web App buttons can be used in private chats only",
}


def reply_keyboard(markup: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ReplyKeyboardMarkup in a reply markup; None if it has none. Raises ApiError."""
    try:
        rows = array_field(markup, "keyboard")
        if not all(isinstance(row, list) for row in rows):
            raise bad_request('field "keyboard" must be an Array of Arrays')
        buttons = [[_button(button) for button in row] for row in rows]
        shown = [[button for button in row if button["text"]] for row in buttons]
        keyboard = [row for row in shown if row]
        if not keyboard:
            return None
        flags = {name: True for name in _FLAGS if flag_field(markup, name)}
        return {"keyboard": keyboard, **flags, **_field_of_text(markup)}
    except FieldError as error:
        raise _lowered(error) from error


def other_keyboard(markup: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the ReplyKeyboardRemove or ForceReply in a reply markup; None if it is neither. Raises ApiError."""
    try:
        if flag_field(markup, "remove_keyboard") or flag_field(markup, "hide_keyboard"):
            return {"remove_keyboard": True, **_selective(markup)}
        if flag_field(markup, "force_reply"):
            return {"force_reply": True, **_field_of_text(markup)}
    except FieldError as error:
        raise _lowered(error) from error
    return None


def check_fits_in_group(keyboard: Mapping[str, Any]) -> None:
    """Refuse what can be asked only in a private chat. Raises ApiError."""
    for row in keyboard.get("keyboard", []):
        for button in row:
            for name, words in _PRIVATE_ONLY.items():
                if name in button:
                    raise bad_request(words)


def _field_of_text(markup: Mapping[str, Any]) -> dict[str, Any]:
    placeholder = text_field(markup, "input_field_placeholder")
    return {**({"input_field_placeholder": placeholder} if placeholder else {}), **_selective(markup)}


def _selective(markup: Mapping[str, Any]) -> dict[str, Any]:
    return {"selective": True} if flag_field(markup, "selective") else {}


def _button(button: Any) -> dict[str, Any]:
    try:
        return _read(button)
    except FieldError as error:
        raise bad_request(f"can't parse keyboard button: {error}") from error


def _read(button: Any) -> dict[str, Any]:
    """Read a button: its text, and the one thing besides it that it may do."""
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise FieldError("KeyboardButton must be a String or an Object")
    named = {"text": required_text(button, "text")}
    if (style := text_field(button, "style")) in _STYLES:
        named["style"] = style
    for name in ("request_contact", "request_location"):
        if flag_field(button, name):
            return {**named, name: True}
    for name in ("request_poll", "web_app", "request_users", "request_chat"):
        if button.get(name) is not None:
            return {**named, name: _wish(button, name)}
    return named


def _wish(button: Mapping[str, Any], name: str) -> dict[str, Any]:
    wish = button[name]
    if not isinstance(wish, dict):
        raise FieldError(f'Field "{name}" must be of type Object')
    if name == "web_app":
        url = required_text(wish, "url")
        if not url.startswith("https://"):
            raise bad_request(f"keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    elif name != "request_poll":
        if "request_id" not in wish:
            raise FieldError('Can\'t find field "request_id"')
        integer_field(wish, "request_id")
    return wish


def _lowered(error: FieldError) -> ApiError:
    words = str(error)
    return bad_request(words[0].lower() + words[1:])
