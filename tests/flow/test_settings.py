"""/settings: language and messages, by buttons."""

from botcore.inbox.models import State, Update
from botcore.people.models import User
from tests.telegram import BotTestCase


class SettingsTests(BotTestCase):
    """What a person may choose."""

    async def test_shows_what_is_chosen(self) -> None:
        await self.alice.says("/settings")
        self.assertEqual(self.alice.sees, "Settings\n\nLanguage: English\nMessages from me: on")
        more = ["Turn messages off", "Time zone…", "The bot's settings"]
        self.assertEqual(self.alice.buttons, ["✓ English", "Русский", *more])
        await self.charlie.says("/settings")
        self.assertEqual(self.charlie.buttons[1:], ["Русский", "Turn messages off", "Time zone…"])

    async def test_a_language_is_kept_and_used_from_then_on(self) -> None:
        await self.alice.says("/settings")
        self.assertEqual(await self.alice.presses("Русский"), ["Сохранено"])
        self.assertEqual(self.alice.sees, "Настройки\n\nЯзык: Русский\nСообщения от меня: включены")
        self.assertEqual((await User.objects.aget(pk=1)).language, "ru")
        await self.alice.says("/start")
        self.assertIn("Здравствуйте", self.alice.sees)

    async def test_messages_are_switched_off_and_on(self) -> None:
        await self.alice.says("/settings")
        await self.alice.presses("Turn messages off")
        self.assertFalse((await User.objects.aget(pk=1)).messages_on)
        self.assertIn("Messages from me: off", self.alice.sees)
        await self.alice.presses("Turn messages on")
        self.assertTrue((await User.objects.aget(pk=1)).messages_on)

    async def test_a_button_pressed_twice_saves_once_and_answers_both(self) -> None:
        await self.alice.says("/settings")
        self.assertEqual(await self.alice.presses("Turn messages off", times=2), ["Saved", "Saved"])
        self.assertFalse((await User.objects.aget(pk=1)).messages_on)
        self.assertEqual(await Update.objects.filter(kind="callback_query", state=State.DONE).acount(), 2)

    async def test_a_choice_reaches_the_next_message_of_the_same_batch(self) -> None:
        await self.alice.says("/settings")
        message_id = self.world.messages(1)[-1].message_id
        self.world.press(1, 1, message_id, "language:ru")
        await self.alice.says("/about")
        self.assertIn("Работает на Botdeck", self.alice.sees)

    async def test_under_a_message_that_is_deleted_meanwhile_a_press_is_answered_anew(self) -> None:
        await self.charlie.says("/settings")
        post = self.world.messages(3)[-1]
        self.world.press(3, 3, post.message_id, "language:ru")
        self.world.delete(post)
        await self.settle()
        self.assertEqual(self.charlie.sees, "Настройки\n\nЯзык: Русский\nСообщения от меня: включены")
        self.assertEqual((await self.newest_update()).error, "")

    async def test_a_forged_value_changes_nothing(self) -> None:
        await self.alice.says("/settings")
        self.assertEqual(await self.alice.forges("language:xx"), "Choose one of: en, ru.")
        self.assertEqual((await User.objects.aget(pk=1)).language, "")

    async def test_the_choice_survives_a_change_of_the_profile(self) -> None:
        await self.alice.says("/settings")
        await self.alice.presses("Русский")
        await User.objects.filter(pk=1).aupdate(username="old_name")
        await self.alice.says("/about")
        person = await User.objects.aget(pk=1)
        self.assertEqual((person.username, person.language), ("alice", "ru"))
