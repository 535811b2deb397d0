"""/export: a table as a file in the chat."""

import json
from pathlib import Path
from typing import Any
from unittest import mock

from telegram.request import RequestData

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.handlers.admin import export
from sandbox.world import World
from tests.database.dashboard.data import message, person
from tests.flow.operators import OperatorCase
from tests.telegram import InProcessTelegram


class Documents(InProcessTelegram):
    """Reads documents while they are sent, and keeps what was in them."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.documents: list[tuple[dict[str, Any], str]] = []
        self.places: list[Path] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Keep a document; pass on the rest."""
        if not url.endswith("/sendDocument") or request_data is None:
            return await super().do_request(url, method, request_data, *args, **kwargs)
        ((_, (name, file, _)),) = (request_data.multipart_data or {}).items()
        assert not isinstance(file, bytes), "a large file must not be in memory"
        self.places.append(Path(file.name))
        self.documents.append(
            (dict(request_data.json_parameters), f"{name}: {file.read().decode('utf-8', 'surrogateescape')}")
        )
        chat = {"id": 1, "type": "private"}
        return 200, json.dumps({"ok": True, "result": {"message_id": 999, "date": 1, "chat": chat}}).encode()


class ExportTests(OperatorCase):
    """Documents are kept instead of sent."""

    def setUp(self) -> None:
        super().setUp()
        self.telegram = self.documents = Documents(self.world)

    async def wrote(self, *texts: str) -> None:
        """Let Dora write to the operators."""
        dora = await in_database(person, 77, "Dora")
        for text in texts:
            await in_database(message, dora, text)

    def one(self) -> tuple[dict[str, Any], str]:
        """Return the parameters of the only document, and its name and content."""
        ((parameters, document),) = self.documents.documents
        return parameters, document

    async def test_sends_the_table_as_csv(self) -> None:
        await self.wrote("=1+1", "The map")
        await self.alice.says("/export feedback")
        parameters, document = self.one()
        self.assertRegex(document, r'^feedback-\d{4}-\d\d-\d\d\.csv: \ufeff"id","user_id",')
        self.assertIn(',"\'=1+1",', document)
        self.assertEqual(parameters["caption"], "feedback, rows: 2")

    async def test_or_as_jsonl(self) -> None:
        await self.wrote("The map")
        await self.alice.says("/export FEEDBACK jsonl")
        self.assertIn('"text": "The map"', self.one()[1])

    async def test_the_audit_knows_and_nothing_stays_on_the_disk(self) -> None:
        await self.wrote("The map")
        await self.alice.says("/export feedback")
        self.assertEqual([path.parent.exists() for path in self.documents.places], [False])
        entry = await AuditEntry.objects.aget()
        self.assertEqual((entry.action, entry.target, entry.actor_id), ("export.sent", "export:feedback", 1))
        self.assertEqual(entry.after, '{"cut": false, "form": "csv", "rows": 1}')

    async def test_what_is_too_long_is_cut_and_says_so(self) -> None:
        await self.wrote(*(f"{number:02d} {'x' * 500}" for number in range(10)))
        with mock.patch.object(export, "MOST_BYTES", 3000):
            await self.alice.says("/export feedback")
        parameters, document = self.one()
        self.assertIn("09 xxx", document)
        self.assertNotIn("00 xxx", document)
        self.assertIn("rows: 5\nOnly the newest: Telegram takes files of up to", parameters["caption"])

    async def test_an_empty_table_is_no_file(self) -> None:
        for form in ("csv", "jsonl"):
            await self.alice.says(f"/export feedback {form}")
            self.assertEqual(self.alice.sees, "There is nothing to export yet.")
        self.assertEqual(self.documents.documents, [])
        self.assertEqual(await AuditEntry.objects.acount(), 0)

    async def test_wrong_words(self) -> None:
        for words, said in (
            ("", "Something is missing: kind."),
            ("peple", "did you mean people?"),
            ("../../etc/passwd", "Choose one of"),
            ("people xml", "Choose one of: csv, jsonl"),
            ("people csv now", "more than this command takes"),
        ):
            await self.alice.says(f"/export {words}")
            self.assertIn(said, self.alice.sees, words)
        self.assertEqual(self.documents.documents, [])

    async def test_admins_only(self) -> None:
        await self.assert_needs(Role.ADMIN, "/export events")
