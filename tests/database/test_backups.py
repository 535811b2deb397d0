"""Copies of the SQLite database: whole, checked, made while others write; the newest seven are kept."""

import os
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from unittest import skipUnless
from unittest.mock import patch

from django.db import connection
from django.test import SimpleTestCase, TransactionTestCase, override_settings

from botcore.backups import backup, shelf, sqlite
from botcore.backups.failures import BackupFailed
from botcore.backups.sqlite import back_up
from botcore.exceptions import ConfigurationError
from botcore.jobs.backup import back_up_database
from botcore.models import Event
from botcore.runtime.jobs.run import Outcome, Run, RunOver
from botcore.runtime.models import RunState
from tests.database.dashboard.data import event


class BackupTests(SimpleTestCase):
    """Copies of a small database."""

    def setUp(self) -> None:
        """A database in WAL mode with many pages, and a place for copies."""
        self.enterContext(folder := tempfile.TemporaryDirectory())
        self.directory = Path(folder.name) / "backups"
        self.database = Path(folder.name) / "bot.sqlite3"
        self.writer = sqlite3.connect(self.database, isolation_level=None)
        self.addCleanup(self.writer.close)
        self.writer.execute("PRAGMA journal_mode=WAL")
        self.writer.execute("CREATE TABLE notes (text)")
        self.write(400)

    def write(self, count: int) -> None:
        """Add rows of a page each."""
        self.writer.executemany("INSERT INTO notes VALUES (?)", [("x" * 4000,)] * count)

    def rows(self, copy: Path) -> int:
        """Count the rows in a copy."""
        with closing(sqlite3.connect(copy)) as opened:
            return int(opened.execute("SELECT count(*) FROM notes").fetchone()[0])

    def names(self) -> list[str]:
        """Return the files in the directory, without checksums and locks."""
        return sorted(path.name for path in self.directory.iterdir() if path.suffix not in {".sha256", ".lock"})

    def checksums(self) -> list[str]:
        """Return what the checksums are of."""
        return sorted(path.stem for path in self.directory.glob("*.sha256"))

    def test_a_copy_is_one_file_with_all_rows_that_only_its_owner_reads(self) -> None:
        copy = back_up(self.database, self.directory, check=lambda: None)
        self.assertEqual((self.rows(copy), self.names()), (400, [copy.name]))
        self.assertEqual((copy.stat().st_mode & 0o777, self.directory.stat().st_mode & 0o777), (0o600, 0o700))

    def test_what_is_written_meanwhile_neither_waits_nor_gets_in(self) -> None:
        with patch.object(sqlite, "PAGES", 10):
            copy = back_up(self.database, self.directory, check=lambda: self.write(5))
        self.assertEqual(self.rows(copy), 400)
        self.assertGreater(self.rows(self.database), 400)

    def test_one_that_is_to_end_leaves_nothing_behind(self) -> None:
        run = Run("backup")
        run.end(Outcome(RunState.LOST, "the process stopped"))
        with patch.object(sqlite, "PAGES", 10), self.assertRaises(RunOver):
            back_up(self.database, self.directory, check=run.check)
        self.assertEqual(self.names(), [])

    def test_the_newest_seven_are_kept_and_what_a_killed_process_left_is_removed(self) -> None:
        self.directory.mkdir()
        for number in range(9):
            (self.directory / f"bot-2020010{number}-000000.sqlite3").touch()
            (self.directory / f"bot-2020010{number}-000000.sqlite3.sha256").touch()
        (self.directory / "bot-20190101-000000.sqlite3.sha256").touch()
        (self.directory / "bot-20200101-000000.part").touch()
        (self.directory / "bot-20200101-000000.part-journal").touch()
        (self.directory / "mine.sqlite3").touch()
        copy = back_up(self.database, self.directory, check=lambda: None)
        self.assertRegex(copy.name, r"^bot-\d{8}-\d{6}\.sqlite3$")
        kept = [f"bot-2020010{number}-000000.sqlite3" for number in range(3, 9)]
        self.assertEqual(self.names(), [*kept, copy.name, "mine.sqlite3"])
        self.assertEqual(self.checksums(), [*kept, copy.name])

    def test_copies_of_other_databases_are_neither_counted_nor_removed(self) -> None:
        self.directory.mkdir()
        others = [
            *(f"bot-b-2020010{number}-000000.sqlite3" for number in range(9)),
            *(f"botdeck-2020010{number}-000000.sqlite3" for number in range(9)),
            "bot-b-20200101-000000.part",  # another process is about it
            "a-bot-20200101-000000.sqlite3",
        ]
        for name in others:
            (self.directory / name).touch()
        copy = back_up(self.database, self.directory, check=lambda: None)
        self.assertEqual(self.names(), sorted([*others, copy.name]))
        self.assertEqual(sqlite.shelf(self.database, self.directory).backups(), [copy])

    def test_a_name_with_characters_of_patterns_is_only_a_name(self) -> None:
        self.directory.mkdir()
        (self.directory / "bxt-20200101-000000.part").touch()
        odd = self.database.with_name("b.t.sqlite3")
        with closing(sqlite3.connect(odd)) as made:
            made.execute("CREATE TABLE notes (text)")
        copy = back_up(odd, self.directory, check=lambda: None)
        self.assertEqual(self.names(), sorted([copy.name, "bxt-20200101-000000.part"]))

    def test_copies_that_a_clock_named_which_was_ahead_do_not_push_out_the_new_one(self) -> None:
        self.directory.mkdir()
        for number in range(1, 9):
            (self.directory / f"bot-2999010{number}-000000.sqlite3").touch()
        copy = back_up(self.database, self.directory, check=lambda: None)
        self.assertTrue(copy.exists())
        self.assertEqual(len(self.names()), shelf.KEPT)

    def test_a_damaged_database_makes_no_copy_and_the_older_ones_stay(self) -> None:
        good = back_up(self.database, self.directory, check=lambda: None)
        self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with self.database.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(b"\xff" * 4096 * 20)
        with self.assertRaises((BackupFailed, sqlite3.DatabaseError)):
            back_up(self.database, self.directory, check=lambda: None)
        self.assertEqual(self.names(), [good.name])

    def test_a_second_one_at_the_same_time_is_refused_and_the_first_goes_on(self) -> None:
        refused: list[str] = []

        def meanwhile() -> None:
            try:
                back_up(self.database, self.directory, check=lambda: None)
            except BackupFailed as exc:
                refused.append(str(exc))

        copy = back_up(self.database, self.directory, check=meanwhile)
        self.assertIn("Another backup of bot is being made", refused[0])
        self.assertEqual((self.rows(copy), self.names()), (400, [copy.name]))

    @skipUnless(os.geteuid() == 0, "only root gives files away")
    def test_what_root_makes_belongs_to_the_owner_of_the_place_who_makes_the_next_one(self) -> None:
        os.chown(self.database.parent, 65534, 65534)
        back_up(self.database, self.directory, check=lambda: None)
        self.assertEqual({path.stat().st_uid for path in (self.directory, *self.directory.iterdir())}, {65534})

    def test_two_within_a_second_are_two(self) -> None:
        copies = [back_up(self.database, self.directory, check=lambda: None) for _ in range(3)]
        self.assertEqual(self.names(), sorted(copy.name for copy in copies))

    def test_the_checksum_is_in_the_form_of_sha256sum(self) -> None:
        copy = back_up(self.database, self.directory, check=lambda: None)
        done = subprocess.run(
            ["sha256sum", "--check", f"{copy.name}.sha256"], cwd=self.directory, stdout=subprocess.DEVNULL, check=False
        )
        self.assertEqual(done.returncode, 0)

    def test_so_many_stay_as_is_said(self) -> None:
        for _ in range(4):
            newest = back_up(self.database, self.directory, check=lambda: None, keep=2)
        self.assertEqual((len(self.names()), newest.name in self.names()), (2, True))

    def test_a_full_disk_is_told_before_anything_is_written(self) -> None:
        with (
            patch("botcore.backups.shelf.shutil.disk_usage", return_value=SimpleNamespace(free=5)),
            self.assertRaisesRegex(BackupFailed, "0 MiB free, and the copy may need"),
        ):
            back_up(self.database, self.directory, check=lambda: None)
        self.assertEqual(self.names(), [])


