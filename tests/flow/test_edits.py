"""A pressed button under a picture: there is no text to edit, and the person gets the answer all the same."""

from telegram import InlineKeyboardMarkup
from telegram import Update as TelegramUpdate

from botcore.inbox.models import State
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from tests.telegram import BotTestCase, is_from_bot


@command("picture")
async def picture(_update: TelegramUpdate, context: Context) -> None:
    """Show a picture with buttons."""
    buttons = InlineKeyboardMarkup([[callback_button(label, "say", value) for label, value in SAID.items()]])
    await context.message.reply_photo("https://example.org/cat.jpg", caption="A cat", reply_markup=buttons)


@button("say")
async def say(_update: TelegramUpdate, context: Context) -> None:
    """Say it in the place of the picture's words."""
    await context.edit("sentence", sentence=context.value * 50, buttons=[[callback_button("Again", "say", "again")]])


SAID = {"Short": "short ", "Long": "long " * 5}


class EditTests(BotTestCase):
    """What stands in the chat after a press."""

    features = (picture, say)

    def captions(self) -> list[tuple[str, bool]]:
        """Return words and whether there are buttons, of what the bot said."""
        posts = [post for post in self.world.messages(1) if is_from_bot(post)]
        return [(post.text, bool(post.buttons)) for post in posts]

    async def test_words_that_fit_become_the_caption(self) -> None:
        await self.alice.says("/picture")
        await self.alice.presses("Short")
        self.assertEqual(self.captions(), [(("short " * 50).strip(), True)])

    async def test_words_that_do_not_fit_are_a_new_message_and_the_old_buttons_go(self) -> None:
        await self.alice.says("/picture")
        await self.alice.presses("Long")
        self.assertEqual(self.captions(), [("A cat", False), (("long " * 250).strip(), True)])
        self.assertEqual((await self.newest_update()).state, State.DONE)
