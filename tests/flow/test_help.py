"""/help and Telegram's command menu: both computed from the handlers."""

from typing import Any

from django.conf import settings

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.runtime import settings as runtime
from sandbox import api
from tests.database.access import BOSS
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

    async def test_lists_them_below_their_roles_by_the_alphabet(self) -> None:
        await self.charlie.says("/help")
        self.assertNotIn("Support", self.charlie.sees.splitlines())
        await self.alice.says("/help")
        lines = [line.split(" – ")[0] for line in self.alice.sees.splitlines()]
        heads = ["What I can do", "Support", "Moderator", "Admin", "Owner"]
        self.assertEqual([line for line in lines if line in heads], heads)
        self.assertEqual(lines[lines.index("Owner") + 1], "/restart")
        mine = lines[lines.index("Support") + 1 : lines.index("Moderator") - 1]
        self.assertEqual((mine[0], mine), ("/dashboard", sorted(mine)))
        menu = (await self.bot()).bot_data["registry"].menu(Role.OWNER, private=True)
        self.assertEqual([f"/{name}" for name, _help in menu], [line for line in lines if line.startswith("/")])

    async def test_a_command_kept_for_a_role_is_listed_for_nobody_else(self) -> None:
        await in_database(runtime.change, "access.handlers", '{"about.about": "admin"}', by="the tests")
        await self.charlie.says("/help")
        self.assertNotIn("/about", self.charlie.sees)
        await self.charlie.says("/help about")
        self.assertEqual(self.charlie.sees, "There is no command /about for you.")
        await self.alice.says("/help")
        lines = [line.split(" – ")[0] for line in self.alice.sees.splitlines()]
        self.assertEqual(lines[lines.index("Admin") + 1], "/about")

    async def test_explains_what_it_does_not_list(self) -> None:
        await self.charlie.says("/help")
        self.assertNotIn("/link", self.charlie.sees)
        await self.charlie.says("/help link")
        self.assertIn("Link your staff account with this one", self.charlie.sees)
        self.assertIn("code – The page Your account of the dashboard makes one", self.charlie.sees)
        await self.charlie.says("/help unlink")
        self.assertIn("End the link with your staff account", self.charlie.sees)

    async def test_what_is_for_private_chats_is_said_in_a_group_to_those_who_may(self) -> None:
        await in_database(access.grant, user_id=self.bob.id, role=Role.SUPPORT, by="the tests", giver=BOSS)
        username = (await self.bot()).bot.username
        await self.bob_in_group.says(f"/feedback@{username} all")
        self.assertEqual(self.bob_in_group.answers, ["Напишите мне это в личный чат."])
        for text in ("/errors", "/feedback@another_bot"):
            await self.bob_in_group.says(text)
        await self.person_in_group(self.charlie.id).says("/settings")
        self.assertEqual(len(self.bob_in_group.answers), 1)
        await in_database(runtime.change, "access.handlers", '{"admin.mailbox.newest": "admin"}', by="the tests")
        await self.bob_in_group.says("/feedback")
        self.assertEqual(len(self.bob_in_group.answers), 1)

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
