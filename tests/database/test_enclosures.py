"""Files from a page: kept for the message that sends them, refused where Telegram would, gone when they are no use."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.core.files.base import ContentFile, File
from django.test import TestCase
from django.utils import timezone

from botcore.enclosures import selectors, services
from botcore.enclosures.models import Enclosure, EnclosurePiece
from botcore.erasure.marks import Marks
from botcore.erasure.theirs import forget
from botcore.exceptions import ValidationError
from botcore.models import OutgoingMessage, OutgoingState
from botcore.outbox.content import Album, Document, Enclosed, Photo
from botcore.outbox.services import cancel, retry, send
from botcore.retention.leftovers import clean_up
from botcore.runtime.jobs.run import Run
from tests.database.dashboard.data import person, private

PICTURE = b"\xff\xd8\xff" + b"a cat" * 10


def file(name: str = "cat.jpg", content: bytes = PICTURE) -> "File[Any]":
    """Return a file as a form sends it."""
    return ContentFile(content, name)


class EnclosureCase(TestCase):
    """Alice has a chat with the bot."""

    def setUp(self) -> None:
        """Make her known."""
        alice = person(1, "Alice")
        private(alice)

    def send(self, *files: "File[Any]", **how: str) -> OutgoingMessage:
        """Queue a message with files."""
        return OutgoingMessage.objects.get(
            pk=send(chat_id=1, content=services.enclose(files or [file()], **how), bot_id=7)
        )


class KeepingTests(EnclosureCase):
    """What is kept, and what is refused."""

    def refused(self, *files: "File[Any]", **how: str) -> str:
        """Return why they are not taken; nothing of them is kept."""
        with self.assertRaises(ValidationError) as caught:
            services.enclose(files, **how)
        self.assertFalse(Enclosure.objects.exists() or EnclosurePiece.objects.exists())
        return str(caught.exception)

    def test_a_file_is_kept_whole_for_its_message(self) -> None:
        with patch.object(services, "PIECE", 10):
            row = self.send(caption="<b>A cat</b>", parse_mode="HTML")
        kept = Enclosure.objects.get()
        told = {"enclosure": kept.pk, "name": "cat.jpg", "sha256": kept.sha256}
        self.assertEqual(row.method, "sendPhoto")
        self.assertEqual(json.loads(row.payload), {"photo": told, "parse_mode": "HTML", "caption": "<b>A cat</b>"})
        self.assertEqual((kept.holder, kept.chat_id, kept.size), (f"message:{row.pk}", 1, len(PICTURE)))
        pieces = [selectors.piece(kept.pk, number) for number in range(7)]
        self.assertEqual((b"".join(pieces), len(pieces[0]), pieces[6]), (PICTURE, 10, b""))

    def test_several_are_an_album_with_the_words_where_apps_show_them(self) -> None:
        pictures = services.enclose([file(), file()], caption="Cats")
        papers = services.enclose([file(), file("b.txt", b"b")], caption="Papers")
        assert isinstance(pictures, Album)
        assert isinstance(papers, Album)
        self.assertEqual([(type(one), one.caption) for one in pictures.items], [(Photo, "Cats"), (Photo, "")])
        self.assertEqual([(type(one), one.caption) for one in papers.items], [(Document, ""), (Document, "Papers")])
        sent = send(chat_id=1, content=pictures, bot_id=7)
        self.assertEqual(Enclosure.objects.filter(holder=f"message:{sent}").count(), 2)

    def test_names_lead_nowhere(self) -> None:
        for name, safe in (
            ("../../etc/passwd", "_.._etc_passwd"),
            ('a\x00\r\n"b.txt', "a____b.txt"),
            ("\u202egpj.exe", "_gpj.exe"),
        ):
            one = services.enclose([file(content=b"x")])
            hostile = ContentFile(b"x")
            hostile.name = name
            one = services.enclose([hostile])
            assert isinstance(one, Document)
            assert isinstance(one.file, Enclosed)
            self.assertEqual(one.file.name, safe)

    def test_what_telegram_would_refuse_is_refused_in_words(self) -> None:
        self.assertEqual(self.refused(), "Choose a file.")
        self.assertEqual(self.refused(file(content=b"")), "cat.jpg is empty.")
        self.assertEqual(self.refused(*[file()] * 11), "At most 10 files go at once.")
        with patch.object(services, "MEGABYTE", 5):
            self.assertEqual(
                self.refused(file()), "cat.jpg is too large: Telegram takes photos up to 10 MB. Send it as a file."
            )
            self.assertEqual(
                self.refused(*[file()] * 5), "These files are too large: bots can send up to 50 MB at once."
            )
        with patch.object(services, "MEGABYTE", 1):
            self.assertEqual(self.refused(file()), "cat.jpg is too large: bots can send up to 50 MB.")
        with patch.object(services, "ROOM", 50):
            self.assertIn("Too many files wait to be sent already.", self.refused(file()))

    def test_what_is_refused_later_keeps_nothing_in_a_callers_transaction(self) -> None:
        with self.assertRaisesMessage(ValidationError, "The caption is too long: 1025 of at most 1024 characters."):
            self.send(caption="x" * 1025)


class EndTests(EnclosureCase):
    """What becomes of files whose message was not sent."""

    def age(self, **ago: float) -> None:
        """Let everything kept be older."""
        Enclosure.objects.update(at=timezone.now() - timedelta(**ago))

    def left(self) -> int:
        """Clean up; return how many files stay."""
        clean_up(Run("stale_cleanup"))
        self.assertEqual(Enclosure.objects.count(), EnclosurePiece.objects.values("enclosure").distinct().count())
        return Enclosure.objects.count()

    def test_what_nothing_holds_goes_after_a_day(self) -> None:
        services.enclose([file()])
        self.assertEqual(self.left(), 1)
        self.age(hours=25)
        self.assertEqual(self.left(), 0)

    def test_what_waits_stays_for_as_long_as_it_waits(self) -> None:
        self.send()
        self.age(days=300)
        self.assertEqual(self.left(), 1)

    def test_what_was_not_sent_can_be_sent_again_for_a_week(self) -> None:
        row = self.send()
        cancel(row.pk)
        self.age(days=6)
        self.assertEqual(self.left(), 1)
        retry(row.pk)
        cancel(row.pk)
        self.age(days=8)
        self.assertEqual(self.left(), 0)
        with self.assertRaisesMessage(ValidationError, "The files of this message are no longer kept"):
            retry(row.pk)
        row.refresh_from_db()
        self.assertEqual(row.state, OutgoingState.CANCELLED)

    def test_files_of_a_broadcast_are_its_own(self) -> None:
        content = services.enclose([file()])
        assert isinstance(content, Photo)
        assert isinstance(content.file, Enclosed)
        services.hold([content.file.enclosure], holder="broadcast:1")
        row = send(chat_id=1, content=content, bot_id=7)
        services.release([f"message:{row}"])
        self.age(days=8)
        self.assertEqual(self.left(), 1)
        services.release(["broadcast:1"])
        self.assertEqual(self.left(), 0)

    def test_files_to_a_person_go_with_the_person(self) -> None:
        self.send()
        services.enclose([file("other.jpg")])
        gone = forget(Marks(1), lambda: None, is_late=True)
        self.assertEqual(gone["Enclosure"], 1)
        self.assertEqual(Enclosure.objects.get().name, "other.jpg")
        self.assertEqual(EnclosurePiece.objects.count(), 1)
