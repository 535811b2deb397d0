"""The command menu: one list per scope and language."""

import re
from typing import Any

from sandbox.api.registry import Call, method
from sandbox.bots import BotCommand, CommandsKey
from sandbox.errors import bad_request
from sandbox.terms import BotCommandLimit, BotCommandScopeType

_NAME = re.compile(rf"[a-z0-9_]{{{BotCommandLimit.MIN_COMMAND},{BotCommandLimit.MAX_COMMAND}}}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SCOPES = frozenset(str(kind) for kind in BotCommandScopeType)


@method("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    key = _key(call)
    commands = _commands(call)
    if commands:
        call.bot.commands[key] = commands
    else:
        call.bot.commands.pop(key, None)
    call.world.emit({"type": "commands", "bot": call.bot.number})
    return True


@method("getMyCommands")
async def get_my_commands(call: Call) -> list[dict[str, Any]]:
    return [command.to_json() for command in call.bot.commands.get(_key(call), [])]


@method("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_key(call), None)
    call.world.emit({"type": "commands", "bot": call.bot.number})
    return True


def _commands(call: Call) -> list[BotCommand]:
    try:
        given = call.parameters.document("commands")
    except ValueError as error:
        raise bad_request("can't parse commands JSON object") from error
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_command(item) for item in given]


def _command(item: dict[str, Any]) -> BotCommand:
    name = str(item.get("command", "")).removeprefix("/")
    description = str(item.get("description", "")).strip()
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not BotCommandLimit.MIN_DESCRIPTION <= len(description) <= BotCommandLimit.MAX_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return BotCommand(name, description)


def _key(call: Call) -> CommandsKey:
    """The scope as words ("chat 1", "default") and the language."""
    try:
        scope = call.parameters.document("scope") or {"type": "default"}
    except ValueError as error:
        raise bad_request("can't parse BotCommandScope JSON object") from error
    kind = scope.get("type") if isinstance(scope, dict) else None
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    language = language_of(call)
    words = [str(kind), *(str(scope[name]) for name in ("chat_id", "user_id") if name in scope)]
    return " ".join(words), language


def language_of(call: Call) -> str:
    """The language that words are for; empty for everybody. Raises ApiError."""
    language = call.parameters.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language
