"""The audit's chain: what was tampered with is found, PostgreSQL refuses to do it, two at once keep one chain."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from unittest import skipUnless
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test import TestCase, TransactionTestCase

from botcore.audit import logins
from botcore.audit.actor import Actor, acting, current
from botcore.audit.services import record
from botcore.audit.verify import verify
from botcore.models import AuditEntry, Channel
from botcore.sql import execute
from tests.database.audit import TABLE, unsealed
from tests.environment import SERVER

ON_TRUNCATE = (  # as migration 0007 makes it; the tests' databases lose it, see tests/environment.py
    f"CREATE TRIGGER botcore_audit_table BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION botcore_audit_is_sealed()"
)
ALICE = Actor(Channel.WEB, "alice", ip="::ffff:10.0.0.7", request_id="r-1")


def verified() -> tuple[str, str]:
    """Return what the command says, and what it ends with."""
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out)
    except CommandError as exc:
        return out.getvalue(), str(exc)
    return out.getvalue(), ""


class ChainTests(TestCase):
    """Five entries, and what happens to them."""

    def setUp(self) -> None:
        with acting(ALICE):
            for number in range(5):
                record("errors.resolve", f"error:{number}", before={"state": "new"}, after={"state": "resolved"})
        self.rows = list(AuditEntry.objects.order_by("pk"))

    def tamper(self, statement: str, place: int) -> None:
        """Run a statement on one entry."""
        with unsealed():
            execute(f"{statement} WHERE id = %s", [self.rows[place].pk])

    def assert_broken(self, place: int, words: str) -> None:
        """Fail unless this entry is the first that is broken."""
        found = verify()
        assert found.broken
        self.assertEqual((found.rows, found.broken.pk, found.broken.words), (place, self.rows[place].pk, words))
        self.assertEqual(found.last, self.rows[place - 1].digest if place else "")

    def test_what_nobody_touched_is_whole_and_the_command_says_the_last_seal(self) -> None:
        said, complaint = verified()
        self.assertEqual(complaint, "")
        self.assertEqual(said, f"5 entries are as they were written.\nlast seal: {self.rows[-1].digest}\n")

    def test_a_changed_entry_is_found_whichever_column_it_is(self) -> None:
        changes = {
            "actor": "'bob'", "action": "'errors.mute'", "target": "'error:9'", "channel": "'cli'", "before": "''",
            "after": "'{}'", "ip": "'10.0.0.8'", "request_id": "'r-2'", "actor_id": "7",
            "at": "'2020-01-01 00:00:00+00:00'",
        }  # fmt: skip
        for column, value in changes.items():
            with self.subTest(column), transaction.atomic():
                self.tamper(f"UPDATE {TABLE} SET {column} = {value}", 2)
                self.assert_broken(2, "this row was changed")
                transaction.set_rollback(True)

    def test_a_changed_seal_and_a_changed_link_are_found(self) -> None:
        for column, words in (
            ("digest", "this row was changed"),
            ("previous", "a row before this one is missing or was changed"),
        ):
            with self.subTest(column), transaction.atomic():
                self.tamper(f"UPDATE {TABLE} SET {column} = '{'0' * 64}'", 3)
                self.assert_broken(3, words)
                transaction.set_rollback(True)

    def test_an_entry_that_is_missing_in_the_middle_or_at_the_beginning_is_found(self) -> None:
        for place in (0, 2):
            with self.subTest(place), transaction.atomic():
                self.tamper(f"DELETE FROM {TABLE}", place)
                found = verify()
                assert found.broken
                self.assertEqual((found.rows, found.broken.pk), (place, self.rows[place + 1].pk))
                transaction.set_rollback(True)

    def test_the_command_ends_with_1_and_names_the_first_broken_entry(self) -> None:
        self.tamper(f"UPDATE {TABLE} SET actor = 'bob'", 1)
        said, complaint = verified()
        self.assertIn("1 entry is as it was written.", said)
        self.assertEqual(complaint, f"Entry {self.rows[1].pk} is broken: this row was changed.")

    def test_an_end_that_was_cut_off_shows_only_in_the_last_seal(self) -> None:
        self.tamper(f"DELETE FROM {TABLE}", 4)
        found = verify()
        self.assertIsNone(found.broken)
        self.assertNotEqual(found.last, self.rows[4].digest)

    def test_batches_make_no_difference(self) -> None:
        with patch("botcore.audit.verify.BATCH", 2):
            self.assertEqual((verify().rows, verify().broken), (5, None))


@skipUnless(SERVER, "SQLite has nothing that refuses")
class SealTests(TestCase):
    """PostgreSQL's trigger."""

    def test_nobody_changes_deletes_or_empties(self) -> None:
        record("errors.resolve", "error:1")
        execute(ON_TRUNCATE)
        for statement in (f"UPDATE {TABLE} SET actor = 'bob'", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE}"):
            refused = self.assertRaisesMessage(ProgrammingError, "never changed or deleted")
            with self.subTest(statement), refused, transaction.atomic():
                execute("SET LOCAL botdeck.audit_may_be_emptied = 'yes'")  # what once opened it
                execute(statement)
        self.assertEqual(verify().rows, 1)

    def test_the_orm_is_refused_too(self) -> None:
        record("errors.resolve", "error:1")
        for act in (AuditEntry.objects.all().delete, lambda: AuditEntry.objects.update(actor="bob")):
            with self.assertRaises(ProgrammingError), transaction.atomic():
                act()


