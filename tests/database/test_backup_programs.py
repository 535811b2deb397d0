"""PostgreSQL's programs: missing or too old they are one sentence with the mend; the newest that is there is taken."""

import os
import tempfile
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from django.db import connection
from django.test import TestCase

from botcore.backups import programs
from botcore.exceptions import ConfigurationError


@skipUnless(connection.vendor == "postgresql", "SQLite needs no programs")
class ProgramTests(TestCase):
    """A PATH and a folder like Debian's, with programs that only say their version."""

    def setUp(self) -> None:
        """Make both, empty."""
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "path").mkdir()
        self.enterContext(patch.dict(os.environ, PATH=f"{self.folder / 'path'}:/usr/bin/no-such"))
        self.enterContext(patch.object(programs, "DEBIAN", self.folder / "debian"))
        self.server = connection.pg_version // 10_000  # type: ignore[attr-defined]
        programs.version.cache_clear()

    def install(self, folder: str, number: int) -> str:
        """Install a pg_dump of this version."""
        path = self.folder / folder / "pg_dump"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {number}.3'\n")
        path.chmod(0o755)
        return str(path)

    def test_a_missing_one_is_named_with_the_package(self) -> None:
        with self.assertRaisesRegex(ConfigurationError, f"^pg_dump is missing: .*postgresql-client-{self.server}"):
            programs.program("pg_dump")

    def test_one_that_is_older_than_the_server_is_refused(self) -> None:
        self.install("path", self.server - 1)
        self.install("debian/9.6/bin", 9)
        with self.assertRaisesRegex(ConfigurationError, f"of version {self.server - 1}, older than the server"):
            programs.program("pg_dump")

    def test_of_several_the_one_of_the_path_goes_first_then_the_newest(self) -> None:
        old = self.install("path", self.server - 1)
        newest = self.install(f"debian/{self.server + 1}/bin", self.server + 1)
        self.install(f"debian/{self.server}/bin", self.server)
        self.assertEqual(programs.program("pg_dump"), newest)
        self.assertEqual(self.install("path", self.server), old)
        programs.version.cache_clear()
        self.assertEqual(programs.program("pg_dump"), old)

    def test_where_the_database_is_and_the_password_go_by_the_environment(self) -> None:
        with patch.dict(connection.settings_dict, PASSWORD="it's a secret", OPTIONS={"sslmode": "prefer"}):
            found = programs.surroundings()
        expected = {"PGPASSWORD": "it's a secret", "PGSSLMODE": "prefer", "PGUSER": "botdeck", "PGHOST": "127.0.0.1"}
        self.assertEqual({name: found[name] for name in expected}, expected)
        self.assertEqual(found["PGDATABASE"], connection.settings_dict["NAME"])
