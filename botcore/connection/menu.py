"""Publishes the command menu that the registry computed: one for groups, one for private chats, one for
each owner, in each language."""

import logging
from collections.abc import Iterator
from typing import Protocol

from django.conf import settings
from django.utils import translation
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from botcore.access.roles import Role

logger = logging.getLogger(__name__)


class Menu(Protocol):
    """Registry.menu(): (command, help) of what a role may use."""

    def __call__(self, role: Role, *, private: bool) -> list[tuple[str, str]]:
        """Return the commands for a private chat or for groups."""


async def publish_menu(bot: Bot, menu: Menu) -> None:
    """Set the menus; one that Telegram refuses (an owner who never wrote to the bot) is only logged."""
    for scope, role, private in _scopes():
        for code, _ in settings.LANGUAGES:
            with translation.override(code):
                commands = menu(role, private=private)
            language = "" if code == settings.LANGUAGE_CODE else code  # "": for everybody without an own one
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=language)
            except TelegramError as exc:
                logger.warning("command menu for %s was not set: %s", role.name, exc.message)


def _scopes() -> Iterator[tuple[BotCommandScope, Role, bool]]:
    yield BotCommandScopeDefault(), Role.MEMBER, False
    yield BotCommandScopeAllPrivateChats(), Role.MEMBER, True
    for owner in settings.TELEGRAM_ADMIN_IDS:
        yield BotCommandScopeChat(owner), Role.OWNER, True
