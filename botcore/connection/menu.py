"""Publishes the command menus that the registry computed: one for groups, one for private chats, one for each person
with a role, all in each language; and keeps those of people in step with their roles.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
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
from telegram.error import BadRequest, Forbidden, TelegramError

from botcore.access import menus
from botcore.access.book import BOOK
from botcore.access.roles import Role
from botcore.database import in_database, patiently
from botcore.runtime.settings import held

logger = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
AGAIN_SECONDS = 60.0  # after Telegram could not be reached

Commands = list[tuple[str, str]]


class Menu(Protocol):
    """Registry.menu(): (command, help) of what a role may use."""

    def __call__(self, role: Role, *, private: bool) -> Commands:
        """Return the commands for a private chat or for groups."""


async def publish_menu(bot: Bot, menu: Menu) -> None:
    """Set the menus of everybody; one that Telegram refuses is only logged."""
    for scope, private in ((BotCommandScopeDefault(), False), (BotCommandScopeAllPrivateChats(), True)):
        try:
            await _set(bot, scope, in_each_language(menu, Role.MEMBER, private=private))
        except TelegramError as exc:
            logger.warning("the command menu for everybody was not set: %s", exc.message)


async def keep_menus(bot: Bot, menu: Menu) -> None:
    """Keep the menus in step with people's roles and with the roles that handlers take, until cancelled."""
    known: dict[int, Role] | None = None
    raised: Mapping[str, str] = {}  # what the menus for everybody were made with at the start
    while True:
        wanted = dict(BOOK.page.roles) | dict.fromkeys(settings.TELEGRAM_ADMIN_IDS, Role.OWNER)
        if raised != (now := dict(held("access.handlers"))):
            await publish_menu(bot, menu)
            known, raised = None, now
        pause = LOOK_SECONDS
        if wanted != known and not BOOK.is_stale:
            async for attempt in patiently("menus"):
                with attempt:
                    done = await sync_menus(bot, menu, wanted)
            known, pause = (wanted, LOOK_SECONDS) if done else (known, AGAIN_SECONDS)
        await asyncio.sleep(pause)


async def sync_menus(bot: Bot, menu: Menu, wanted: dict[int, Role]) -> bool:
    """Set the menus of these people where they differ, take away those of all others; False when some must wait."""
    published = await in_database(menus.published, bot.id)
    texts = {role: in_each_language(menu, role, private=True) for role in set(wanted.values())}
    due = {user_id: role for user_id, role in wanted.items() if published.get(user_id) != digest(texts[role])}
    done = [await _publish(bot, user_id, texts[role]) for user_id, role in due.items()]
    done += [await _take_away(bot, user_id) for user_id in published.keys() - wanted.keys()]
    return all(done)


def in_each_language(menu: Menu, role: Role, *, private: bool) -> dict[str, Commands]:
    """Return the commands by language code; "" is for everybody whose language the bot does not speak."""
    found: dict[str, Commands] = {}
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            found["" if code == settings.LANGUAGE_CODE else code] = menu(role, private=private)
    return found


def digest(commands: dict[str, Commands]) -> str:
    """Return what tells one menu from another."""
    return hashlib.blake2b(json.dumps(commands, sort_keys=True).encode(), digest_size=16).hexdigest()


async def _publish(bot: Bot, user_id: int, commands: dict[str, Commands]) -> bool:
    """Set one person's menu; who never wrote to the bot has none, and gets it when their role changes."""
    try:
        await _set(bot, BotCommandScopeChat(user_id), commands)
    except (BadRequest, Forbidden) as exc:
        logger.info("the command menu of person %s was not set: %s", user_id, exc.message)
    except TelegramError as exc:
        logger.warning("the command menu of person %s waits: %s", user_id, exc.message)
        return False
    await in_database(menus.note, bot.id, user_id, digest(commands))
    return True


async def _take_away(bot: Bot, user_id: int) -> bool:
    """Let a person see what everybody sees."""
    try:
        for code, _ in settings.LANGUAGES:
            language = "" if code == settings.LANGUAGE_CODE else code
            await bot.delete_my_commands(scope=BotCommandScopeChat(user_id), language_code=language)
    except (BadRequest, Forbidden) as exc:
        logger.info("the command menu of person %s was not taken away: %s", user_id, exc.message)
    except TelegramError as exc:
        logger.warning("the command menu of person %s stays for now: %s", user_id, exc.message)
        return False
    await in_database(menus.forget, bot.id, user_id)
    return True


async def _set(bot: Bot, scope: BotCommandScope, commands: dict[str, Commands]) -> None:
    for language, listed in commands.items():
        await bot.set_my_commands(listed, scope=scope, language_code=language)
