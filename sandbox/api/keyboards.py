"""reply_markup: the keyboard under a message, here, or under the text field, in reply_keyboards.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.api.parameters import Parameters
from sandbox.api.reply_keyboards import check_fits_in_group, other_keyboard, reply_keyboard
from sandbox.buttons import Button, InlineKeyboard
from sandbox.chats import Chat
from sandbox.entities.links import checked_link
from sandbox.errors import ApiError, bad_request
from sandbox.terms import InlineKeyboardButtonLimit

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

_OBJECTS = frozenset({"copy_text", "login_url", "switch_inline_query_chosen_chat", "web_app"})
_HTTPS_ONLY = {"login_url": "login URL", "web_app": "Web App URL"}  # as the real server words them


@dataclass(frozen=True, slots=True)
class Markup:
    """What a call has said under its message, or under the text field: at most one of them."""

    inline: InlineKeyboard | None = None
    keyboard: Mapping[str, Any] | None = None


NO_MARKUP = Markup()


def inline_keyboard(parameters: Parameters) -> InlineKeyboard | None:
    """Return the inline keyboard of a call that takes no other; None if it has none. Raises ApiError."""
    markup = _markup(parameters)
    if markup.keyboard:
        raise _expected_inline()
    return markup.inline


def markup_for(parameters: Parameters, chat: Chat) -> Markup:
    """Return the keyboard of a message to a chat. Raises ApiError."""
    markup = _markup(parameters)
    if markup.keyboard and chat.is_channel:
        raise _expected_inline()
    if markup.keyboard and chat.person is None:
        check_fits_in_group(markup.keyboard)
    return markup


def _markup(parameters: Parameters) -> Markup:
    try:
        markup = parameters.document("reply_markup")
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if markup is None:
        return NO_MARKUP
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    keyboard, inline = reply_keyboard(markup), _inline(markup)
    if keyboard:
        return Markup(keyboard=keyboard)
    return Markup(inline) if inline else Markup(keyboard=other_keyboard(markup))


def _inline(markup: Mapping[str, Any]) -> InlineKeyboard | None:
    rows = markup.get("inline_keyboard") or []
    if not isinstance(rows, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    shown = tuple(tuple(_button(button) for button in row) for row in rows if row)
    return InlineKeyboard(shown) if shown else None


def _expected_inline() -> ApiError:
    return bad_request("inline keyboard expected")


def _button(button: Any) -> Button:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise _unparsable('Can\'t find field "text"')
    if not _ACTIONS & button.keys():
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    _check_objects(button)
    _check_data(button)
    return Button({name: value for name, value in _with_checked_url(button).items() if value is not None})


def _check_objects(button: dict[str, Any]) -> None:
    for name in _OBJECTS & button.keys():
        if not isinstance(button[name], dict | None):
            raise _unparsable(f'Field "{name}" must be of type Object')


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
    checked = dict(button)
    if "url" in button:
        checked["url"] = _checked(str(button["url"]), "URL")
    for name, what in _HTTPS_ONLY.items():
        if button.get(name) is not None:
            url = _checked(_address(button[name]), what, https=True)
            checked[name] = {**button[name], "url": url}
    return checked


def _address(wish: dict[str, Any]) -> str:
    if not isinstance(wish.get("url"), str):
        raise _unparsable('Can\'t find field "url"')
    return str(wish["url"])


def _checked(address: str, what: str, *, https: bool = False) -> str:
    url = checked_link(address)
    if url is None:
        raise bad_request(f"inline keyboard button {what} '{address}' is invalid: Wrong HTTP URL")
    if https and not url.startswith("https://"):
        raise bad_request(f"inline keyboard button {what} '{address}' is invalid: Only HTTPS links are allowed")
    return url


def _unparsable(what: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {what}")
