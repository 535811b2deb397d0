"""`manage.py restore FILE`: the database becomes what a backup holds. Exit codes: 0, 1 refused, 78 wrong set-up."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection

from botcore.audit.actor import acting, on_command_line
from botcore.backups.backup import in_mib
from botcore.backups.failures import RestoreRefused
from botcore.backups.restore import Looked, Restored, hold_back, look, refuse_unless_idle, restore
from botcore.exceptions import ConfigurationError
from botcore.preflight import check_reachable, reason

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h


class Command(BaseCommand):
    """Brings a backup back."""

    help = (
        "Replace the database by a backup. Stop all bots and pages first. The backup is read to its end before "
        "anything is changed, and then all of it is restored or nothing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which, and whether to ask."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", type=Path, nargs="?", help="what `manage.py backup` wrote")
        what.add_argument(
            "--only-hold",
            action="store_true",
            help="other tools have brought the database back: only hold back what must not be sent twice",
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--force", action="store_true", help="PostgreSQL: others may be connected that are neither bot nor pages"
        )

    def handle(self, *, file: Path | None, yes: bool, force: bool, **_: Any) -> None:
        """Look, say what it replaces, ask, do it, and say what is to be done now."""
        try:
            check_reachable()
            with acting(on_command_line()):
                if file is None:
                    self.stdout.write(str(hold_back(force=force)) or "Nothing waited.")
                else:
                    self._restore(file, yes=yes, force=force)
        except EOFError as exc:
            raise CommandError("Nobody answers here: add --yes. Nothing was changed.") from exc
        except ConfigurationError as exc:
            self.stderr.write(str(exc))
            sys.exit(EXIT_CONFIGURATION)
        except RestoreRefused as exc:
            raise CommandError(str(exc)) from exc
        except DatabaseError as exc:
            raise CommandError(f"The database does not answer: {reason(exc)}") from exc

    def _restore(self, file: Path, *, yes: bool, force: bool) -> None:
        refuse_unless_idle(force=force)
        looked = look(file)
        self._show(looked)
        if not yes and input("Replace it? Write yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was changed.")
        self._tell(looked, restore(looked, force=force))

    def _show(self, looked: Looked) -> None:
        written = datetime.fromtimestamp(looked.file.stat().st_mtime, UTC)
        whole = (
            "as it was written"
            if looked.has_checksum
            else "readable; no .sha256 beside it says whether it is unchanged"
        )
        self.stdout.write(f"Backup:   {looked.file}, {in_mib(looked.file)}, of {written:%Y-%m-%d %H:%M} UTC, {whole}")
        self.stdout.write(f"Replaces: {_here()}")

    def _tell(self, looked: Looked, done: Restored) -> None:
        self.stdout.write("Restored.")
        if done.replaced:
            self.stdout.write(
                f"What was there before lies in {done.replaced}; delete it when it is not needed any more."
            )
        if words := str(done.held_back):
            self.stdout.write(words)
        self.stdout.write("Everybody logs in again. What Telegram delivered since the backup is not in it.")
        if looked.missing:
            names = f"{len(looked.missing)} migrations are missing, the first is {looked.missing[0]}"
            self.stdout.write(f"{names}: run `manage.py migrate` before anything is started.")


def _here() -> str:
    """Name the database that is there, with what is in it."""
    facts = connection.settings_dict
    name = facts["NAME"] if connection.vendor == "sqlite" else f"{facts['NAME']} on {facts['HOST'] or 'this machine'}"
    if connection.vendor == "sqlite" and not Path(facts["NAME"]).exists():
        return f"{name}, which is not there yet"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM botcore_update")
            newest = cursor.fetchone()[0] or 0
    except DatabaseError:
        connection.close()
        return f"{name}, in which no tables of Botdeck can be read"
    return f"{name}, whose newest update is number {newest}"
