"""A file is uploaded once, by whichever process; later it is sent by its file_id."""

import asyncio
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from django.test import TestCase
from django.utils import timezone
from telegram import Audio, Chat, Document, Message, PhotoSize
from telegram.error import BadRequest, TimedOut

from botcore.connection.known_files import Held, KnownFiles, digest_of
from botcore.models import UploadedFile
from botcore.runtime import services
from tests.database.statements import statements

BOT = 7
CONTENT = b"x" * 3_000_000


class KnownFilesTests(TestCase):
    """Files of one bot; `sent` holds what the calls were given."""

    def setUp(self) -> None:
        """Begin without files."""
        self.sent: list[Held | str] = []
        self.error: Exception | None = None
        self.answer = Message(
            1, timezone.now(), Chat(1, "private"), document=Document("AAA", "u"),
            photo=[PhotoSize("small", "s", 1, 1), PhotoSize("large", "l", 9, 9)],
        )  # fmt: skip
        self.files = self.make()
        self.directory = self.enterContext(tempfile.TemporaryDirectory())

    @staticmethod
    def make() -> KnownFiles:
        """Make those of another process."""
        return KnownFiles(lambda: BOT)

    def on_disk(self, name: str) -> Path:
        """Write the content to a file."""
        path = Path(self.directory, name)
        path.write_bytes(CONTENT)
        return path

    async def call(self, file: Held | str) -> Message:
        """Be Telegram."""
        await asyncio.sleep(0)
        self.sent.append(file)
        if self.error and isinstance(file, str):
            raise self.error
        return self.answer

    async def test_the_second_time_it_goes_by_its_file_id_in_another_process_too(self) -> None:
        path, copy = self.on_disk("a.jpg"), self.on_disk("b.jpg")
        self.assertIs(await self.files.send("photo", path, self.call), self.answer)
        await self.files.send("photo", copy, self.call)
        await self.make().send("photo", CONTENT, self.call)
        self.assertEqual(self.sent, [path, "large", "large"])

    async def test_a_document_under_another_name_is_another_one(self) -> None:
        path, copy = self.on_disk("a.pdf"), self.on_disk("b.pdf")
        for file in (path, copy, path, CONTENT):
            await self.files.send("document", file, self.call)
        self.assertEqual(self.sent, [path, copy, "AAA", CONTENT])

    async def test_a_file_is_read_once_and_again_when_it_has_changed(self) -> None:
        path = self.on_disk("a.jpg")
        os.utime(path, (1, 1))
        with patch("botcore.connection.known_files.digest_of", wraps=digest_of) as read:
            for _ in range(3):
                await self.files.send("photo", path, self.call)
            self.assertEqual(read.call_count, 1)
            path.write_bytes(CONTENT[::-1] + b"!")
            await self.files.send("photo", path, self.call)
            await self.files.send("photo", path, self.call)
            self.assertEqual(read.call_count, 3)  # it has just been written: it may be again
        self.assertEqual(self.sent, [path, "large", "large", path, "large"])

    async def test_a_file_that_changes_while_it_is_sent_leaves_no_file_id_of_other_content(self) -> None:
        path = self.on_disk("a.jpg")

        async def rewritten(file: Held | str) -> Message:
            path.write_bytes(b"somebody else's")
            return await self.call(file)

        with self.assertLogs("botcore.connection.known_files", "WARNING"):
            await self.files.send("photo", path, rewritten)
        await self.files.send("photo", CONTENT, self.call)
        self.assertEqual(self.sent, [path, CONTENT])

    async def test_kind_content_and_bot_make_the_difference(self) -> None:
        await self.files.send("document", b"a", self.call)
        await self.files.send("photo", b"a", self.call)
        await self.files.send("document", b"b", self.call)
        await KnownFiles(lambda: 8).send("document", b"a", self.call)
        await self.files.send("photo", b"a", self.call)
        self.assertEqual(self.sent, [b"a", b"a", b"b", b"a", "large"])

    async def test_those_who_send_the_same_at_once_upload_it_once(self) -> None:
        await asyncio.gather(*(self.files.send("document", b"a", self.call) for _ in range(5)))
        self.assertEqual(self.sent, [b"a", *["AAA"] * 4])

    async def test_a_file_id_that_is_not_taken_any_more_is_replaced(self) -> None:
        await self.files.send("document", b"a", self.call)
        self.error = BadRequest("Bad Request: wrong file_id or the file is temporarily unavailable")
        await self.files.send("document", b"a", self.call)
        self.error = None
        await self.files.send("document", b"a", self.call)
        self.assertEqual(self.sent, [b"a", "AAA", b"a", "AAA"])

    async def test_another_error_is_the_callers_and_nothing_is_sent_twice(self) -> None:
        await self.files.send("document", b"a", self.call)
        for error in (TimedOut(), BadRequest("Bad Request: chat not found")):
            self.error = error
            with self.assertRaises(type(error)):
                await self.files.send("document", b"a", self.call)
        self.assertEqual(self.sent, [b"a", "AAA", "AAA"])

    async def test_what_telegram_made_something_else_of_is_uploaded_again(self) -> None:
        self.answer = Message(1, timezone.now(), Chat(1, "private"), audio=Audio("AUD", "u", 5))
        for _ in range(2):
            await self.files.send("document", b"a", self.call)
        self.assertEqual((self.sent, await UploadedFile.objects.acount()), ([b"a", b"a"], 0))

    async def test_bad_input_is_refused(self) -> None:
        with self.assertRaises(OSError):
            await self.files.send("document", Path("/nowhere/a.pdf"), self.call)
        with self.assertRaisesRegex(ValueError, "'picture' is no kind of file"):
            await self.files.send("picture", b"a", self.call)
        self.assertEqual(self.sent, [])

    async def test_without_a_database_a_file_is_just_uploaded(self) -> None:
        async with statements(fail=True):
            await self.files.send("document", b"a", self.call)
        self.assertEqual(self.sent, [b"a"])

    async def test_the_hash_is_sha256(self) -> None:
        self.assertEqual(digest_of(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


class RowTests(TestCase):
    """The table."""

    def test_those_not_used_for_longest_make_room(self) -> None:
        with patch.object(services, "FILES", 3):
            for number in range(5):
                services.keep_file(BOT, f"{number}", "photo", "id")
                UploadedFile.objects.filter(sha256=f"{number}").update(
                    used_at=timezone.now() - timedelta(days=9 - number)
                )
                if number == 2:
                    self.assertEqual(services.use_file(BOT, "0", "photo"), "id")  # a use makes it young
            services.keep_file(8, "1", "photo", "id")
        kept = set(UploadedFile.objects.filter(bot_id=BOT).values_list("sha256", flat=True))
        self.assertEqual(kept, {"0", "3", "4"})
        self.assertEqual(UploadedFile.objects.filter(bot_id=8).count(), 1)

    def test_a_use_is_written_once_a_day(self) -> None:
        services.keep_file(BOT, "a", "photo", "id")
        with self.assertNumQueries(1):
            services.use_file(BOT, "a", "photo")

    def test_a_file_id_that_no_column_holds_is_not_kept(self) -> None:
        services.keep_file(BOT, "a", "photo", "x" * 301)
        self.assertEqual(services.use_file(BOT, "a", "photo"), "")
