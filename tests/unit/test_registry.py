"""Describing features: order, menu, allowed updates, mistakes of authors."""

from typing import Any

import pytest
from django.test import SimpleTestCase
from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ConversationHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from botcore import handlers
from botcore.access.roles import Role
from botcore.pipeline.context import Context
from botcore.registry import Feature, Order, Registry, add, button, command, message
from botcore.update_kinds import kinds_of


async def nothing(_update: Update, _context: Context) -> None:
    """Do nothing."""


def feature(name: str, **changes: Any) -> Feature:
    """Describe a feature with that name."""
    return add(CommandHandler("x", nothing), name=name, **changes)


class RegistryTests(SimpleTestCase):
    """What is computed from the decorators."""

    def test_features_are_asked_in_the_order_of_their_word(self) -> None:
        registry = Registry(
            [
                feature("d", order=Order.FALLBACK),
                feature("c", order=Order.MESSAGE),
                feature("b", order=Order.COMMAND),
                feature("a", order=Order.CONVERSATION),
            ]
        )
        self.assertEqual([f.name for f in registry.features], ["a", "b", "c", "d"])

    def test_every_module_of_the_package_is_found(self) -> None:
        names = [f.name for f in Registry.discover(handlers).features]
        ours = ["about.about", "help.help", "start.start", "settings.language", "feedback.keep", "feedback.old_button"]
        self.assertEqual([name for name in names if name in ours], ours)

    def test_allowed_updates_are_those_that_somebody_handles(self) -> None:
        registry = Registry([command("hello")(nothing), button("vote")(nothing)])
        self.assertEqual(registry.allowed_updates(), ["callback_query", "message", "my_chat_member"])

    def test_the_menu_holds_what_the_role_may_use(self) -> None:
        registry = Registry(
            [
                command("hello", help="Say hello")(nothing),
                command("secret")(nothing),
                command("ban", help="Ban somebody", role=Role.OWNER)(nothing),
            ]
        )
        self.assertEqual(registry.menu(Role.MEMBER, private=True), [("hello", "Say hello")])
        self.assertEqual(registry.menu(Role.OWNER, private=True), [("hello", "Say hello"), ("ban", "Ban somebody")])

    def test_one_command_cannot_have_two_handlers(self) -> None:
        with pytest.raises(ValueError, match="/hello has two handlers"):
            Registry([command("hello")(nothing), command("hello")(nothing)])

    def test_a_name_that_telegram_would_refuse_is_refused_here(self) -> None:
        for name in ("Hello", "he-llo", "", "x" * 33, "/hello"):
            with self.subTest(name), pytest.raises(ValueError, match="a command has 1-32 lowercase letters"):
                command(name)

    def test_a_feature_is_named_after_its_place(self) -> None:
        self.assertEqual(button("vote")(nothing).name, "tests.unit.test_registry.nothing")

    @pytest.mark.filterwarnings("ignore::telegram.warnings.PTBUserWarning")  # a note about per_message
    def test_a_conversation_wants_what_its_handlers_want(self) -> None:
        conversation = ConversationHandler(
            entry_points=[CommandHandler("begin", nothing)],
            states={1: [CallbackQueryHandler(nothing)]},
            fallbacks=[],
        )
        self.assertEqual(kinds_of(conversation), {"message", "callback_query"})

    def test_member_changes_and_strangers_are_understood(self) -> None:
        self.assertEqual(kinds_of(ChatMemberHandler(nothing)), {"my_chat_member", "chat_member"})
        self.assertEqual(kinds_of(TypeHandler(Update, nothing)), set(Update.ALL_TYPES))

    def test_the_author_may_name_the_types(self) -> None:
        edited = add(MessageHandler(filters.UpdateType.EDITED_MESSAGE, nothing), name="e", kinds=["edited_message"])
        self.assertEqual(Registry([edited]).allowed_updates(), ["edited_message", "my_chat_member"])
        self.assertEqual(message()(nothing).kinds, {"message"})
