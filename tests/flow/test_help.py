"""/help and Telegram's command menu: both computed from the handlers."""

from typing import Any

from django.conf import settings

from sandbox import api
from tests.telegram import BotTestCase

COMMANDS = ["about", "help", "settings", "start"]


class HelpTests(BotTestCase):
    """What the bot says it can do."""

    async def menu(self, **parameters: Any) -> list[dict[str, str]]:
        """Return the command menu as Telegram keeps it."""
        answer = await api.call(self.world, settings.TELEGRAM_BOT_TOKEN, "getMyCommands", parameters)
        return list(answer.body["result"])

    async def test_lists_every_command_with_its_help(self) -> None:
        await self.alice.says("/help")
        self.assertEqual(
            self.alice.sees,
            "What I can do\n\n/about – About this bot\n/help – What I can do\n/settings – Language and messages\n"
            "/start – Begin\n\nAnything else you write goes to the people behind this bot.",
        )

    async def test_lists_them_in_russian(self) -> None:
        await self.bob.says("/help")
        self.assertIn("/settings – Язык и сообщения", self.bob.sees)

    async def test_answers_in_a_group_and_to_its_own_name_only(self) -> None:
        username = (await self.bot()).bot.username
        await self.alice_in_group.says(f"/help@{username}")
        self.assertEqual(len(self.alice_in_group.answers), 1)
        await self.alice_in_group.says("/help@another_bot")
        self.assertEqual(len(self.alice_in_group.answers), 1)

    async def test_the_menu_is_published_in_each_language(self) -> None:
        await self.bot()
        self.assertEqual([entry["command"] for entry in await self.menu()], COMMANDS)
        self.assertEqual((await self.menu(language_code="ru"))[0]["description"], "Об этом боте")
