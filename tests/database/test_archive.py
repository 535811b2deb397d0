"""All of a person with the files that were sent: what is in it, what is missing and why, going on after a failure."""

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.management import CommandError
from django.test import TestCase, override_settings

from botcore.erasure import archive
from botcore.erasure.archive import Archive
from botcore.erasure.parts import MOST_REFUSED, TRIES, Parts, name_of
from botcore.media.attachments import MOST_BYTES, Attachment
from botcore.models import AuditEntry
from tests.database.dashboard.data import outgoing, person, private, update
from tests.database.erasures import FIRST, ID, LAST
from tests.database.test_erasure_commands import said
from tests.files import PICTURE, TOKEN, FileServer, refuse

VOICE = bytes(range(256)) * 900  # more than a piece
GONE, SENT = "GONE-1", "SENT-1"


class ArchiveCase(TestCase):
    """Zoraïde has sent a picture twice, a voice message, a film that is too large and what Telegram lost."""

    def setUp(self) -> None:
        self.server = self.enterContext(FileServer())
        self.enterContext(override_settings(TELEGRAM_API_URL=self.server.url, TELEGRAM_BOT_TOKEN=TOKEN))
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.server.files |= {"VOICE-1": ("voice/file_2.oga", VOICE), SENT: ("documents/f.pdf", b"%PDF")}
        private(person(ID, FIRST, last_name=LAST))
        small = {"file_id": "SMALL-1", "width": 90, "height": 90}
        self.came({"photo": [small, {"file_id": "FILE-1", "width": 900, "height": 900}]})
        self.came({"photo": [{"file_id": "FILE-1", "width": 900, "height": 900}]})
        others = {"photo": [{"file_id": "OTHERS-1", "width": 9, "height": 9}]}
        self.came({"voice": {"file_id": "VOICE-1", "duration": 3}, "reply_to_message": others})
        self.came({"video": {"file_id": "FILM-1", "file_size": MOST_BYTES + 1, "file_name": "../../film.mp4"}})
        self.came({"document": {"file_id": GONE, "file_name": "list.pdf"}})
        kept = json.dumps([{"document": {"file_id": SENT, "file_name": "Offer 1.PDF"}}])
        outgoing(chat_id=ID, method="sendDocument", payload='{"document": "attach://x"}', files=kept)
        update(user_id=2, raw=json.dumps({"message": others}))

    def came(self, message: dict[str, Any]) -> None:
        """Let a message come."""
        update(user_id=ID, raw=json.dumps({"message": message}))

    def opened(self, content: bytes) -> tuple[dict[str, bytes], dict[str, Any]]:
        """Return the files of an archive by their names, and its JSON; nothing of it has the token."""
        with zipfile.ZipFile(io.BytesIO(content)) as made:
            self.assertIsNone(made.testzip())
            found = {name: made.read(name) for name in made.namelist()}
        self.assertFalse([name for name, text in found.items() if TOKEN[-35:].encode() in text])
        return found, json.loads(found.pop("data.json"))

    def away(self) -> None:
        """Let Telegram give nothing right now."""

        def answer(request: Any, _path: str) -> bool:
            refuse(request, 500, "Internal")
            return True

        self.server.answer = answer

    def asked(self) -> list[str]:
        """Return the files that Telegram was asked for."""
        return [file for method, file in self.server.calls if method == "getFile"]


