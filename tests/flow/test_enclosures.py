"""A file from a page arrives in the chat, whichever process sends it, and is kept no longer than that."""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.utils import timezone

from botcore.connection.deliver import Deliverer
from botcore.connection.known_files import KnownFiles
from botcore.database import in_database
from botcore.enclosures import services
from botcore.enclosures.models import Enclosure, EnclosurePiece
from botcore.models import OutgoingMessage, OutgoingState
from botcore.outbox import store
from botcore.outbox.progress import Begin, Done, End, advance
from botcore.outbox.services import send
from botcore.outbox.store import ClaimedLane
from tests.telegram import BotTestCase, is_from_bot

PICTURE, OTHER = b"\xff\xd8\xff" + b"a cat" * 10, b"\x89PNG\r\n\x1a\n" + b"a dog" * 10


class ArrivalTests(BotTestCase):
    """Alice's chat, and a bot that sends what waits."""

    async def queue(self, *contents: bytes, **how: str) -> int:
        """Let an operator send files to Alice, who has begun; return the message's row."""
        if not self.posts():
            await self.alice.says("/start")
        files = [ContentFile(content, f"{number}.jpg") for number, content in enumerate(contents)]

        def queue() -> int:
            return send(chat_id=1, content=services.enclose(files, **how), bot_id=self.bot_id)

        return await in_database(queue)

    async def sends(self, spoil: Callable[[], object] = lambda: None) -> OutgoingMessage:
        """Send what waits, as the sender does, in a process that knows no file yet; return the last of it."""
        deliver = Deliverer((await self.bot()).bot, KnownFiles(lambda: self.bot_id))
        lanes = await in_database(store.claim, self.bot_id, owner="x", lanes=9, each=9, lease_seconds=60)
        for lane in lanes:
            await self.send_lane(deliver, lane, spoil)
        return await OutgoingMessage.objects.alatest("pk")

    async def send_lane(self, deliver: Deliverer, lane: ClaimedLane, spoil: Callable[[], object]) -> None:
        """Send a lane's messages; spoil something before each call."""
        for message in lane.messages:
            await in_database(advance, [Begin(lane, message)], [], [])
            await in_database(spoil)
            begun = timezone.now()
            end = End(lane, message, await deliver(message), begun, timezone.now())
            await in_database(advance, [], [end], [])
        await in_database(advance, [], [], [Done(lane)])

    def posts(self) -> list[tuple[str, bytes]]:
        """Return words and files of what the bot has sent."""
        found = []
        for post in self.world.messages(1):
            path = self.world.files.content(post.media.file.path) if post.media else None
            if is_from_bot(post):
                found.append((post.text, path.read_bytes() if path else b""))
        return found

    async def test_a_picture_arrives_and_its_copy_goes(self) -> None:
        pk = await self.queue(PICTURE, caption="A cat")
        row = await self.sends()
        self.assertEqual((row.pk, row.state, row.error), (pk, OutgoingState.SENT, ""))
        self.assertEqual(self.posts()[-1], ("A cat", PICTURE))
        self.assertEqual((await Enclosure.objects.acount(), await EnclosurePiece.objects.acount()), (0, 0))
        self.assertIn('"photo"', row.files)

    async def test_an_album_arrives_with_its_words(self) -> None:
        await self.queue(PICTURE, OTHER, caption="Both")
        self.assertEqual((await self.sends()).state, OutgoingState.SENT)
        self.assertEqual(self.posts()[-2:], [("Both", PICTURE), ("", OTHER)])
        self.assertEqual(await Enclosure.objects.acount(), 0)

    async def test_the_same_picture_again_is_not_uploaded_again(self) -> None:
        await self.queue(PICTURE)
        await self.sends()
        await self.queue(PICTURE)
        row = await self.sends(EnclosurePiece.objects.all().delete)  # Telegram has it: nobody asks for the content
        self.assertEqual((row.state, self.posts()[-1]), (OutgoingState.SENT, ("", PICTURE)))

    async def test_a_file_that_is_gone_or_torn_is_not_sent(self) -> None:
        for spoil in (Enclosure.objects.all().delete, EnclosurePiece.objects.filter(number=1).delete):
            await self.queue(OTHER * 30_000)
            before = self.posts()
            row = await self.sends(spoil)
            words = "The file 0.jpg cannot be read: No such file or directory."
            self.assertEqual((row.state, row.error), (OutgoingState.FAILED, words))
            self.assertEqual(self.posts(), before)
