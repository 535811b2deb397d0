"""A PostgreSQL database becomes what a dump holds, in one transaction: pg_restore writes SQL, psql runs it.

Between them stand our own words: what is there goes first, what must not be done again is held back last. psql gets the
COMMIT only when pg_restore has ended well; whoever dies on the way, the server rolls back.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.apps import apps
from django.db import connection
from psycopg import sql

from botcore.backups.failures import RestoreRefused
from botcore.backups.listing import wanted
from botcore.backups.postgresql import BLOCK, HISTORY, child
from botcore.backups.programs import last_words, program

LOCK_SECONDS = 10  # for tables that somebody uses after all


def put_back(dump: Path, statements: Sequence[str]) -> None:
    """Replace our tables by those of the dump and run the statements, all or nothing; raise RestoreRefused."""
    tables = our_tables()
    read = [program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--no-privileges", "--file=-"]
    write = [program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"]
    nowhere = subprocess.DEVNULL
    with (
        wanted(dump) as listing,
        child(write, stdin=subprocess.PIPE, stdout=nowhere) as (psql, complaint),
        child([*read, f"--use-list={listing}", str(dump.resolve())], stdin=nowhere, stdout=subprocess.PIPE) as (
            reader,
            broken,
        ),
    ):
        assert psql.stdin is not None  # noqa: S101 (a pipe)
        assert reader.stdout is not None  # noqa: S101
        psql.stdin.write(_before(tables))
        while block := reader.stdout.read(BLOCK):
            psql.stdin.write(block)
        if reader.wait():
            raise RestoreRefused(f"{dump} is damaged ({last_words(broken())}). Nothing was changed.")
        after = ["RESET search_path", *statements, "COMMIT"]
        psql.stdin.write("".join(f"{statement};\n" for statement in after).encode())
        psql.stdin.close()
        if psql.wait():
            raise RestoreRefused(f"The server refused it: {last_words(complaint())}. Nothing was changed.")


def our_tables() -> list[str]:
    """Return what is there of ours, also of a newer or older version: by the apps that its migrations name.

    Not by `auth_` and other words of Django's, which are other programs' as well: its tables are known by name.
    """
    labels = set()
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
        if HISTORY in found:
            cursor.execute(f"SELECT DISTINCT app FROM {HISTORY}")  # noqa: S608 (a constant)
            labels = {app for (app,) in cursor.fetchall()}
    labels -= {config.label for config in apps.get_app_configs() if config.name.startswith("django.")}
    known = set(connection.introspection.django_table_names(only_existing=True)) | {HISTORY}
    return [name for name in found if name in known or any(name.startswith(f"{label}_") for label in labels)]


def _before(tables: Sequence[str]) -> bytes:
    words = f"BEGIN;\nSET LOCAL lock_timeout = '{LOCK_SECONDS}s';\n"
    if tables:
        names = sql.SQL(", ").join(map(sql.Identifier, tables)).as_string()
        words += f"DROP TABLE {names};\n"  # in one statement: they refer to each other
    return words.encode()
