"""The database as the judge sees it: a trigger keeps the time of each completion; read without Django."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import psycopg

from tests.crash.judge import Row

TABLE = "CREATE TABLE crash_completion (update_pk bigint, at double precision)"
WHEN = "AFTER UPDATE OF state ON botcore_update FOR EACH ROW WHEN (NEW.state <> 'pending')"
SQLITE = [
    TABLE,
    f"""CREATE TRIGGER crash_note {WHEN} BEGIN
        INSERT INTO crash_completion VALUES (NEW.id, (julianday('now') - 2440587.5) * 86400.0); END""",
]
POSTGRESQL = [
    TABLE,
    """CREATE FUNCTION crash_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO crash_completion VALUES (NEW.id, extract(epoch FROM clock_timestamp())); RETURN NULL; END $$""",
    f"CREATE TRIGGER crash_note {WHEN} EXECUTE FUNCTION crash_note()",
]
PROGRESS = "SELECT count(*), count(CASE WHEN state = 'pending' THEN 1 END) FROM botcore_update"


class Ledger:
    """Looks at one database; every look has a connection of its own, because the server may be killed in between."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._sqlite = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else ""

    def prepare(self) -> None:
        """Make the trigger; the tables must exist."""
        for statement in SQLITE if self._sqlite else POSTGRESQL:
            self.query(statement)

    def waiting(self, fed: int) -> int:
        """Return how many of the updates are not stored, or not finished yet."""
        ((stored, pending),) = self.query(PROGRESS)
        return max(0, fed - int(stored)) + int(pending)

    def rows(self) -> list[Row]:
        """Return every update with its completions."""
        completions: dict[int, list[float]] = {}
        for pk, at in self.query("SELECT update_pk, at FROM crash_completion ORDER BY at"):
            completions.setdefault(pk, []).append(at)
        return [
            Row(pk, *_content(raw), state, tuple(completions.get(pk, ())))
            for pk, raw, state in self.query("SELECT id, raw, state FROM botcore_update ORDER BY id")
        ]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows."""
        if self._sqlite:
            with closing(sqlite3.connect(self._sqlite, timeout=20)) as database, database:
                return database.execute(statement).fetchall()
        with psycopg.connect(self._url) as server:
            cursor = server.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def _content(raw: str) -> tuple[int, int]:
    message = json.loads(raw)["message"]
    return message["chat"]["id"], int(message["text"].rpartition(" ")[2])
