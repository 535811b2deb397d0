"""Answers with files from the page: what goes out, what is refused with the text kept, and notes that are deleted."""

import hashlib
import json
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.test import Client

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.enclosures import services as enclosures
from botcore.enclosures.models import Enclosure
from botcore.models import OutgoingMessage, PersonNote
from botcore.people import notes
from dashboard import sent_files
from tests.database.access import account
from tests.database.dashboard.data import main_of
from tests.database.dashboard.test_inbox import InboxCase

PICTURE = b"\xff\xd8\xff" + b"a cat" * 10


def file(name: str = "cat.jpg", content: bytes = PICTURE) -> SimpleUploadedFile:
    """Return a file as a browser sends it, with a type that nobody asks for."""
    return SimpleUploadedFile(name, content, "text/html")


class FileTests(InboxCase):
    """An answer to Bob with files."""

    def send(self, *files: SimpleUploadedFile, text: str = "", **form: object) -> str:
        """Send an answer with files; return the page that follows."""
        return self.reply(text, files=list(files), **form)

    def sent(self) -> tuple[str, dict[str, Any]]:
        """Return method and parameters of what was queued."""
        row = OutgoingMessage.objects.get()
        return row.method, json.loads(row.payload)

    def refused(self, *files: SimpleUploadedFile, text: str = "Look <here>", **form: object) -> str:
        """Send what is refused; nothing goes, the text stays. Return the page."""
        page = self.send(*files, text=text, **form)
        self.assertIn("Nothing is sent.", page)
        self.assertIn("Look &lt;here&gt;", page)
        self.assertFalse(OutgoingMessage.objects.exists() or Enclosure.objects.exists())
        self.assertIsNotNone(self.row.waiting_since)
        return page

    def test_a_photo_goes_out_with_its_words_and_nobody_waits(self) -> None:
        page = self.send(file(), text="<b>A cat</b>", format="HTML", below=f"u{self.arrived.pk}")
        self.assertIn("It is on its way.", page)
        method, said = self.sent()
        self.assertEqual((method, said["caption"], said["parse_mode"]), ("sendPhoto", "<b>A cat</b>", "HTML"))
        self.assertEqual(said["reply_parameters"]["message_id"], 77)
        self.assertIsNone(self.row.waiting_since)
        self.assertEqual(Enclosure.objects.get().chat_id, 2)
        self.assertIn("photo: cat.jpg", main_of(self.text("/conversations/2/")))

    def test_a_file_needs_no_words_and_goes_as_it_is_wished(self) -> None:
        self.send(file(), text="  ", wish="document")
        method, said = self.sent()
        self.assertEqual((method, said["document"]["name"], "caption" in said), ("sendDocument", "cat.jpg", False))

    def test_a_large_one_that_django_keeps_on_its_disk_is_kept_whole(self) -> None:
        content = PICTURE + bytes(range(256)) * 12_000
        self.send(file("large.jpg", content))
        kept = Enclosure.objects.get()
        pieces = list(kept.pieces.order_by("number").values_list("data", flat=True))
        self.assertEqual(
            ([len(piece) for piece in pieces][:2], b"".join(map(bytes, pieces))), ([2**20, 2**20], content)
        )
        self.assertEqual(kept.sha256, hashlib.sha256(content).hexdigest())

    def test_several_are_an_album(self) -> None:
        self.send(file("a.jpg"), file("b.jpg"), text="Two")
        method, said = self.sent()
        self.assertEqual(method, "sendMediaGroup")
        self.assertEqual([(one["type"], one["media"]["name"], one.get("caption", "")) for one in said["media"]],
                         [("photo", "a.jpg", "Two"), ("photo", "b.jpg", "")])  # fmt: skip
        self.assertIn("album: a.jpg, b.jpg", main_of(self.text("/conversations/2/")))

    def test_what_cannot_go_is_refused_and_the_text_stays(self) -> None:
        page = self.refused(file(content=b"<html>"), wish="photo")
        self.assertIn("cat.jpg cannot go as “Photo”", page)
        self.assertIn("Choose the files again.", page)
        self.assertIn('<option value="photo" selected>', page)
        self.assertIn("At most 10 files go at once.", self.refused(*[file()] * 11))
        self.assertIn("The caption is too long", self.refused(file(), text="Look <here>" + "x" * 1020))
        with patch.object(enclosures, "MEGABYTE", 1):
            self.assertIn("cat.jpg is too large: bots can send up to 50 MB.", self.refused(file()))

    def test_an_empty_file_is_refused(self) -> None:
        self.assertIn("nothing.txt is empty.", self.refused(file("nothing.txt", b"")))

    def test_a_form_beyond_all_bounds_keeps_its_words_too(self) -> None:
        with patch.object(sent_files, "MOST_BYTES", 400):
            page = self.refused(file(content=PICTURE * 9))
        self.assertIn("These files are too large: bots can send up to 50 MB at once.", page)

    def test_of_who_is_not_of_the_staff_no_file_is_taken(self) -> None:
        taken: list[str] = []
        take = MemoryFileUploadHandler.new_file

        def noted(self: Any, field: str, name: str, *rest: Any, **more: Any) -> None:
            taken.append(name)
            take(self, field, name, *rest, **more)

        with patch.object(MemoryFileUploadHandler, "new_file", noted):
            Client().post("/conversations/2/reply/", {"files": file("secret.jpg")})
            self.assertEqual(taken, [])
            self.send(file())
        self.assertEqual(taken, ["cat.jpg"])

    def test_two_clicks_send_once_and_another_file_is_another_answer(self) -> None:
        for _ in range(2):
            self.send(file(), once="key", answers=0)
        self.assertEqual((OutgoingMessage.objects.count(), Enclosure.objects.count()), (1, 1))
        self.send(file("dog.jpg"), once="key", answers=1)
        self.assertEqual(OutgoingMessage.objects.count(), 2)

    def test_who_is_slower_keeps_the_text_and_leaves_no_file(self) -> None:
        self.client.post("/people/2/write/", {"text": "I was first"})
        page = self.send(file(), text="Mine <too>", answers=0)
        self.assertIn("alice has answered meanwhile.", page)
        self.assertIn("Mine &lt;too&gt;</textarea>", page)
        self.assertFalse(Enclosure.objects.exists())

    def test_names_are_harmless(self) -> None:
        self.send(file("../../<img src=x onerror=alert(1)>.jpg"))
        self.assertEqual(self.sent()[1]["photo"]["name"], "_img src=x onerror=alert(1)_.jpg")
        self.assertNotIn("<img src=x", self.text("/conversations/2/"))

    def test_a_quick_reply_is_inserted_and_says_that_files_must_be_chosen_again(self) -> None:
        page = self.send(file(), text="Look <here>", insert="yes", quick="0")
        self.assertIn("Choose the files again.", page)
        self.assertFalse(Enclosure.objects.exists())


