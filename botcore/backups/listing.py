"""What of a dump goes into the database: all but the extensions that are there.

pg_restore would drop and make them anew, which only their owner may, and nobody while anything uses them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import connection

from botcore.backups.postgresql import read

EXTENSION = re.compile(r"^\d+; \d+ \d+ (?:EXTENSION - |COMMENT - EXTENSION )(.+?) *$")


@contextmanager
def wanted(dump: Path) -> Iterator[Path]:
    """Lend a file for pg_restore's --use-list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        there = {name for (name,) in cursor.fetchall()}
    lines = [line for line in read(dump, "--list").splitlines() if _extension(line) not in there]
    with NamedTemporaryFile("w", encoding="utf-8") as file:
        file.write("\n".join(lines))
        file.flush()
        yield Path(file.name)


def _extension(line: str) -> str:
    found = EXTENSION.match(line)
    return found[1] if found else ""
