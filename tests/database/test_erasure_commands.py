"""`manage.py erase_person` and `export_person`: counted first, done with --apply, proven afterwards, and a file."""

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from botcore.models import AuditEntry, Channel, Erasure, User
from tests.database.dashboard.data import person, private, update
from tests.database.erasures import FIRST, ID, LAST, USERNAME, WORDS, found
from tests.database.test_erasure import ErasureCase


def said(command: str, *given: Any, **options: Any) -> str:
    """Run a command and return what it says."""
    out = io.StringIO()
    call_command(command, *given, stdout=out, **options)
    return out.getvalue()


class CommandTests(ErasureCase):
    """Zoraïde has written once."""

    def setUp(self) -> None:
        super().setUp()
        private(person(ID, FIRST, last_name=LAST, username=USERNAME))
        update(user_id=ID, raw=json.dumps({"message": {"text": WORDS}}))

    def test_without_apply_it_only_counts(self) -> None:
        for options in ({}, {"dry_run": True}):
            words = said("erase_person", ID, **options)
            self.assertRegex(words, r"(?m)^Update +1$")
            self.assertIn("This was a dry run. Add --apply to do it.", words)
        self.assertEqual((Erasure.objects.count(), User.objects.count()), (0, 1))

    def test_with_apply_it_is_done_at_once_and_proven(self) -> None:
        self.assertEqual(said("erase_person", ID, proof=True), "")
        words = said("erase_person", ID, apply=True)
        self.assertRegex(words, r"^Erasure \d+ is done: nothing of this person is kept\.\n$")
        self.assertEqual(found(), [])
        self.assertRegex(
            said("erase_person", ID, proof=True), r"^erasure \d+: asked .* UTC by .+, done .* UTC: .*User 1"
        )
        self.assertEqual(AuditEntry.objects.filter(action="people.erase", channel=Channel.CLI).count(), 1)

    def test_who_is_not_forgotten_is_said(self) -> None:
        with self.settings(TELEGRAM_ADMIN_IDS=[ID]), self.assertRaisesMessage(CommandError, "TELEGRAM_ADMIN_IDS"):
            said("erase_person", ID, apply=True)

    def test_all_of_theirs_as_a_file(self) -> None:
        path = self.spool / "person.json"
        self.assertRegex(said("export_person", ID, path), r"^3 rows, [\d,]+ bytes: .*person\.json\n$")
        data = json.loads(path.read_text("utf-8"))
        self.assertEqual(data["tables"]["Update"][0]["raw"], {"message": {"text": WORDS}})
        self.assertEqual(AuditEntry.objects.get(action="people.takeout").target, f"person:{ID}")
        with self.assertRaisesMessage(CommandError, "cannot be written"):
            said("export_person", ID, Path("/nowhere/at/all.json"))
