"""@command, @deep_link, @button, @message, @conversation, @inline, @checkout, @paid and add(): what a feature handles.

A decorator only describes; discover() collects the descriptions, install() gives them to python-telegram-bot.
"""

import importlib
import logging
import pkgutil
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from botcore.access.roles import Role
from botcore.access.throttle import Pace
from botcore.pipeline.arguments import Argument
from botcore.pipeline.checkout import CheckoutHandler, Paid, pattern_of
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.conversation import AtStep
from botcore.pipeline.elsewhere import elsewhere
from botcore.pipeline.guard import Guarded
from botcore.pipeline.rights import needed_role
from botcore.pipeline.terms import Terms
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
    LINK = 2
    COMMAND = 3
    BUTTON = 4
    QUERY = 5
    MESSAGE = 6
    FALLBACK = 7


@dataclass(frozen=True, slots=True)
class Feature:
    """One handler with what the menu, /help, the guard and Telegram's allowed_updates must know of it."""

    terms: Terms
    handler: Handler
    order: Order
    help: Text
    kinds: frozenset[str]
    private: bool
    sandbox: bool = False  # only where BOT_SANDBOX says that Telegram is the sandbox
    hidden: bool = False  # in no menu; /help NAME explains it

    @property
    def name(self) -> str:
        """Its name in the inbox, in errors and metrics."""
        return self.terms.name

    @property
    def command(self) -> str:
        """The command without its slash, "" for what is none."""
        return self.terms.command


def command(  # noqa: PLR0913
    name: str,
    *,
    args: Sequence[Argument] | None = None,
    help: Text = "",
    role: Role = Role.MEMBER,
    private: bool = False,
    retry: bool = True,
    pace: Pace | None = None,
    sandbox: bool = False,
    hidden: bool = False,
    always: bool = False,
) -> Callable[[Callback], Feature]:
    """Handle /name. With `help` it stands in /help and in Telegram's menu; `private` only in private chats.

    `hidden` keeps it out of both, so that only /help NAME shows its help.

    `args` say what stands behind it: read, checked and found in `context.arguments`; None leaves that to the handler.
    `pace` is for each person, beside the general one. `retry=False`, here and below: an attempt that fails is the last
    one. `sandbox`: it exists in the sandbox only. `always`, here and for messages: also while an operator talks in the
    chat in the bot's place, when everything else is silent there.
    """
    if not COMMAND_NAME.fullmatch(name):
        raise ValueError(f"/{name}: a command has 1-32 lowercase letters, digits and underscores")
    arguments = None if args is None else checked(name, args)

    def describe(callback: Callback) -> Feature:
        handler: Handler = CommandHandler(name, callback, filters=_messages(private=private))
        terms = Terms(_name(callback), role, retry=retry, command=name, arguments=arguments, pace=pace, always=always)
        feature = _feature(terms, handler, Order.COMMAND, help=help, private=private, sandbox=sandbox)
        return replace(feature, hidden=hidden)

    return describe


