"""An operator talks in the bot's place: it is silent in that chat, keeps what is written, and talks again afterwards.

And /talk, by which operators do the same from Telegram.
"""

from dataclasses import replace
from datetime import timedelta

from django.contrib.auth.models import User as Login
from django.utils import timezone

from botcore.access.book import BOOK
from botcore.access.roles import Role
from botcore.conversations import services
from botcore.conversations.models import Conversation
from botcore.database import in_database
from botcore.feedback.models import Feedback
from botcore.inbox.models import State, Update
from botcore.people import notes
from botcore.people.models import PersonNote
from botcore.runtime import settings
from tests.flow.operators import OperatorCase

WORDS = "A person of our team is writing with you here. The buttons work again afterwards."


class TakeoverTests(OperatorCase):
    """Charlie's chat is taken over."""

    async def take(self) -> None:
        """Take it over once the bot has met him."""
        await self.charlie.says("/start")
        await in_database(services.take_over, user_id=3, by="erin")

    async def kept(self) -> list[str]:
        """Return what is kept for the operators and unread."""
        return [row.text async for row in Feedback.objects.filter(user_id=3, read_at=None).order_by("pk")]

    async def test_the_bot_is_silent_and_everything_is_kept(self) -> None:
        await self.take()
        for text in ("Hello", "/help", "/nonsense", "/start"):
            before = self.charlie.answers
            await self.charlie.says(text)
            self.assertEqual(self.charlie.answers, before, text)
        self.assertEqual(await self.kept(), ["Hello", "/help", "/nonsense", "/start"])
        self.assertIsNotNone((await Conversation.objects.aget(pk=3)).waiting_since)

    async def test_what_was_begun_can_be_left(self) -> None:
        await self.take()
        await self.charlie.says("/cancel")
        self.assertEqual(self.charlie.sees, "There is nothing to cancel.")
        self.assertEqual(await self.kept(), [])

    async def test_a_button_says_why_it_does_nothing(self) -> None:
        await self.take()
        self.assertEqual(await self.charlie.forges("settings:language"), WORDS)
        self.assertEqual(await self.charlie.forges("settings:language"), WORDS)
        row = await Update.objects.alatest("pk")
        self.assertEqual((row.state, row.error), (State.IGNORED, "refused: taken"))

    async def test_the_bot_talks_again_when_it_is_handed_back(self) -> None:
        await self.take()
        await in_database(services.hand_back, user_id=3, by="erin")
        await self.charlie.says("/help")
        self.assertIn("/start", self.charlie.sees)

    async def test_it_ends_by_itself_after_the_hours_of_the_setting(self) -> None:
        await in_database(settings.change, "conversations.takeover_hours", 2, by="erin")
        await self.take()
        row = await Conversation.objects.aget(pk=3)
        hours = row.taken_until - timezone.now() if row.taken_until else timedelta(0)
        self.assertAlmostEqual(hours, timedelta(hours=2), delta=timedelta(minutes=5))
        await self.charlie.says("Hello")  # now the book knows
        BOOK.page = replace(BOOK.page, taken={3: timezone.now() - timedelta(seconds=1)})
        await self.charlie.says("/help")
        self.assertIn("/start", self.charlie.sees)

    async def test_other_chats_hear_nothing_of_it(self) -> None:
        await self.take()
        await self.alice.says("/help")
        self.assertIn("/start", self.alice.sees)

    async def test_who_has_a_role_is_served_all_the_same(self) -> None:
        await self.take()
        await self.promote(Role.SUPPORT)
        await self.charlie.says("/help")
        self.assertIn("/start", self.charlie.sees)

    async def test_nobody_takes_over_the_chat_of_who_has_a_role(self) -> None:
        await self.alice.says("/start")
        await self.alice.says("/talk 1 take")
        self.assertIn("This person has a role", self.alice.sees)


class CommandTests(OperatorCase):
    """/talk."""

    async def test_says_how_it_stands(self) -> None:
        await self.charlie.says("The map is wrong")
        await self.alice.says("/talk 3")
        self.assertRegex(
            self.alice.sees,
            r"^Charlie Clark \(3\)\nWaits for an answer since .+, 1 message is unread\n"
            r"Whose: nobody's\nWho talks: the bot$",
        )

    async def test_does_what_the_page_does(self) -> None:
        await self.charlie.says("The map is wrong")
        await in_database(Login.objects.create, username="erin", is_staff=True)
        for words, said in (
            ("take", "the bot is silent in this chat now."),
            ("back", "the bot talks again."),
            ("assign erin", "given."),
            ("note likes <maps>", "the note is kept."),
            ("close", "closed."),
            ("reopen", "open again."),
        ):
            await self.alice.says(f"/talk 3 {words}")
            self.assertEqual(self.alice.sees, f"Charlie Clark (3): {said}")
        row = await Conversation.objects.select_related("assignee").aget(pk=3)
        self.assertEqual((row.is_open, row.waiting_since, row.taken_until), (True, None, None))
        self.assertEqual(row.assignee.get_username() if row.assignee else "", "erin")
        self.assertEqual((await PersonNote.objects.aget()).text, "likes <maps>")

    async def test_ones_own_last_note_is_deleted(self) -> None:
        await self.charlie.says("Hello")
        await in_database(notes.write, user_id=3, text="Somebody else's", account_id=None, by="erin")
        for words in ("first", "second"):
            await self.alice.says(f"/talk 3 note {words}")
        await self.alice.says("/talk 3 unnote")
        self.assertEqual(self.alice.sees, "Charlie Clark (3): your last note is deleted.")
        self.assertEqual([note.text async for note in PersonNote.objects.order_by("pk")], ["Somebody else's", "first"])
        await self.alice.says("/talk 3 unnote")
        await self.alice.says("/talk 3 unnote")
        self.assertEqual(self.alice.sees, "It was so already.")
        self.assertEqual(await PersonNote.objects.acount(), 1)

    async def test_what_is_so_already(self) -> None:
        await self.charlie.says("The map is wrong")
        for words in ("back", "reopen", "assign nobody"):
            await self.alice.says(f"/talk 3 {words}")
            self.assertEqual(self.alice.sees, "It was so already.")

    async def test_wrong_words(self) -> None:
        await self.charlie.says("The map is wrong")
        await self.alice.says("/talk 3 clos")
        self.assertIn("did you mean close?", self.alice.sees)
        await self.alice.says("/talk 3 note")
        self.assertIn("Write some text.", self.alice.sees)

    async def test_support_only(self) -> None:
        await self.assert_needs(Role.SUPPORT, "/talk 3")