class RecordTests(TestCase):
    """What an entry says."""

    def test_an_entry_says_who_from_where_and_by_what_request(self) -> None:
        with acting(ALICE):
            record("errors.resolve", "error:5", before={"state": "new"}, after={"state": "resolved"}, by="ignored")
        row = AuditEntry.objects.get()
        self.assertEqual((row.actor, row.channel, row.request_id), ("alice", "web", "r-1"))
        self.assertEqual(row.ip, "10.0.0.7")  # of an address in IPv6's form the one that it means
        self.assertIsNone(verify().broken)

    def test_without_an_edge_it_is_the_system_and_by_names_it(self) -> None:
        record("jobs.run", "job:backup", by="dora")
        row = AuditEntry.objects.get()
        self.assertEqual((row.actor, row.channel, row.ip), ("dora", "system", None))

    def test_addresses_come_back_from_the_database_as_they_were_sealed(self) -> None:
        for ip in ("2001:DB8::1", "::1.2.3.4", "::", "fe80::1%eth0", "10.0.0.1", "nonsense", "", "10.0.0.1, 10.0.0.2"):
            with acting(Actor(Channel.WEB, "alice", ip=ip)):
                record("errors.resolve", "error:5")
        self.assertEqual((verify().rows, verify().broken), (8, None))

    def test_whoever_acts_may_be_asked_for_only_when_it_is_written(self) -> None:
        asked: list[Actor] = []

        def who() -> Actor:
            asked.append(ALICE)
            return ALICE

        with acting(who):
            self.assertEqual(asked, [])
            self.assertEqual(current().name, "alice")
        self.assertEqual(current().channel, Channel.SYSTEM)

    def test_secrets_and_what_databases_refuse_are_left_out(self) -> None:
        record("settings.set", "setting:x", after={"password": "hunter2-hunter2", "words": "a\x00b\ud800"})
        row = AuditEntry.objects.get()
        self.assertNotIn("hunter2", row.after)
        self.assertIsNone(verify().broken)

    def test_nothing_is_written_where_the_change_is_taken_back(self) -> None:
        with transaction.atomic():
            record("errors.resolve", "error:5")
            transaction.set_rollback(True)
        self.assertFalse(AuditEntry.objects.exists())


