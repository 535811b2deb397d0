"""What the tests of the audit share."""

from collections.abc import Iterator
from contextlib import contextmanager

from botcore.sql import execute, is_postgresql

TABLE = "botcore_auditentry"


@contextmanager
def unsealed() -> Iterator[None]:
    """Do what only the table's owner can."""
    if is_postgresql():
        execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    yield
    if is_postgresql():
        execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
