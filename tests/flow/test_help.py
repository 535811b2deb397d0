"""/help and Telegram's command menu: both computed from the handlers."""

from typing import Any

from django.conf import settings

from sandbox import api
from tests.telegram import BotTestCase

PRIVATE_WORDS = "Anything else you write goes to the people behind this bot."
FOR_ALL, PRIVATE = {"about", "help"}, {"settings", "start"}


class HelpTests(BotTestCase):
    """What the bot says it can do."""

    async def menu(self, **parameters: Any) -> list[dict[str, str]]:
        """Return the command menu as Telegram keeps it."""
        answer = await api.call(self.world, settings.TELEGRAM_BOT_TOKEN, "getMyCommands", parameters)
        return list(answer.body["result"])

    async def test_lists_every_command_with_its_help(self) -> None:
        await self.alice.says("/help")
        lines = self.alice.sees.splitlines()
        self.assertEqual((lines[0], lines[-1]), ("What I can do", PRIVATE_WORDS))
        for line in ("/about – About this bot", "/settings – Language and messages", "/start – Begin"):
            self.assertIn(line, lines)

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
        private = await self.menu(scope={"type": "all_private_chats"})
        self.assertLessEqual(FOR_ALL | PRIVATE, {entry["command"] for entry in private})
        russian = {entry["command"]: entry["description"] for entry in await self.menu(language_code="ru")}
        self.assertEqual(russian["about"], "Об этом боте")

    async def test_a_group_sees_only_what_answers_there(self) -> None:
        await self.alice_in_group.says("/help")
        self.assertIn("Write to me in private for the rest.", self.alice_in_group.sees)
        self.assertNotIn("/settings", self.alice_in_group.sees)
        commands = {entry["command"] for entry in await self.menu()}
        self.assertLessEqual(FOR_ALL, commands)
        self.assertEqual(commands & PRIVATE, set())
