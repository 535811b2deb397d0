"""Dumps of a PostgreSQL database by pg_dump, in its custom format, read to their end before they count."""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection

from botcore.backups.failures import BackupFailed, RestoreRefused
from botcore.backups.programs import last_words, program, surroundings
from botcore.backups.shelf import KEPT, Shelf

ENDING = ".dump"
BLOCK = 2**20
OURS = {"botcore_update", "botcore_outgoingmessage", "django_migrations"}  # without them it is no dump of ours
HISTORY = "django_migrations"
LOCK_SECONDS = 60  # how long pg_dump waits for tables that a migration holds
CONTENT = re.compile(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+) ", re.MULTILINE)


def back_up(directory: Path, *, check: Callable[[], None] = lambda: None, keep: int = KEPT) -> Path:
    """Dump the database into the directory and return the file; `check` may raise to end it, which leaves no trace."""
    shelf = shelf_in(directory)

    def write(unfinished: Path) -> None:
        _dump(unfinished, check)
        try:
            migrations(unfinished)
        except RestoreRefused as exc:
            raise BackupFailed(f"The dump cannot be read back: {exc}") from exc

    return shelf.put(write, needed=_needed(shelf), keep=keep)


def shelf_in(directory: Path) -> Shelf:
    """Return where the dumps of this database lie."""
    return Shelf(directory, re.sub(r"[^\w.-]", "_", str(connection.settings_dict["NAME"])), ENDING)


def migrations(dump: Path) -> set[tuple[str, str]]:
    """Read a dump to its end and return the migrations that it has; raise RestoreRefused for a bad one."""
    tables = set(CONTENT.findall(read(dump, "--list")))
    if missing := OURS - tables:
        raise RestoreRefused(f"{dump} is no dump of Botdeck: it lacks {', '.join(sorted(missing))}.")
    read(dump, "--file=/dev/null")
    rows = read(dump, "--data-only", f"--table={HISTORY}", "--file=-")
    _, _, copied = rows.partition(f".{HISTORY} (id, app, name, applied) FROM stdin;\n")
    lines = copied.partition("\\.\n")[0].splitlines()
    return {(app, name) for _pk, app, name, _at in (line.split("\t") for line in lines)}


def read(dump: Path, *options: str) -> str:
    """Return what pg_restore says of a dump; raise RestoreRefused for one that it cannot read."""
    done = subprocess.run(  # noqa: S603
        [program("pg_restore"), *options, str(dump.resolve())],
        env=surroundings(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise RestoreRefused(f"{dump} is damaged ({last_words(done.stderr)}). Take another backup.")
    return done.stdout


def _needed(shelf: Shelf) -> int:
    """Return about how many bytes a dump takes: the last one and a quarter; of the first, half of the database."""
    if known := shelf.backups():
        return known[0].stat().st_size * 5 // 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")  # the tables' own sizes would wait for locks
        return int(cursor.fetchone()[0]) // 2


def _dump(target: Path, check: Callable[[], None]) -> None:
    """Take what pg_dump writes: by a pipe, so that it ends with us however we end."""
    command = [program("pg_dump"), "--format=custom", "--no-password", f"--lock-wait-timeout={LOCK_SECONDS}s"]
    with target.open("wb") as file, child(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as (dump, said):
        assert dump.stdout is not None  # noqa: S101 (a pipe)
        while block := dump.stdout.read(BLOCK):
            check()
            file.write(block)
        if dump.wait():
            raise BackupFailed(f"The database could not be dumped: {last_words(said())}")


@contextmanager
def child(
    command: list[str], *, stdin: int, stdout: int
) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """Run a program beside the block, with what it complains of; it does not outlive the block."""
    with tempfile.TemporaryFile() as complaints:
        running = subprocess.Popen(  # noqa: S603
            command, env=surroundings(), stdin=stdin, stdout=stdout, stderr=complaints
        )
        try:
            with running:
                try:
                    yield running, lambda: _all_of(complaints)
                except BaseException:
                    running.kill()
                    raise
        except BrokenPipeError as exc:
            if running.stdin is None:  # another one's pipe, which knows why
                raise
            raise RestoreRefused(f"{Path(command[0]).name} ended: {last_words(_all_of(complaints))}") from exc


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
