"""Methods about what a bot says of itself: its name and descriptions by language, its menu button, its rights."""

from typing import Any

from sandbox.api.commands import language_of
from sandbox.api.registry import Call, method
from sandbox.bot_profile import change_words, words_for
from sandbox.errors import bad_request
from sandbox.standing import ALL_RIGHTS, rights_json

# Bot API: setMyName, setMyDescription, setMyShortDescription
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_SHORT = 64, 512, 120


@method("setMyName")
async def set_my_name(call: Call) -> bool:
    change_words(call.bot.profile.names, language_of(call), _text(call, "name", LONGEST_NAME, "BOT_TITLE_INVALID"))
    call.world.emit({"type": "bots"})
    return True


@method("getMyName")
async def get_my_name(call: Call) -> dict[str, Any]:
    return {"name": words_for(call.bot.profile.names, language_of(call)) or call.bot.name}


@method("setMyDescription")
async def set_my_description(call: Call) -> bool:
    text = _text(call, "description", LONGEST_DESCRIPTION, "DESCRIPTION_TOO_LONG")
    change_words(call.bot.profile.descriptions, language_of(call), text)
    return True


@method("getMyDescription")
async def get_my_description(call: Call) -> dict[str, Any]:
    return {"description": words_for(call.bot.profile.descriptions, language_of(call))}


@method("setMyShortDescription")
async def set_my_short_description(call: Call) -> bool:
    text = _text(call, "short_description", LONGEST_SHORT, "ABOUT_TOO_LONG")
    change_words(call.bot.profile.short_descriptions, language_of(call), text)
    return True


@method("getMyShortDescription")
async def get_my_short_description(call: Call) -> dict[str, Any]:
    return {"short_description": words_for(call.bot.profile.short_descriptions, language_of(call))}


@method("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    button, person, buttons = _button(call), _person(call), call.bot.profile.menu_buttons
    if button["type"] == "default":
        buttons.pop(person, None)
    else:
        buttons[person] = button
    call.world.emit({"type": "bots"})
    return True


@method("getChatMenuButton")
async def get_chat_menu_button(call: Call) -> dict[str, Any]:
    return call.bot.profile.menu_button(_person(call))


@method("setMyDefaultAdministratorRights")
async def set_my_default_administrator_rights(call: Call) -> bool:
    rights = _rights(call)
    if call.parameters.flag("for_channels"):
        call.bot.profile.channel_rights = rights
    else:
        call.bot.profile.group_rights = rights
    return True


@method("getMyDefaultAdministratorRights")
async def get_my_default_administrator_rights(call: Call) -> dict[str, bool]:
    profile = call.bot.profile
    if call.parameters.flag("for_channels"):
        return rights_json(profile.channel_rights, "channel", is_anonymous="is_anonymous" in profile.channel_rights)
    return rights_json(profile.group_rights, "supergroup", is_anonymous="is_anonymous" in profile.group_rights)


def _text(call: Call, name: str, longest: int, words: str) -> str:
    text = call.parameters.text(name).strip()
    if len(text) > longest:
        raise bad_request(words)
    return text


def _person(call: Call) -> int:
    """The person whose private chat a call names; 0 if it names none. Raises ApiError."""
    if "chat_id" not in call.parameters:
        return 0
    person = call.parameters.integer("chat_id")
    if person <= 0:
        raise bad_request("invalid chat_id specified")
    if person not in call.world.people:
        raise bad_request("chat not found")
    return person


def _button(call: Call) -> dict[str, Any]:
    try:
        given = call.parameters.document("menu_button")
    except ValueError as error:
        raise bad_request("can't parse menu button JSON object") from error
    if given is None:
        return {"type": "default"}
    kind = given.get("type") if isinstance(given, dict) else None
    if kind in ("default", "commands"):
        return {"type": kind}
    if kind != "web_app":
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    app = given.get("web_app")
    url, text = app.get("url") if isinstance(app, dict) else None, given.get("text")
    if not isinstance(text, str) or not text:
        raise bad_request("can't parse menu button: Can't find field \"text\"")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise bad_request("BUTTON_URL_INVALID")
    return {"type": "web_app", "text": text, "web_app": {"url": url}}


def _rights(call: Call) -> frozenset[str]:
    try:
        given = call.parameters.document("rights")
    except ValueError as error:
        raise bad_request("can't parse administrator rights JSON object") from error
    if given is None:
        return frozenset()
    if not isinstance(given, dict):
        raise bad_request("object expected as administrator rights")
    return (ALL_RIGHTS | {"is_anonymous"}) & {name for name, value in given.items() if value is True}
