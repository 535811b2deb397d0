"""What dead processes of this machine held is free at once, and only theirs."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import skipUnless

from django.db import connection
from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import ConfigurationError
from botcore.inbox import store
from botcore.inbox.envelope import read_envelope
from botcore.inbox.exclusive import hold_database
from botcore.inbox.takeover import bury_the_dead, last_sign_of_life
from botcore.models import Heartbeat, Lane
from botcore.monitoring.identity import machine, process_name
from botcore.runtime.services import take_duty
from tests.environment import SERVER

BOT = 1
HOLD = """
import sys, time, django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from botcore.inbox.exclusive import hold_database
with hold_database():
    print("held", flush=True)
    sys.stdin.read()
"""


class TakeoverTests(TestCase):
    """A process that lives, one that ended, and what they hold."""

    def setUp(self) -> None:
        """Let a process end."""
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        self.dead = f"host:{ended.pid}-dead"
        self.now = timezone.now()

    def heartbeat(self, process: str, *, minutes_ago: float = 0, **facts: object) -> None:
        """Write a process' row."""
        at = self.now - timedelta(minutes=minutes_ago)
        known = {"role": "bot", "version": "1", "state": "running", "machine": machine(), "bot_id": BOT}
        Heartbeat.objects.create(process=process, started_at=at, beat_at=at, **{**known, **facts})

    def bury(self) -> list[str]:
        """Bury, as this process' heart does."""
        return bury_the_dead(BOT, process=process_name())

    def state(self, process: str) -> str:
        """What does its row say?"""
        return Heartbeat.objects.get(process=process).state

    def test_one_that_failed_at_its_start_leaves_no_row_and_is_no_death(self) -> None:
        self.heartbeat(self.dead, bot_id=None, state="starting")
        self.assertEqual((self.bury(), Heartbeat.objects.count()), ([], 0))
        self.heartbeat(self.dead, bot_id=None)  # ran, but never heard from Telegram
        self.assertEqual((self.bury(), self.state(self.dead)), ([self.dead], "died"))

    def test_its_lanes_and_duties_are_free_at_once_and_it_is_told_of_once(self) -> None:
        self.heartbeat(self.dead, spooled=5)
        update = {"update_id": 7, "message": {"chat": {"id": 3}}}
        store.accept(BOT, [read_envelope(update)])
        self.assertEqual(len(self.claim(f"{self.dead}:ab:0")), 1)
        take_duty("poller:1", self.dead, seconds=60)
        self.assertEqual((self.claim("other:1:0"), take_duty("poller:1", "other", seconds=60)), ([], False))
        self.assertEqual(self.bury(), [self.dead])
        row = Heartbeat.objects.get(process=self.dead)
        self.assertEqual((row.state, row.spooled), ("died", 0))
        self.assertEqual(Lane.objects.get(key=3).crashes, 1)
        self.assertEqual(len(self.claim("other:1:1")), 1)
        self.assertTrue(take_duty("poller:1", "other", seconds=60))
        self.assertEqual(self.bury(), [])

    def test_one_that_two_processes_find_at_the_same_moment_is_told_of_by_one(self) -> None:
        self.heartbeat(self.dead)
        first = Heartbeat.objects.filter(process=self.dead)
        begun: list[str] = []

        def other_is_faster(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            if sql.startswith("UPDATE") and not begun:
                begun.append(sql)
                first.update(state="died")
            return execute(sql, *args)

        with connection.execute_wrapper(other_is_faster):
            self.assertEqual(self.bury(), [])
        self.assertEqual(len(begun), 1)

    def claim(self, owner: str) -> list[store.ClaimedLane]:
        """Claim what is free."""
        return store.claim(BOT, owner=owner, lanes=10, updates_per_lane=10, lease_seconds=60)

    def test_who_stopped_in_order_and_who_serves_another_bot_is_left_alone(self) -> None:
        self.heartbeat(self.dead, state="stopped")
        self.heartbeat(f"{self.dead}2", bot_id=2)
        self.heartbeat(process_name())
        self.assertEqual(self.bury(), [])
        self.assertEqual((self.state(self.dead), self.state(f"{self.dead}2")), ("stopped", "running"))

    @skipUnless(SERVER, "on SQLite every other process is dead")
    def test_who_lives_or_runs_on_another_machine_is_left_alone(self) -> None:
        self.heartbeat(f"host:{os.getppid()}-beef")
        self.heartbeat(self.dead, machine="another boot pid:[1]")
        self.heartbeat(f"{self.dead}2", machine="")
        self.assertEqual(self.bury(), [])

    @skipUnless(connection.vendor == "sqlite", "PostgreSQL serves many")
    def test_on_sqlite_all_others_are_dead_for_the_lock_says_so(self) -> None:
        self.heartbeat(f"host:{os.getppid()}-beef")
        self.heartbeat("elsewhere:1-beef", machine="another boot pid:[1]")
        self.assertEqual(sorted(self.bury()), ["elsewhere:1-beef", f"host:{os.getppid()}-beef"])

    def test_the_last_sign_of_life_is_another_process_of_the_bot(self) -> None:
        self.assertIsNone(last_sign_of_life(BOT, besides=process_name()))
        self.heartbeat(process_name())
        self.heartbeat("a:1-1", minutes_ago=90, state="stopped")
        self.heartbeat("a:2-1", minutes_ago=30, state="died")
        self.heartbeat("a:3-1", minutes_ago=1, bot_id=2)
        seen = last_sign_of_life(BOT, besides=process_name())
        assert isinstance(seen, datetime)
        self.assertEqual(seen, self.now - timedelta(minutes=30))


@skipUnless(connection.vendor == "sqlite", "PostgreSQL serves many")
class ExclusiveTests(TestCase):
    """The lock beside a SQLite file."""

    def setUp(self) -> None:
        """Use a file of one's own."""
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        before = connection.settings_dict["NAME"]
        self.addCleanup(connection.settings_dict.__setitem__, "NAME", before)
        self.use(self.directory / "db.sqlite3")

    def use(self, path: Path) -> None:
        """Let this be the database's file; nothing opens it."""
        connection.settings_dict["NAME"] = str(path)

    def holder(self) -> subprocess.Popen[str]:
        """Let another process hold it."""
        command = [sys.executable, "-c", HOLD, connection.settings_dict["NAME"]]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert holder.stdout
        self.addCleanup(holder.communicate)
        self.assertEqual(holder.stdout.readline(), "held\n")
        return holder

    def test_a_second_process_is_refused_with_a_sentence_until_the_first_ends_however_it_ends(self) -> None:
        holder = self.holder()
        sentence = rf"another runbot \(process {holder.pid}\) works on this SQLite file.*or use PostgreSQL"
        for name in ("db.sqlite3", "link.sqlite3"):
            with self.subTest(name):
                if name.startswith("link"):
                    (self.directory / name).symlink_to(self.directory / "db.sqlite3")
                self.use(self.directory / name)
                with self.assertRaisesRegex(ConfigurationError, sentence), hold_database():
                    self.fail("the database is held twice")
        holder.kill()
        holder.wait()
        with hold_database():
            pass
        with hold_database():
            pass

    def test_a_directory_that_is_not_there_is_left_to_the_databases_own_check(self) -> None:
        self.use(self.directory / "nowhere" / "db.sqlite3")
        with hold_database():
            pass