class NoteTests(InboxCase):
    """Notes among what was said, which are the person's."""

    def note(self, by: str, account_id: int | None) -> int:
        """Leave a note; return its row."""
        return notes.write(user_id=2, text=f"Likes maps, {by}", account_id=account_id, by=by)

    def test_a_note_in_the_conversation_stands_on_the_persons_page_and_the_other_way_round(self) -> None:
        self.assertIn("The note is kept.", self.act("note", note="Likes maps"))
        self.client.post("/people/2/note/", {"text": "Calls on Mondays"})
        for page in ("/conversations/2/", "/people/2/"):
            shown = main_of(self.text(page))
            self.assertIn("Likes maps", shown)
            self.assertIn("Calls on Mondays", shown)

    def test_ones_own_is_deleted_with_an_entry(self) -> None:
        pk = self.note("alice", self.alice.pk)
        self.assertIn(f'name="note" value="{pk}"', main_of(self.text("/conversations/2/")))
        self.assertIn("The note is deleted.", self.act("unnote", note=pk))
        self.assertFalse(PersonNote.objects.exists())
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual(
            (entry.action, entry.target, json.loads(entry.before)), ("people.unnote", "person:2", {"note": pk})
        )
        self.assertIn("This note is not there any more", self.act("unnote", note=pk))

    def test_somebody_elses_only_by_an_admin(self) -> None:
        pk = self.note("erin", None)
        self.client.force_login(account("sue", Role.SUPPORT))
        self.assertNotIn("Delete this note", main_of(self.text("/conversations/2/")))
        self.assertIn("or it is somebody else", self.act("unnote", note=pk))
        self.assertTrue(PersonNote.objects.exists())
        self.client.force_login(account("adam", Role.ADMIN))
        self.assertIn("Delete this note", main_of(self.text("/conversations/2/")))
        self.act("unnote", note=pk)
        self.assertFalse(PersonNote.objects.exists())

    def test_a_note_of_another_person_is_not_deleted_here(self) -> None:
        pk = self.note("alice", self.alice.pk)
        self.client.post("/conversations/3/act/", {"action": "unnote", "note": pk})
        self.assertTrue(PersonNote.objects.exists())
