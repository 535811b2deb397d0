"""SQLite allows one bot process: a lock on a file beside the database, held until the process ends however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from botcore.exceptions import ConfigurationError
from botcore.files import belong_like


@contextmanager
def hold_database() -> Iterator[None]:
    """Hold a SQLite database for this process; raise ConfigurationError while another has it. PostgreSQL is shared."""
    if connection.vendor != "sqlite":
        yield
        return
    path = Path(f"{Path(connection.settings_dict['NAME']).resolve()}.runbot.lock")
    try:
        lock = path.open("a+")
    except OSError as exc:
        if not os.access(path.parent, os.W_OK):  # then the database cannot be written either: check_database() says so
            yield
            return
        raise ConfigurationError(
            f"DATABASE_URL: {path} cannot be locked ({exc.strerror}); without the lock two bots could work on one file."
        ) from exc
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ConfigurationError(
                f"DATABASE_URL: another runbot (process {lock.read(20).strip()}) works on this SQLite file, "
                "which takes one. Stop that one, or use PostgreSQL, where many work together: postgres://user:password@host/name."
            ) from None
        belong_like(path, path.parent)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
