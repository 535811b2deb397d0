"""`manage.py backup`: one file with the whole database, checked. Exit codes: 0, 1 failed, 78 wrong set-up."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from botcore.audit.actor import acting, on_command_line
from botcore.backups.backup import back_up_on_record, in_mib
from botcore.backups.failures import BackupFailed
from botcore.backups.shelf import KEPT
from botcore.exceptions import ConfigurationError
from botcore.preflight import check_reachable, reason

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h


class Command(BaseCommand):
    """Makes a backup."""

    help = "Write the whole database into one file, while everything runs, check it, and remove the oldest backups."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say where to, and how many stay."""
        parser.add_argument("--to", type=Path, default=None, metavar="DIRECTORY", help="default: BACKUP_DIR")
        parser.add_argument("--keep", type=int, default=KEPT, help=f"of this database so many stay; default: {KEPT}")

    def handle(self, *, to: Path | None, keep: int, **_: Any) -> None:
        """Make it and say where it is."""
        if keep < 1:
            raise CommandError("--keep: at least 1 stays, the new one.")
        try:
            check_reachable()
            with acting(on_command_line()):
                made = back_up_on_record(to or settings.BACKUP_DIR, keep=keep)
        except ConfigurationError as exc:
            self.stderr.write(str(exc))
            sys.exit(EXIT_CONFIGURATION)
        except BackupFailed as exc:
            raise CommandError(str(exc)) from exc
        except DatabaseError as exc:
            raise CommandError(f"The database does not answer: {reason(exc)}") from exc
        self.stdout.write(f"{made}: {in_mib(made)}, read back and found whole.")