class PlaceTests(TransactionTestCase):
    """Where no backup can be, however often it is tried, is a matter of the set-up."""

    @skipUnless(connection.vendor == "sqlite", "the directory is looked at alike")
    def test_a_file_a_broken_link_and_a_place_below_a_file_are_named_with_the_mend(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "file").touch()
            (folder / "link").symlink_to("nowhere")
            with patch("botcore.backups.backup.database", return_value=folder / "file"):
                for place in ("file", "link", "file/below"):
                    with self.subTest(place), self.assertRaisesRegex(ConfigurationError, f"BACKUP_DIR: .*{place}"):
                        backup.back_up(folder / place)


class JobTests(TransactionTestCase):
    """The job, on the database of the tests."""

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL has its own tools")
    def test_the_copy_holds_the_rows(self) -> None:
        event("kept")
        with tempfile.TemporaryDirectory() as folder, override_settings(BACKUP_DIR=Path(folder)):
            words = back_up_database(Run("backup"))
            (copy,) = Path(folder).glob("*.sqlite3")
            with closing(sqlite3.connect(copy)) as opened:
                found = opened.execute("SELECT text FROM botcore_event").fetchall()
        self.assertEqual((found, Event.objects.count()), ([("kept",)], 1))
        self.assertIn(copy.name, words)

    @skipUnless(connection.vendor == "postgresql", "SQLite is copied")
    def test_a_server_is_left_to_its_own_tools(self) -> None:
        self.assertIn("manage.py backup", back_up_database(Run("backup")))
