"""`manage.py backup` and `manage.py restore` as real processes: there and back, what is refused, what a kill leaves."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests.environment import SERVER
from tests.processes import DATABASE, Running, Stack, eventually

SECRET = "verysecret"
MARK = "INSERT INTO django_migrations (app, name, applied) VALUES ('mark', 'later', '2026-01-01')"
ROWS = """
from datetime import timedelta
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from botcore.models import *
now = timezone.now()
def message(number, state, due):
    OutgoingMessage.objects.create(pk=number, bot_id=1, chat_id=number, method='sendMessage', payload='{}', state=state,
        due_at=now + due, created_at=now)
past, future = -timedelta(hours=1), timedelta(days=1)
message(1, 'queued', past); message(2, 'sending', past); message(3, 'sent', past); message(4, 'queued', future)
for number, state in enumerate(['running', 'scheduled', 'scheduled', 'draft'], start=1):
    Broadcast.objects.create(pk=number, bot_id=1, state=state, method='sendMessage', payload='{}', created_by='x',
        created_at=now, scheduled_at=now + (future if number == 3 else past) if state == 'scheduled' else None)
SessionStore().create()
"""


class BackupCase(unittest.TestCase):
    """A database with tables, and no process."""

    def setUp(self) -> None:
        """Make it."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.directory = self.stack.directory / "backups"

    def query(self, statement: str) -> list[Any]:
        """Run a statement in the database itself."""
        with self.connect() as opened, opened:
            cursor = opened.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def connect(self) -> Any:
        """Open the database."""
        if SERVER:
            return closing(psycopg.connect(self.stack.environment["DATABASE_URL"]))
        return closing(sqlite3.connect(self.stack.directory / DATABASE))

    def back_up(self, *options: str) -> Path:
        """Make a backup."""
        self.stack.manage("backup", *options)
        return self.backups()[-1]

    def backups(self) -> list[Path]:
        """Return what looks like a backup."""
        return sorted([*self.directory.glob("*.sqlite3"), *self.directory.glob("*.dump")])

    def restore(self, file: Path, *options: str) -> Running:
        """Begin to restore one."""
        return self.stack.run("manage.py", "restore", str(file), *options)

    def refused(self, running: Running, *words: str, code: int = 1) -> None:
        """Check the exit code, and that it says all this, without a traceback."""
        self.assertEqual(running.wait(), code, running.output)
        self.assertNotIn("Traceback", running.output)
        for word in words:
            self.assertIn(word, running.output)


