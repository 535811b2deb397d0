"""deploy/start and the database: away, late, wrong, too old, without tables, of another time, or one that hangs."""

import socket
import sqlite3
import threading
import unittest
from collections.abc import Callable
from contextlib import closing, suppress
from urllib.parse import urlsplit

import psycopg

from tests.environment import SERVER
from tests.postgresql import free_port
from tests.processes import DATABASE, Stack
from tests.starting import GOOD, StartTestCase

OLD = """
import sys
from django.db.backends.{0}.base import DatabaseFeatures
DatabaseFeatures.minimum_database_version = (99,)
from botproject.start.command import main
sys.exit(main(["migrate", "--check-only"]))
"""


class DatabaseCase(StartTestCase):
    """A database that tests change from outside."""

    def execute(self, statement: str) -> None:
        """Run a statement."""
        url = self.stack.environment["DATABASE_URL"]
        if SERVER:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(statement.encode())
            return
        with closing(sqlite3.connect(self.stack.directory / DATABASE)) as file:
            file.execute(statement)
            file.commit()


class DatabaseTests(DatabaseCase):
    """Whatever the tests run on."""

    def test_a_server_that_is_not_there(self) -> None:
        url = f"postgres://u:verysecret@127.0.0.1:{free_port()}/name"
        for role in ("web", "bot", "migrate"):
            found = self.check(role, DATABASE_URL=url)
            self.refuses("DATABASE_URL: the database cannot be opened", found)
            self.assertIn("Connection refused", found[1])
            self.assertNotIn("verysecret", found[1])

    def test_a_server_that_takes_the_call_and_says_nothing_holds_up_no_start(self) -> None:
        silent = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        url = f"postgres://u:p@127.0.0.1:{silent.getsockname()[1]}/name"
        self.refuses("database: No answer within 6 s", self.check("migrate", DATABASE_URL=url))

    def test_a_version_that_is_too_old(self) -> None:
        kind = "postgresql" if SERVER else "sqlite3"
        old = self.stack.run("-c", OLD.format(kind))
        self.refuses("or later is required", (old.wait(), old.output))

    def test_tables_that_are_missing(self) -> None:
        with Stack(**GOOD) as empty:
            self.stack.environment["DATABASE_URL"] = empty.environment["DATABASE_URL"]
            for role in ("web", "bot"):
                found = self.check(role)
                self.refuses("migrations: The database lacks", found)
                self.assertIn("run `deploy/start migrate` first", found[1])
            by_systemd = self.check("web", CREDENTIALS_DIRECTORY="/run/credentials/botdeck-web.service")
            self.refuses("run `systemctl start botdeck-migrate` first", by_systemd)

    def test_tables_of_newer_code_are_no_hindrance(self) -> None:
        self.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('botcore', '9999_of_tomorrow', '2030-01-01')"
        )
        for role in ("web", "bot"):
            self.says("ok", "migrations: The database has every one, and 1 of newer code", self.check(role))

    def test_a_file_on_which_another_bot_works(self) -> None:
        if SERVER:
            self.skipTest("PostgreSQL takes any number of bots")
        self.stack.start_sandbox()
        bot = self.stack.start_bot()
        second = self.begin("bot")
        self.assertEqual(second.wait(), 78, second.output)
        self.assertIn(f"error    lock: DATABASE_URL: another runbot (process {bot.pid}) works on this", second.output)
        self.says("warning", "lock: DATABASE_URL: another runbot", self.check("bot"))


@unittest.skipUnless(SERVER, "SQLite is a file: it is neither late nor of another time")
class ServerTests(DatabaseCase):
    """A server of PostgreSQL."""

    def test_a_name_and_a_person_that_the_server_does_not_know(self) -> None:
        url = self.stack.environment["DATABASE_URL"]
        nowhere = f"{url.rpartition('/')[0]}/nowhere"
        self.refuses('database "nowhere" does not exist', self.check("migrate", DATABASE_URL=nowhere))
        stranger = url.replace("botdeck@", "stranger:verysecret@")
        found = self.check("migrate", DATABASE_URL=stranger)
        self.refuses('role "stranger" does not exist', found)
        self.assertNotIn("verysecret", found[1])

    def test_a_server_that_comes_a_moment_later_is_waited_for(self) -> None:
        parts = urlsplit(self.stack.environment["DATABASE_URL"])
        late = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        refused = _behind(late, ("127.0.0.1", parts.port or 0))
        url = parts._replace(netloc=f"botdeck@127.0.0.1:{late.getsockname()[1]}").geturl()
        self.says("ok", "database: PostgreSQL", self.check("migrate", DATABASE_URL=url, BOT_START_SECONDS="30"))
        self.assertEqual(refused(), 2)

    def test_a_server_that_is_read_only(self) -> None:
        name = self.stack.environment["DATABASE_URL"].rpartition("/")[2]
        self.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        for role in ("web", "migrate"):
            self.refuses("database: Nothing can be written there, it is read-only: name the primary", self.check(role))

    def test_a_clock_that_is_wrong(self) -> None:
        name = self.stack.environment["DATABASE_URL"].rpartition("/")[2]
        for shift, severity in (("20 seconds", "warning"), ("1 hour", "error")):
            self.execute(
                "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
                f"$$ SELECT pg_catalog.clock_timestamp() + interval '{shift}' $$"
            )
            self.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
            self.says(severity, "behind the database's: see NTP", self.check("web"))


def _behind(listener: socket.socket, server: tuple[str, int]) -> Callable[[], int]:
    """Hang up on the first two connections, pass on the others; return how many were hung up on."""
    refused = 0

    def serve() -> None:
        nonlocal refused
        with suppress(OSError):
            while True:
                caller, _ = listener.accept()
                if refused < 2:
                    refused += 1
                    caller.close()
                    continue
                other = socket.create_connection(server)
                for ends in ((caller, other), (other, caller)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return lambda: refused


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with source, suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
