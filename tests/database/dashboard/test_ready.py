"""/readyz asks the database in a thread of its own: ready, not ready, and never late whatever hangs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, SimpleTestCase, TransactionTestCase

from botcore.monitoring.health import Light, checks
from botcore.monitoring.health.limited import Limited
from tests.database.dashboard.data import for_pages, heartbeat
from tests.processes import eventually

PATIENCE = 30  # seconds: a bound for a machine under load


class LimitedTests(SimpleTestCase):
    """The limit itself."""

    def test_the_answer_or_the_error_is_the_callers(self) -> None:
        self.assertEqual(Limited(lambda: 7)(PATIENCE), 7)

        def fail() -> None:
            raise OperationalError("refused")

        for _ in range(2):
            self.assertRaisesMessage(OperationalError, "refused", Limited(fail), PATIENCE)

    def test_while_one_question_hangs_nobody_asks_a_second_and_its_answer_is_everybodys(self) -> None:
        asked, answered = [], threading.Event()

        def hang() -> int:
            asked.append(1)
            answered.wait(PATIENCE)
            return len(asked)

        limited = Limited(hang)
        for _ in range(5):
            self.assertRaises(TimeoutError, limited, 0.01)
        self.assertEqual(len(asked), 1)
        answered.set()
        self.assertEqual(limited(PATIENCE), 1)
        self.assertEqual(limited(PATIENCE), 2)

    def test_who_waited_for_anothers_question_that_fails_asks_anew(self) -> None:
        asked, failing = [], threading.Event()

        def fail_once() -> int:
            asked.append(1)
            if len(asked) == 1:
                failing.wait(PATIENCE)
                raise OperationalError("it was down a moment ago")
            return len(asked)

        limited = Limited(fail_once)
        self.assertRaises(TimeoutError, limited, 0.01)
        threading.Timer(0.05, failing.set).start()
        self.assertEqual(limited(PATIENCE), 2)


@for_pages
class ReadyTests(TransactionTestCase):
    """/readyz."""

    def ready(self, status: int = 200) -> dict[str, str]:
        """Ask; compare the status and return the checks."""
        response = Client().get("/readyz")
        self.assertEqual((response.status_code, response.json()["ready"]), (status, status == 200), response.content)
        checks: dict[str, str] = response.json()["checks"]
        return checks

    def test_ready_when_the_database_has_every_migration(self) -> None:
        self.assertEqual(self.ready(), {"database": "ok", "migrations": "ok", "spool": "ok"})

    def test_not_ready_while_a_migration_is_missing(self) -> None:
        recorder = MigrationRecorder(connection)
        recorder.record_unapplied("botcore", "0001_initial")
        self.addCleanup(recorder.record_applied, "botcore", "0001_initial")
        self.assertEqual(self.ready(503), {"database": "ok", "migrations": "1 to apply", "spool": "unknown"})

    def test_what_bots_keep_outside_the_database_is_said_and_does_not_stop_the_pages(self) -> None:
        heartbeat("web-1:1", spooled=120)
        heartbeat("web-1:2", spooled=3)
        heartbeat("web-1:3", spooled=1000, seconds_ago=60)
        heartbeat("web-1:4", spooled=1000, state="stopped")
        heartbeat("web-1:5", spooled=1000, state="died")
        self.assertEqual(self.ready()["spool"], "123 records wait for the database")

    def test_a_table_that_somebody_has_locked_makes_it_not_ready_only_for_as_long(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite reads beside its one writer")
        for table in ("django_migrations", "botcore_heartbeat"):
            with self.subTest(table), locked(table):
                self.assertEqual(self.ready(503)["migrations"], "unknown")
            eventually(lambda: Client().get("/readyz").status_code == 200, what="it is ready again")

    def test_checks_do_not_wait_for_a_lock_either(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite reads beside its one writer")
        with locked("botcore_update"):
            found = checks()
        self.assertEqual((found[0].light, "look for locks" in found[0].words), (Light.FAILED, True), found[0])
        self.assertEqual({check.light for check in found[1:]}, {Light.UNKNOWN})
        self.assertEqual(checks()[0].light, Light.OK)


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Hold a lock that no reader passes."""
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    with psycopg.connect(**parameters) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()