class ThereAndBackTests(BackupCase):
    """A whole story, and what it leaves."""

    def test_all_rows_come_back_and_what_must_not_be_done_twice_waits_for_a_person(self) -> None:
        self.stack.manage("shell", "--verbosity", "0", "-c", ROWS)
        file = self.back_up()
        self.assertEqual((file.stat().st_mode & 0o777, self.directory.stat().st_mode & 0o777), (0o600, 0o700))
        self.query("DELETE FROM botcore_broadcast")
        self.query("UPDATE botcore_outgoingmessage SET state = 'sent'")
        self.query("CREATE TABLE botcore_of_a_newer_version (id integer)")
        running = self.restore(file, "--yes")
        self.assertEqual(running.wait(), 0, running.output)
        self.assertIn("Held back: messages 2, broadcasts 2;", running.output)
        states = "SELECT state FROM {} ORDER BY id"
        found = [state for (state,) in self.query(states.format("botcore_outgoingmessage"))]
        self.assertEqual(found, ["uncertain", "uncertain", "sent", "queued"])
        found = [state for (state,) in self.query(states.format("botcore_broadcast"))]
        self.assertEqual(found, ["paused", "draft", "scheduled", "draft"])
        self.assertEqual(self.query("SELECT count(*) FROM django_session"), [(0,)])
        actions = [action for (action,) in self.query("SELECT action FROM botcore_auditentry ORDER BY id")]
        self.assertEqual(actions, ["backup.restore"])  # that of the backup is younger than what it holds
        self.assertIn("1 entry is as it was", self.stack.manage("verify_audit"))
        self.assertEqual(self.stack.manage("migrate", "--check", "--verbosity", "0"), "")
        with self.assertRaises((psycopg.errors.UndefinedTable, sqlite3.OperationalError)):
            self.query("SELECT 1 FROM botcore_of_a_newer_version")

    def test_what_other_tools_have_brought_back_is_held_back_as_well(self) -> None:
        self.stack.manage("shell", "--verbosity", "0", "-c", ROWS)
        self.assertIn("messages 2, broadcasts 2", self.stack.manage("restore", "--only-hold"))
        self.assertEqual(self.stack.manage("restore", "--only-hold").count("messages 2"), 1)  # they still wait
        self.assertEqual(self.query("SELECT count(*) FROM django_session"), [(0,)])

    def test_a_database_without_tables_becomes_the_backup_and_says_which_migrations_it_lacks(self) -> None:
        last = self.query("SELECT app, name, id FROM django_migrations WHERE app = 'botcore' ORDER BY id DESC LIMIT 1")[
            0
        ]
        self.query(f"DELETE FROM django_migrations WHERE id = {last[2]}")
        file = self.back_up()
        empty = SERVER.create_database() if SERVER else f"sqlite:///{self.stack.directory / 'new' / 'db.sqlite3'}"
        self.stack.environment["DATABASE_URL"] = empty
        done = self.stack.manage("restore", str(file), "--yes")
        self.assertIn(f"1 migrations are missing, the first is botcore.{last[1]}: run `manage.py migrate`", done)

    @unittest.skipIf(SERVER, "SQLite's files")
    @unittest.skipUnless(os.geteuid() == 0, "only root gives files away")
    def test_after_a_restore_by_root_the_owner_of_the_place_can_start_its_bot_and_restore(self) -> None:
        file = self.back_up()
        lock = self.stack.directory / f"{DATABASE}.runbot.lock"
        os.chown(self.stack.directory, 65534, 65534)
        self.stack.manage("restore", str(file), "--yes")
        self.assertEqual(lock.stat().st_uid, 65534)
        lock.unlink()
        lock.mkdir()
        self.refused(self.restore(file, "--yes"), "cannot be locked (Is a directory)", code=78)

    @unittest.skipUnless(SERVER, "others work in a database of PostgreSQL")
    def test_what_others_have_made_since_stays_and_an_extension_is_left_alone(self) -> None:
        if not self.query("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_stat_statements'"):
            self.skipTest("pg_stat_statements is missing: install the package postgresql-contrib")
        self.query("CREATE EXTENSION pg_stat_statements")
        file = self.back_up()
        self.query("CREATE VIEW seen AS SELECT queryid FROM pg_stat_statements")
        names = ["auth_tokens", "dashboard_version", "messages_of_others", "seen"]
        for name in names[:-1]:
            self.query(f"CREATE TABLE {name} (id integer)")
        self.stack.manage("restore", str(file), "--yes")
        tables = ", ".join(f"'{name}'" for name in names)
        found = self.query(f"SELECT relname::text FROM pg_class WHERE relname IN ({tables}) ORDER BY 1")
        self.assertEqual([name for (name,) in found], names)

    @unittest.skipUnless(SERVER, "SQLite's file is replaced")
    def test_what_the_server_refuses_is_told_in_its_words(self) -> None:
        file = self.back_up()
        self.query("CREATE VIEW ours AS SELECT id FROM botcore_update")
        self.query(MARK)
        self.refused(self.restore(file, "--yes"), "other objects depend on", "view ours")
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations WHERE app = 'mark'"), [(1,)])

    def test_nobody_who_answers_and_another_answer_than_yes_change_nothing(self) -> None:
        file = self.back_up()
        self.query(MARK)
        self.refused(self.restore(file), "add --yes")
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations WHERE app = 'mark'"), [(1,)])

    def test_the_newest_few_are_kept(self) -> None:
        for _ in range(2):
            self.back_up("--keep", "1")
        self.assertEqual(len(self.backups()), 1)
        self.refused(self.stack.run("manage.py", "backup", "--keep", "0"), "at least 1 stays")


