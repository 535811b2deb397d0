"""An operator changes what the bot has sent: the chat of the person shows it, and so does the conversation."""

from botcore.connection.deliver import Deliverer
from botcore.connection.known_files import KnownFiles
from botcore.database import in_database
from botcore.models import OutgoingMessage, OutgoingState
from botcore.outbox import amend, selectors
from botcore.outbox.services import send
from botcore.outbox.store import Ready
from tests.telegram import BotTestCase

CHARLIE = 3


class AmendTests(BotTestCase):
    """A message to Charlie."""

    async def deliver(self, pk: int) -> OutgoingMessage:
        """Send a row as the sender does."""
        row = await OutgoingMessage.objects.aget(pk=pk)
        bot = (await self.bot()).bot
        sent = await Deliverer(bot, KnownFiles(lambda: self.bot_id))(
            Ready(row.pk, row.chat_id, row.priority, row.method, row.payload)
        )
        row.state, row.message_id, row.error, row.files = sent.state, sent.message_id, sent.error, sent.files
        await row.asave()
        return row

    async def say(self, text: str = "Helo") -> OutgoingMessage:
        """Let the bot write to Charlie, who has written before."""
        await self.charlie.says("/start")
        return await self.deliver(await in_database(send, chat_id=CHARLIE, text=text, bot_id=self.bot_id))

    def shown(self) -> list[str]:
        """Return what stands in Charlie's chat."""
        return [post.text for post in self.world.messages(CHARLIE)]

    async def test_an_edit_changes_what_the_person_sees(self) -> None:
        row = await self.say()
        edit = await self.deliver(await in_database(amend.edit, pk=row.pk, text="Hello", by="mona"))
        self.assertEqual((edit.state, edit.message_id), (OutgoingState.SENT, row.message_id))
        self.assertIn("Hello", self.shown())
        self.assertNotIn("Helo", self.shown())
        said = await in_database(selectors.conversation, CHARLIE)
        self.assertIn("Hello", [turn.text for turn in said.turns])
        self.assertNotIn("Helo", [turn.text for turn in said.turns])

    async def test_a_deletion_takes_it_away_there_and_leaves_it_here(self) -> None:
        row = await self.say()
        deletion = await self.deliver(await in_database(amend.delete, pk=row.pk, by="mona"))
        self.assertEqual((deletion.state, deletion.error), (OutgoingState.SENT, ""))
        self.assertNotIn("Helo", self.shown())
        said = await in_database(selectors.conversation, CHARLIE)
        (turn,) = [turn for turn in said.turns if turn.outgoing_pk == row.pk]
        self.assertEqual((turn.text, turn.deleted is not None), ("Helo", True))

    async def test_what_is_gone_already_counts_as_deleted(self) -> None:
        row = await self.say()
        assert row.message_id
        self.world.delete(next(post for post in self.world.messages(CHARLIE) if post.message_id == row.message_id))
        deletion = await self.deliver(await in_database(amend.delete, pk=row.pk, by="mona"))
        self.assertEqual(deletion.state, OutgoingState.SENT)