class ArchiveTests(ArchiveCase):
    """What is in it."""

    def test_it_has_each_file_once_and_says_of_the_others_why_not(self) -> None:
        found, data = self.opened(b"".join(archive.stream(ID)))
        self.assertEqual(sorted(found.values(), key=len), [b"%PDF", PICTURE, VOICE])
        self.assertEqual(data["person"], ID)
        self.assertEqual(len(data["tables"]["Update"]), 5)
        listed = [(one["table"], one["kind"], one.get("path", ""), one.get("missing", "")) for one in data["files"]]
        picture, voice, offer = (name_of(Attachment(kind, file_id, name=name)) for kind, file_id, name in (
            ("photo", "FILE-1", ""), ("voice", "VOICE-1", ""), ("document", SENT, "Offer 1.PDF")))  # fmt: skip
        self.assertEqual({picture: PICTURE, voice: VOICE, offer: b"%PDF"}, found)
        self.assertRegex(picture + offer, r"^files/[0-9a-f]{24}\.jpgfiles/[0-9a-f]{24}\.pdf$")
        too_big = "It is larger than 20 MB: Telegram gives such a file to no bot. Open the chat in Telegram to see it."
        gone = "Telegram does not have this file any more, or not for this bot."
        self.assertEqual(
            listed,
            [
                ("Update", "photo", picture, ""),
                ("Update", "photo", picture, ""),
                ("Update", "voice", voice, ""),
                ("Update", "video", "", too_big),
                ("Update", "document", "", gone),
                ("OutgoingMessage", "document", offer, ""),
            ],
        )
        self.assertEqual(self.asked(), ["FILE-1", "VOICE-1", GONE, SENT], "once each; nothing of others, no preview")

    def test_it_is_streamed_in_pieces(self) -> None:
        self.server.files["VOICE-1"] = ("voice/file_2.oga", VOICE * 20)  # 4.6 MB
        pieces = list(archive.stream(ID))
        self.assertLess(max(map(len, pieces)), 4 * archive.PIECE)
        self.opened(b"".join(pieces))

    def test_no_part_stays_while_it_is_streamed_nor_afterwards(self) -> None:
        made = Archive(ID, Parts(self.folder)).blocks()
        seen = {len([path for path in self.folder.iterdir() if not path.suffix]) for _piece in made}
        self.assertLessEqual(max(seen), 1)
        self.assertEqual([path for path in self.folder.iterdir() if not path.suffix], [])

    def test_when_telegram_is_away_it_is_asked_for_few_and_the_json_comes_all_the_same(self) -> None:
        self.away()
        for number in range(9):
            self.came({"voice": {"file_id": f"MORE-{number}"}})
        waits: list[float] = []
        found, data = self.opened(b"".join(Archive(ID, Parts(self.folder, sleep=waits.append)).blocks()))
        self.assertEqual(found, {})
        reasons = {one["missing"] for one in data["files"] if one["kind"] != "video"}
        self.assertEqual(reasons, {"Telegram cannot be reached right now. Try again later."})
        self.assertEqual((len(self.asked()), waits), (MOST_REFUSED * TRIES, [2.0, 4.0] * MOST_REFUSED))

    def test_a_file_that_breaks_off_is_never_in_it_by_half(self) -> None:
        def answer(request: Any, path: str) -> bool:
            if not path.startswith("voice/"):
                return False
            request.send_response(200)
            request.send_header("Content-Length", str(len(VOICE)))
            request.end_headers()
            request.wfile.write(VOICE[:1000])
            return True

        self.server.answer = answer
        found, data = self.opened(b"".join(Archive(ID, Parts(self.folder, sleep=lambda _seconds: None)).blocks()))
        self.assertEqual(sorted(found.values(), key=len), [b"%PDF", PICTURE])
        (voice,) = (one for one in data["files"] if one["kind"] == "voice")
        self.assertEqual(voice["missing"], "Telegram cannot be reached right now. Try again later.")


class CommandTests(ArchiveCase):
    """`manage.py export_person ID FILE.zip`."""

    def setUp(self) -> None:
        super().setUp()
        self.path = self.folder / "person.zip"

    def test_it_is_written_and_says_how_much(self) -> None:
        words = said("export_person", ID, self.path)
        self.assertRegex(words, r"^8 rows, 3 files \(2 are missing, with the reason in it\), [\d,]+ bytes: .*zip\n$")
        self.opened(self.path.read_bytes())
        self.assertEqual([path.name for path in self.folder.iterdir()], ["person.zip"])
        self.assertEqual(AuditEntry.objects.get(action="people.takeout").target, f"person:{ID}")

    def test_a_run_that_fails_leaves_no_archive_and_the_next_one_fetches_the_rest(self) -> None:
        def answer(request: Any, path: str) -> bool:
            if path != "getFile" or self.asked()[-1] != SENT:
                return False
            refuse(request, 500, "Internal")
            return True

        self.server.answer = answer
        with (
            mock.patch("botcore.erasure.parts.WAIT_SECONDS", 0.0),
            self.assertRaisesMessage(CommandError, "the same again goes on there"),
        ):
            said("export_person", ID, self.path)
        self.assertFalse(self.path.exists())
        self.server.calls.clear()
        self.server.answer = lambda _request, _path: False
        said("export_person", ID, self.path)
        self.assertEqual(self.asked(), [SENT])
        found, _data = self.opened(self.path.read_bytes())
        self.assertEqual(len(found), 3)
