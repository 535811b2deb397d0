"""What a broadcast has sent, edited and deleted in people's chats; its files sent and gone."""

import json

from django.core.files.base import ContentFile

from botcore.broadcasts import drafts, services
from botcore.broadcasts.models import Broadcast, BroadcastState
from botcore.database import in_database
from botcore.enclosures.models import Enclosure
from botcore.enclosures.services import enclose
from botcore.outbox.content import Photo
from botcore.outbox.models import OutgoingMessage
from tests.flow.broadcasts import BroadcastFlowCase
from tests.flow.people import ALICE, BOB, CHARLIE
from tests.telegram import is_from_bot

JPEG = b"\xff\xd8\xff" + b"a cat" * 10


class ChangeTests(BroadcastFlowCase):
    """Alice is an owner; Bob and Charlie have got a broadcast, too."""

    async def starts_it(self) -> None:
        """Let Alice start what the card shows, and everything be sent."""
        await self.alice.presses("Start…")
        await self.alice.presses("Send")
        await self.finish()

    def said(self, person: int) -> list[str]:
        """Return what the bot's messages in a chat say now."""
        return [post.text for post in self.world.messages(person) if is_from_bot(post)]

    async def test_everybody_reads_the_new_words_in_the_same_message(self) -> None:
        await self.from_page()
        before = len(self.said(BOB))
        await self.opens()
        await self.alice.presses("Edit what was sent…")
        self.assertIn("reads instead", self.alice.sees)
        await self.alice.says("<Better> news")
        self.assertIn("Edits what broadcast", self.alice.sees)
        await self.starts_it()
        for person in (BOB, CHARLIE):
            self.assertIn("<Better> news", self.said(person))
            self.assertNotIn("News", self.said(person))
        self.assertEqual(len(self.said(BOB)), before)
        row = await self.row()
        self.assertEqual((row.state, row.sent, row.failed), (BroadcastState.DONE, 3, 0))

    async def test_it_is_deleted_from_every_chat_and_who_blocked_the_bot_is_counted(self) -> None:
        await self.from_page()
        self.world.block(CHARLIE)
        await self.settle()
        await self.opens()
        await self.alice.presses("Delete what was sent…")
        self.assertIn("Telegram lets a bot delete a message for 48 hours", self.alice.sees)
        await self.starts_it()
        self.assertNotIn("News", self.said(BOB))
        row = await self.row()
        self.assertEqual((row.state, row.sent, row.blocked), (BroadcastState.DONE, 2, 1))

    async def test_who_has_deleted_it_already_does_no_harm(self) -> None:
        pk = await self.from_page()
        message = await OutgoingMessage.objects.aget(key=f"broadcast:{pk}:{BOB}")
        bot = (await self.bot()).bot
        await bot.delete_message(BOB, message.message_id or 0)
        await self.opens()
        await self.alice.presses("Delete what was sent…")
        await self.starts_it()
        self.assertEqual(((await self.row()).sent, (await self.row()).failed), (3, 0))


class FileTests(BroadcastFlowCase):
    """Files from a page."""

    async def brought(self, *names: str) -> int:
        """Write one that sends photos, and let its test bring them to Telegram; return its row."""
        await self.meet()

        def write() -> int:
            content = enclose([ContentFile(JPEG, name) for name in names], caption="Cats", parse_mode="HTML")
            pk = drafts.write(by="dora", content=content, bot_id=self.bot_id)
            drafts.test(pk, by="dora", person=ALICE)
            return pk

        pk = await in_database(write)
        await self.send()
        return pk

    async def payload(self, person: int) -> dict[str, object]:
        """Return what a person was sent."""
        row = await self.row()
        found = await OutgoingMessage.objects.aget(key=f"broadcast:{row.pk}:{person}")
        self.assertEqual((found.state, found.error), ("sent", ""))
        payload: dict[str, object] = json.loads(found.payload)
        return payload

    async def test_one_is_uploaded_by_its_test_only(self) -> None:
        pk = await self.brought("cat.jpg")
        await in_database(services.start, pk, by="dora")
        await self.finish()
        photo = (await self.payload(BOB))["photo"]
        self.assertIsInstance(photo, str)
        self.assertEqual((await self.payload(CHARLIE))["photo"], photo)
        self.assertFalse(await Enclosure.objects.aexists())
        self.assertIn("Cats", self.charlie.sees)

    async def test_an_album_too(self) -> None:
        pk = await self.brought("one.jpg", "two.jpg")
        await in_database(services.start, pk, by="dora")
        await self.finish()
        media = (await self.payload(BOB))["media"]
        assert isinstance(media, list)
        self.assertTrue(all(isinstance(item["media"], str) for item in media))
        self.assertEqual((await self.row()).sent, 3)

    async def test_one_that_vanished_pauses_and_goes_on_with_the_next_that_is_sent(self) -> None:
        await self.meet()
        content = Photo("AgACAgIAAxkNobodyKnows", "Cats", "HTML")
        pk = await in_database(drafts.write, by="dora", content=content, is_shown=True, bot_id=self.bot_id)
        await in_database(services.start, pk, by="dora", tell_chat=ALICE)
        await self.finish()
        row = await self.row()
        self.assertEqual((row.state, row.failed), (BroadcastState.PAUSED, 0))
        self.assertIn("Telegram does not have any more what it sends", self.alice.sees)
        await self.opens_and_gives_a_photo()
        await self.alice.presses("Resume")
        self.assertIn("was not tested", self.alice.sees)
        await self.alice.presses("Test to me")
        await self.send()
        await self.alice.says("/broadcast")
        await self.alice.presses("1")
        await self.alice.presses("Resume")
        await self.finish()
        row = await Broadcast.objects.aget(pk=pk)
        self.assertEqual((row.state, row.sent, row.failed), (BroadcastState.DONE, 3, 0))

    async def opens_and_gives_a_photo(self) -> None:
        """Let Alice send another photo for it."""
        await self.alice.says("/broadcast")
        await self.alice.presses("1")
        await self.alice.presses("Other files…")
        self.world.tell_bots(self.posts(kind="photo"))
        await self.settle()
