"""/about: name and version."""

from django.conf import settings

from tests.telegram import BotTestCase


class AboutTests(BotTestCase):
    """What the bot says of itself."""

    async def test_names_the_bot_and_the_version(self) -> None:
        await self.charlie.says("/about")
        bot = (await self.bot()).bot
        self.assertIn(f"{bot.first_name} @{bot.username}", self.charlie.sees)
        self.assertIn(f"Botdeck {settings.VERSION}", self.charlie.sees)

    async def test_arguments_do_no_harm(self) -> None:
        await self.charlie.says("/about <b>now</b>")
        self.assertIn("Botdeck", self.charlie.sees)
