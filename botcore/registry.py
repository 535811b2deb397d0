"""@command, @button, @message, @conversation and add(): how a feature says what it handles.

A decorator only describes; discover() collects the descriptions, install() gives them to python-telegram-bot.
"""

import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import ModuleType
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from telegram import Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    filters,
)

from botcore.access.roles import Role
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.conversation import AtStep
from botcore.pipeline.guard import Guarded
from botcore.update_kinds import kinds_of

logger = logging.getLogger(__name__)

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]
Handler = BaseHandler[Any, Any, Any]
Text = str | Promise

NAME_LENGTH = 100  # the column of Update.handler
ANSWER = filters.TEXT & ~filters.COMMAND
NEEDED = frozenset({"my_chat_member"})  # who blocks the bot, and where it is let in and thrown out
COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")  # core.telegram.org/bots/api#botcommand


class Order(IntEnum):
    """Who is asked first; within one order the alphabet of modules and the order in the file decide."""

    CONVERSATION = 1
    COMMAND = 2
    BUTTON = 3
    MESSAGE = 4
    FALLBACK = 5


@dataclass(frozen=True, slots=True)
class Feature:
    """One handler with what the menu, /help, access and Telegram's allowed_updates must know of it."""

    name: str
    handler: Handler
    order: Order
    role: Role
    command: str
    help: Text
    kinds: frozenset[str]
    private: bool
    retry: bool
    sandbox: bool = False  # only where BOT_SANDBOX says that Telegram is the sandbox


def command(
    name: str,
    *,
    help: Text = "",
    role: Role = Role.MEMBER,
    private: bool = False,
    retry: bool = True,
    sandbox: bool = False,
) -> Callable[[Callback], Feature]:
    """Handle /name. With `help` it stands in /help and in Telegram's menu; `private` only in private chats.

    `retry=False`, here and below: an attempt that fails is the last one. `sandbox`: it exists in the sandbox only.
    """
    if not COMMAND_NAME.fullmatch(name):
        raise ValueError(f"/{name}: a command has 1-32 lowercase letters, digits and underscores")

    def describe(callback: Callback) -> Feature:
        handler: Handler = CommandHandler(name, callback, filters=_messages(private=private))
        return add(
            handler,
            name=_name(callback),
            order=Order.COMMAND,
            role=role,
            command=name,
            help=help,
            private=private,
            retry=retry,
            sandbox=sandbox,
        )

    return describe


def button(
    name: str, *, role: Role = Role.MEMBER, order: Order = Order.BUTTON, retry: bool = True, sandbox: bool = False
) -> Callable[[Callback], Feature]:
    """Handle buttons made by `callback_button(text, name, value)`; an empty name takes every button."""
    pattern = f"^{re.escape(name)}:(.*)$" if name else None

    def describe(callback: Callback) -> Feature:
        handler: Handler = CallbackQueryHandler(callback, pattern=pattern)
        return add(handler, name=_name(callback), order=order, role=role, retry=retry, sandbox=sandbox)

    return describe


def message(
    matching: filters.BaseFilter = filters.ALL,
    *,
    role: Role = Role.MEMBER,
    order: Order = Order.MESSAGE,
    private: bool = False,
    retry: bool = True,
) -> Callable[[Callback], Feature]:
    """Handle new messages that the filter wants."""

    def describe(callback: Callback) -> Feature:
        handler: Handler = MessageHandler(matching & _messages(private=private), callback)
        return add(handler, name=_name(callback), order=order, role=role, retry=retry)

    return describe


def conversation(
    name: str,
    *,
    step: str,
    matching: filters.BaseFilter = ANSWER,
    role: Role = Role.MEMBER,
    retry: bool = True,
) -> Callable[[Callback], Feature]:
    """Handle the next message of a person who stands at this step: `context.conversation.start(name, step=…)`.

    Texts that are no commands, unless `matching` says otherwise: /cancel and the like go on working in the middle.
    """
    return message(matching & AtStep(name, step), role=role, order=Order.CONVERSATION, retry=retry)


def add(  # noqa: PLR0913
    handler: Handler,
    *,
    name: str,
    order: Order = Order.MESSAGE,
    role: Role = Role.MEMBER,
    command: str = "",
    help: Text = "",
    kinds: Sequence[str] = (),
    private: bool = False,
    retry: bool = True,
    sandbox: bool = False,
) -> Feature:
    """Describe any handler of python-telegram-bot; `kinds` names its update types where they cannot be told."""
    if not 0 < len(name) <= NAME_LENGTH:
        raise ValueError(f"{name!r}: a feature's name has 1-{NAME_LENGTH} characters")
    kinds_at_hand = frozenset(kinds) or kinds_of(handler)
    return Feature(name, handler, order, role, command, help, kinds_at_hand, private, retry, sandbox)


def _messages(*, private: bool) -> filters.BaseFilter:
    """New messages only: an edit or a channel post must not run a command a second time."""
    return filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE if private else filters.UpdateType.MESSAGE


def _name(callback: Callback) -> str:
    module = callback.__module__.rpartition("handlers.")[2]
    return f"{module}.{callback.__qualname__.rstrip('_')}"


class Registry:
    """The features of a bot, in the order in which they are asked."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features = sorted(features, key=lambda feature: feature.order)  # stable: discovery's order within one
        commands = [feature.command for feature in self.features if feature.command]
        if twice := {name for name in commands if commands.count(name) > 1}:
            raise ValueError(f"/{min(twice)} has two handlers")

    @classmethod
    def discover(cls, package: ModuleType) -> "Registry":
        """Import every module of the package and collect the features in them that exist in this set-up."""
        features = (feature for module in _modules(package) for feature in _features(module))
        return cls(feature for feature in features if settings.BOT_SANDBOX or not feature.sandbox)

    def install(self, application: BotApplication) -> None:
        """Give the features to the application, in one group: a second group would answer twice."""
        for feature in self.features:
            if isinstance(feature.handler, ConversationHandler):
                logger.warning("%s keeps its conversations in memory: a restart forgets them", feature.name)
            guarded = Guarded(feature.handler, feature.name, feature.role, retry=feature.retry, command=feature.command)
            application.add_handler(guarded)
        application.bot_data["registry"] = self

    def allowed_updates(self) -> list[str]:
        """Return what Telegram is asked to deliver: the types that some feature handles, or the bot itself needs."""
        return sorted(NEEDED.union(*(feature.kinds for feature in self.features)))

    def menu(self, role: Role, *, private: bool) -> list[tuple[str, str]]:
        """Return (command, help) of what the role may use in private or in a group, in the language active now."""
        return [
            (feature.command, str(feature.help))
            for feature in self.features
            if feature.command and feature.help and feature.role <= role and (private or not feature.private)
        ]


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda info: info.name):
        yield importlib.import_module(info.name)


def _features(module: ModuleType) -> Iterator[Feature]:
    return (value for value in vars(module).values() if isinstance(value, Feature))
