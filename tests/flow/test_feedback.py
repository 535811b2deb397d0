"""Every other private message is feedback: kept, acknowledged once."""

from botcore.feedback.models import Feedback
from botcore.inbox.models import State
from tests.telegram import BotTestCase

THANKS = "Thank you! Your message was passed on."


class FeedbackTests(BotTestCase):
    """What people write to the operators."""

    async def test_is_kept_and_acknowledged(self) -> None:
        await self.charlie.says("The map is wrong")
        note = await Feedback.objects.aget()
        self.assertEqual((note.user_id, note.kind, note.text, note.acknowledged), (3, "text", "The map is wrong", True))
        self.assertEqual(self.charlie.sees, THANKS)

    async def test_a_row_of_messages_is_acknowledged_once(self) -> None:
        for text in ("one", "two", "three"):
            await self.charlie.says(text)
        self.assertEqual(self.charlie.answers, [THANKS])
        self.assertEqual(await Feedback.objects.acount(), 3)

    async def test_the_next_row_is_acknowledged_again(self) -> None:
        await self.charlie.says("one")
        self.clock.advance(3601)
        await self.charlie.says("two")
        self.assertEqual(self.charlie.answers, [THANKS, THANKS])

    async def test_4096_emoji_are_kept_whole(self) -> None:
        await self.charlie.says("🦊" * 4096)
        self.assertEqual((await Feedback.objects.aget()).text, "🦊" * 4096)
        self.assertEqual(self.charlie.sees, THANKS)

    async def test_a_null_character_does_not_stop_it(self) -> None:
        await self.charlie.says("before")
        whole = self.world.messages(3)[0].to_json()  # Telegram itself writes a blank in its place
        self.world.deliver({"message": whole | {"message_id": 900, "text": "before\x00after"}})
        await self.settle()
        self.assertEqual((await Feedback.objects.alatest("pk")).text, "beforeafter")

    async def test_an_unknown_command_is_named(self) -> None:
        await self.charlie.says("/stetings <i>now</i>")
        self.assertEqual(self.charlie.sees, "I do not know /stetings. /help shows what I can do.")

    async def test_a_command_that_does_not_exist_is_not_kept_and_the_words_after_it_are_acknowledged(
        self,
    ) -> None:
        await self.charlie.says("/stetings")
        self.assertEqual(await Feedback.objects.acount(), 0)
        await self.charlie.says("The map is wrong")
        self.assertEqual(self.charlie.sees, THANKS)
        self.assertEqual([note.text async for note in Feedback.objects.filter(read_at=None)], ["The map is wrong"])

    async def test_a_slash_alone_is_no_command(self) -> None:
        await self.charlie.says("/ means or")
        self.assertEqual((await Feedback.objects.aget()).text, "/ means or")

    async def test_what_operators_write_waits_for_nobody_and_they_are_told(self) -> None:
        await self.alice.says("Does this work?")
        self.assertIsNotNone((await Feedback.objects.aget()).read_at)
        self.assertEqual(self.alice.sees, f"{THANKS} It counts as read, for you are an operator yourself.")

    async def test_message_numbers_that_begin_again_lose_nothing(self) -> None:
        await self.charlie.says("before")
        self.setUp()  # a new sandbox on the same database
        await self.charlie.says("after")
        self.assertEqual([note.text async for note in Feedback.objects.order_by("id")], ["before", "after"])

    async def test_a_photo_without_words_is_kept_by_its_kind(self) -> None:
        await self.bot()
        photo = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
        chat = {"id": 1, "type": "private", "first_name": "Alice"}
        sender = {"id": 1, "is_bot": False, "first_name": "Alice", "language_code": "en"}
        message = {"message_id": 77, "date": 1_700_000_000, "chat": chat, "from": sender, "photo": [photo]}
        self.world.deliver({"message": message})
        await self.settle()
        note = await Feedback.objects.aget()
        self.assertEqual((note.kind, note.text, note.message_id), ("photo", "", 77))

    async def test_words_in_a_group_are_nobodys_feedback(self) -> None:
        await self.alice_in_group.says("hello all")
        self.assertEqual(await Feedback.objects.acount(), 0)
        self.assertEqual((await self.newest_update()).state, State.IGNORED)

    async def test_a_button_of_a_feature_that_is_gone_is_answered(self) -> None:
        await self.charlie.says("/settings")
        self.assertEqual(await self.charlie.forges("vote:7"), "This button is no longer in use.")