class RefusedTests(BackupCase):
    """Each with its sentence, and the database as it was."""

    def test_files_that_are_damaged_foreign_or_newer(self) -> None:
        good = self.back_up()
        self.query("INSERT INTO django_migrations (app, name, applied) VALUES ('botcore', '9999_later', '2026-01-01')")
        newer = self.back_up()
        cut, changed = (good.with_name(f"{name}{good.suffix}") for name in ("cut", "changed"))
        content = good.read_bytes()
        cut.write_bytes(content[: len(content) * 2 // 3])
        middle = len(content) // 2
        changed.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        shutil.copyfile(good.with_name(f"{good.name}.sha256"), changed.with_name(f"{changed.name}.sha256"))
        notes = self.directory / "notes.txt"
        notes.write_text("words\n" * 1000)
        os.mkfifo(pipe := self.directory / "pipe")
        no_checksum = good.with_name(f"odd{good.suffix}")
        shutil.copyfile(good, no_checksum)
        no_checksum.with_name(f"{no_checksum.name}.sha256").write_bytes(b"\xff\xfe")
        cases = [
            (newer, ["is of a newer version: it has botcore.9999_later", "Put that version in place first"]),
            (cut, ["is damaged" if SERVER else "malformed"]),
            (changed, ["is not what was written", "SHA-256"]),
            (notes, ["is no backup: neither"]),
            (pipe, ["is no file"]),
            (no_checksum, ["is not what was written"]),
            (self.directory / "absent.dump", ["cannot be read: No such file"]),
            (self.foreign(), ["Botdeck" if SERVER else "no such table"]),
            (self.other_kind(), ["it cannot be restored there"]),
        ]
        before = self.query("SELECT count(*) FROM django_migrations")
        for file, words in cases:
            with self.subTest(words[0]):
                self.refused(self.restore(file, "--yes", "--force"), *words)
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations"), before)

    def foreign(self) -> Path:
        """Return a good copy of another program's database."""
        if not SERVER:
            with closing(sqlite3.connect(self.directory / "foreign.sqlite3")) as made:
                made.execute("CREATE TABLE notes (id integer)")
            return self.directory / "foreign.sqlite3"
        path = self.directory / "foreign.dump"
        with path.open("wb") as file:
            command = [SERVER.program("pg_dump"), "--format=custom", SERVER.create_database()]
            subprocess.run(command, stdout=file, check=True)
        return path

    def other_kind(self) -> Path:
        """Return a backup that belongs to the other kind of database."""
        path = self.directory / "other"
        path.write_bytes(b"SQLite format 3\0" + bytes(100) if SERVER else b"PGDMP" + bytes(100))
        return path

    def test_while_a_bot_runs_or_something_has_the_database_open(self) -> None:
        file = self.back_up()
        with self.connect() as opened:
            opened.execute("SELECT count(*) FROM django_migrations").fetchall()
            self.refused(self.restore(file, "--yes"), "in use")
        bot = self.stack.start_bot(connects=False)
        self.refused(self.restore(file, "--yes", "--force"), "A bot runs", "top")
        self.assertTrue(bot.alive)

    def test_a_disk_that_fills_up_leaves_nothing_that_looks_like_a_backup(self) -> None:
        limit = "import resource, manage, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)); "
        running = self.stack.run("-c", f"{limit}sys.argv = ['manage.py', 'backup']; manage.main()")
        self.refused(running, "could not be" if not SERVER else "File too large")
        self.assertEqual([path.name for path in self.directory.iterdir() if path.suffix != ".lock"], [])


DIES = """
import os, sqlite3, sys
opened = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    opened.execute(statement)
os.kill(os.getpid(), 9)
"""


def dies_in(file: Path, *statements: str) -> None:
    """Let a process run statements in a SQLite file and be killed."""
    subprocess.run([sys.executable, "-c", DIES, str(file), *statements], check=False)


class KilledTests(BackupCase):
    """SIGKILL in the middle."""

    @unittest.skipIf(SERVER, "SQLite's journal")
    def test_what_a_killed_restore_left_does_not_get_into_the_next_one(self) -> None:
        older = self.back_up()
        self.query("CREATE TABLE much AS SELECT hex(randomblob(3000)) AS text FROM django_migrations LIMIT 50")
        newer = self.back_up()
        left = self.stack.directory / f".{DATABASE}.restoring"
        shutil.copyfile(older, left)
        many = "CREATE TABLE many AS SELECT hex(randomblob(3000)) FROM django_migrations"
        dies_in(left, "PRAGMA cache_size=1", "BEGIN", "UPDATE django_migrations SET name = name || 'x'", many)
        self.assertTrue(left.with_name(f"{left.name}-journal").exists())
        self.stack.manage("restore", str(newer), "--yes")
        self.assertEqual(self.query("PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(self.query("SELECT count(*) FROM much"), [(50,)])
        self.assertEqual(list(self.stack.directory.glob(f"{left.name}*")), [])

    @unittest.skipIf(SERVER, "SQLite's log")
    def test_the_log_beside_a_file_belongs_to_it(self) -> None:
        file = self.stack.directory / "copied.sqlite3"
        shutil.copyfile(self.back_up(), file)
        dies_in(file, "PRAGMA journal_mode=WAL", MARK)
        self.assertTrue(file.with_name(f"{file.name}-wal").exists())
        self.stack.manage("restore", str(file), "--yes")
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations WHERE app = 'mark'"), [(1,)])

    @unittest.skipIf(SERVER, "SQLite's copy")
    def test_a_copy_that_was_killed_is_no_backup_and_the_next_one_removes_what_it_left(self) -> None:
        database = str(self.stack.directory / DATABASE)
        running = self.stack.run(
            "-m",
            "tests.process.held_backup",
            database,
            str(self.directory),
            DJANGO_SETTINGS_MODULE="botproject.settings",
        )
        eventually(lambda: "in the middle" in running.output, what="the copy has begun")
        self.refused(self.stack.run("manage.py", "backup"), "Another backup of db is being made")
        self.killed(running)

    @unittest.skipUnless(SERVER, "PostgreSQL's dump")
    def test_a_dump_that_was_killed_is_no_backup_takes_pg_dump_along_and_never_shows_the_password(self) -> None:
        self.stack.environment["DATABASE_URL"] = self.stack.environment["DATABASE_URL"].replace(
            "botdeck@", f"botdeck:{SECRET}@"
        )
        with self.connect() as holder:
            holder.execute("LOCK TABLE botcore_update IN ACCESS EXCLUSIVE MODE")
            running = self.stack.run("manage.py", "backup")
            (dump,) = eventually(lambda: self.dumping(running), what="pg_dump waits")
            self.assertNotIn(SECRET, Path(f"/proc/{dump}/cmdline").read_text())
            self.assertIn(SECRET, Path(f"/proc/{dump}/environ").read_text())
            running.signal(signal.SIGKILL)
            running.wait()
            self.assertEqual((self.backups(), len(list(self.directory.glob("*.part")))), ([], 1))
            self.assertNotIn(SECRET, running.output)
        eventually(lambda: not Path(f"/proc/{dump}").exists(), what="pg_dump ends, for nobody reads what it writes")
        self.back_up()
        self.assertEqual(list(self.directory.glob("*.part")), [])

    @unittest.skipUnless(SERVER, "PostgreSQL's transaction")
    def test_a_restore_that_was_killed_has_changed_nothing(self) -> None:
        file = self.back_up()
        self.query(MARK)
        with self.connect() as holder:
            holder.execute("COMMENT ON FUNCTION botcore_audit_is_sealed() IS 'held'")  # it goes after the tables
            running = self.restore(file, "--yes", "--force")
            eventually(self.waiting_to_replace, what="psql has dropped the tables and waits")
            running.signal(signal.SIGKILL)
            running.wait()
        eventually(lambda: not self.others(), what="psql is gone")
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations WHERE app = 'mark'"), [(1,)])
        self.assertEqual(self.stack.manage("restore", str(file), "--yes").count("Restored."), 1)
        self.assertEqual(self.query("SELECT count(*) FROM django_migrations WHERE app = 'mark'"), [(0,)])

    def killed(self, running: Running) -> None:
        """Kill it, and see that nothing is there; then that the next backup is."""
        running.signal(signal.SIGKILL)
        running.wait()
        self.assertEqual((self.backups(), len(list(self.directory.glob("*.part")))), ([], 1))
        self.back_up()
        self.assertEqual(list(self.directory.glob("*.part")), [])

    def dumping(self, running: Running) -> Sequence[int]:
        """Return the process of pg_dump once it waits for the lock."""
        waits = self.others("application_name = 'pg_dump' AND wait_event_type = 'Lock'")
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        return [int(child) for child in children] if waits else []

    def waiting_to_replace(self) -> list[Any]:
        """Return what waits for a lock."""
        return self.others("wait_event_type = 'Lock' AND starts_with(query, 'DROP FUNCTION')")

    def others(self, condition: str = "application_name <> 'x'") -> list[Any]:
        """Return the sessions of the database beside the one that asks."""
        assert SERVER
        with psycopg.connect(SERVER.url) as opened:
            name = self.stack.environment["DATABASE_URL"].rpartition("/")[2]
            statement = f"SELECT pid FROM pg_stat_activity WHERE datname = %s AND {condition}"
            return opened.execute(statement.encode(), [name]).fetchall()