@skipUnless(SERVER, "SQLite has one writer")
class TwoAtOnceTests(TransactionTestCase):
    """Transactions that overlap."""

    def test_the_second_waits_for_the_first_and_knows_its_seal(self) -> None:
        is_written, may_commit = Event(), Event()

        def first() -> None:
            with transaction.atomic():
                record("errors.resolve", "error:1")
                is_written.set()
                assert may_commit.wait(20)

        def second() -> None:
            with transaction.atomic():
                record("errors.resolve", "error:2")

        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(in_thread, first)
            self.assertTrue(is_written.wait(20))
            other = pool.submit(in_thread, second)
            waits = wait_for_the_lock(other.done)
            may_commit.set()
            one.result(), other.result()
        self.assertTrue(waits, "the second did not wait")
        self.assertEqual(
            list(AuditEntry.objects.order_by("pk").values_list("target", flat=True)), ["error:1", "error:2"]
        )
        self.assertEqual((verify().rows, verify().broken), (2, None))

    def test_many_threads_write_one_chain(self) -> None:
        def write() -> None:
            for number in range(10):
                with transaction.atomic():
                    record("errors.resolve", f"error:{number}")

        with ThreadPoolExecutor(8) as pool:
            for future in [pool.submit(in_thread, write) for _ in range(8)]:
                future.result()
        self.assertEqual((verify().rows, verify().broken), (80, None))


def in_thread(act: Callable[[], None]) -> None:
    """Do it on a connection of this thread's own."""
    try:
        act()
    finally:
        connection.close()


def wait_for_the_lock(is_over: Callable[[], bool]) -> bool:
    """Return True as soon as somebody waits for an advisory lock, False when it is over without."""
    while not is_over():
        if execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            return True
    return False


class LoginTests(TestCase):
    """Logins that fail, in floods."""

    def refuse(self, *names: str, ip: str = "10.0.0.7") -> None:
        """Be refused with these names, one after the other."""
        with acting(Actor(Channel.WEB, ip=ip)):
            for name in names:
                logins.failed(name)

    def told(self) -> int:
        """Return how many entries there are."""
        return AuditEntry.objects.filter(action=logins.FAILED).count()

    def earlier(self, by: timedelta) -> None:
        """Let all entries be so much older."""
        with unsealed():
            for row in AuditEntry.objects.all():
                AuditEntry.objects.filter(pk=row.pk).update(at=row.at - by)

    def test_the_same_name_from_the_same_address_is_one_entry_in_ten_minutes(self) -> None:
        self.refuse(*["alice"] * 50)
        self.assertEqual(self.told(), 1)
        self.refuse("bob")
        self.refuse("alice", ip="10.0.0.8")
        self.assertEqual(self.told(), 3)
        self.earlier(logins.SAME)
        self.refuse("alice")
        self.assertEqual(self.told(), 4)

    def test_guesses_of_many_names_end_with_an_entry_that_says_so_and_go_on_an_hour_later(self) -> None:
        self.refuse(*(f"name {number}" for number in range(1000)))
        self.assertEqual(self.told(), logins.MOST)
        self.assertEqual(
            list(AuditEntry.objects.exclude(after="").values_list("target", flat=True)), ["account:name 19"]
        )
        self.assertIn("only counted", AuditEntry.objects.latest("pk").after)
        self.earlier(logins.HOUR)
        self.refuse("alice")
        self.assertEqual(self.told(), logins.MOST + 1)

    def test_a_flood_takes_one_question_each_and_never_the_lock(self) -> None:
        self.refuse(*(f"name {number}" for number in range(logins.MOST)))
        with self.assertNumQueries(1):
            self.refuse("one more")

    def test_of_a_name_only_the_beginning_is_kept(self) -> None:
        self.refuse("x" * 500, "a\x00b\ud800")
        self.assertEqual(
            sorted(AuditEntry.objects.values_list("target", flat=True)), ["account:ab?", f"account:{'x' * 60}"]
        )
        self.assertEqual(AuditEntry.objects.filter(actor="").count(), 2)