def checked(command: str, arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    """Return the arguments; raise ValueError for an order in which words could not be told apart."""
    names = [argument.name for argument in arguments]
    if len(set(names)) < len(names):
        raise ValueError(f"/{command}: two arguments have the same name")
    if any(argument.rest for argument in arguments[:-1]):
        raise ValueError(f"/{command}: what takes the rest must be the last argument")
    needed = [not argument.is_optional for argument in arguments]
    if needed != sorted(needed, reverse=True):
        raise ValueError(f"/{command}: what must be given stands before what may be left out")
    return tuple(arguments)


def button(
    name: str, *, role: Role = Role.MEMBER, order: Order = Order.BUTTON, retry: bool = True, sandbox: bool = False
) -> Callable[[Callback], Feature]:
    """Handle buttons made by `callback_button(text, name, value)`; an empty name takes every button."""
    pattern = f"^{re.escape(name)}:(.*)$" if name else None

    def describe(callback: Callback) -> Feature:
        handler: Handler = CallbackQueryHandler(callback, pattern=pattern)
        return add(handler, name=_name(callback), order=order, role=role, retry=retry, sandbox=sandbox)

    return describe


def deep_link(prefix: str, *, pace: Pace | None = None) -> Callable[[Callback], Feature]:
    """Handle who came by t.me/<bot>?start=PREFIX_VALUE, instead of /start; the value is in `context.value`."""
    pattern = rf"^/start(?:@\w+)? {re.escape(prefix)}_([A-Za-z0-9_-]{{1,64}})$"

    def describe(callback: Callback) -> Feature:
        handler: Handler = MessageHandler(filters.Regex(pattern) & _messages(private=True), callback)
        return _feature(Terms(_name(callback), pace=pace), handler, Order.LINK)

    return describe


def confirmed(name: str, *, role: Role) -> Callable[[Callback], Feature]:
    """Do what was asked with `context.ask(name, …)`, once its button was pressed in time by the person who was asked.

    The arguments are in `context.confirmed`; the role is asked for again.
    """
    pattern = f"^{re.escape(name)}:(.*)$"

    def describe(callback: Callback) -> Feature:
        handler: Handler = CallbackQueryHandler(callback, pattern=pattern)
        return _feature(Terms(_name(callback), role, confirms=name), handler, Order.BUTTON)

    return describe


def message(
    matching: filters.BaseFilter = filters.ALL,
    *,
    role: Role = Role.MEMBER,
    order: Order = Order.MESSAGE,
    private: bool = False,
    retry: bool = True,
    always: bool = False,
) -> Callable[[Callback], Feature]:
    """Handle new messages that the filter wants."""

    def describe(callback: Callback) -> Feature:
        handler: Handler = MessageHandler(matching & _messages(private=private), callback)
        return _feature(Terms(_name(callback), role, retry=retry, always=always), handler, order)

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


def inline(pattern: str = "", *, order: Order = Order.QUERY) -> Callable[[Callback], Feature]:
    """Handle what somebody types behind the bot's name in any chat, when the pattern fits its beginning.

    Nobody waits for a second attempt: with the next letter another query comes.
    """

    def describe(callback: Callback) -> Feature:
        handler: Handler = InlineQueryHandler(callback, pattern=pattern or None)
        return _feature(Terms(_name(callback), retry=False), handler, order)

    return describe


def checkout(name: str) -> Callable[[Callback], Feature]:
    """Answer within 10 s whether what `context.invoice(name, …)` asked for may be paid: `context.approve()`, or no.

    The value is in `context.value`. An attempt that fails is the last one, and ends the payment.
    """

    def describe(callback: Callback) -> Feature:
        handler: Handler = CheckoutHandler(callback, pattern=pattern_of(name))
        return _feature(Terms(_name(callback), retry=False), handler, Order.QUERY)

    return describe


def paid(name: str) -> Callable[[Callback], Feature]:
    """Handle the message that an invoice with this name was paid; the value is in `context.value`.

    The money has moved: it is tried again like everything else, so what it gives must stand behind a key.
    """

    def describe(callback: Callback) -> Feature:
        handler: Handler = MessageHandler(Paid(name) & _messages(private=False), callback)
        return _feature(Terms(_name(callback)), handler, Order.QUERY)

    return describe


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
    terms = Terms(name, role, retry=retry, command=command)
    return _feature(terms, handler, order, help=help, kinds=kinds, private=private, sandbox=sandbox)


def _feature(  # noqa: PLR0913
    terms: Terms,
    handler: Handler,
    order: Order,
    *,
    help: Text = "",
    kinds: Sequence[str] = (),
    private: bool = False,
    sandbox: bool = False,
) -> Feature:
    if not 0 < len(terms.name) <= NAME_LENGTH:
        raise ValueError(f"{terms.name!r}: a feature's name has 1-{NAME_LENGTH} characters")
    return Feature(terms, handler, order, help, frozenset(kinds) or kinds_of(handler), private, sandbox)


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
        if private := {f.command: f.terms for f in self.features if f.command and f.private}:
            application.add_handler(Guarded(elsewhere(private), Terms("elsewhere")))
        for feature in self.features:
            if isinstance(feature.handler, ConversationHandler):
                logger.warning("%s keeps its conversations in memory: a restart forgets them", feature.name)
            application.add_handler(Guarded(feature.handler, feature.terms))
        application.bot_data["registry"] = self

    def allowed_updates(self) -> list[str]:
        """Return what Telegram is asked to deliver: the types that some feature handles, or the bot itself needs."""
        return sorted(NEEDED.union(*(feature.kinds for feature in self.features)))

    def usable(self, role: Role, *, private: bool) -> list[Feature]:
        """Return the commands that the role may use in private or in a group: everybody's first, by the alphabet."""
        shown = [
            feature
            for feature in self.features
            if feature.command and feature.help and not feature.hidden and (private or not feature.private)
        ]
        usable = [feature for feature in shown if needed_role(feature.terms) <= role]
        return sorted(usable, key=lambda feature: (needed_role(feature.terms), feature.command))

    def menu(self, role: Role, *, private: bool) -> list[tuple[str, str]]:
        """Return (command, help) of what the role may use in private or in a group, in the language active now."""
        return [(feature.command, str(feature.help)) for feature in self.usable(role, private=private)]

    def named(self, command: str) -> Feature | None:
        """Return the feature of a command without its slash."""
        return next((feature for feature in self.features if command and feature.command == command), None)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for info in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda info: info.name):
        yield importlib.import_module(info.name)


def _features(module: ModuleType) -> Iterator[Feature]:
    return (value for value in vars(module).values() if isinstance(value, Feature))
