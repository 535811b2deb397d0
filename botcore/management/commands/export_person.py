"""`manage.py export_person ID FILE`: write all that is kept of a person into one JSON file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.actor import acting, on_command_line
from botcore.erasure import takeout


class Command(BaseCommand):
    """Writes one person's data."""

    help = "Write all that is kept of a person into a JSON file, with a list of the files that were sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say who, and where to."""
        parser.add_argument("person", type=int, help="Telegram's id of the person")
        parser.add_argument("file", type=Path, help="the file; one that is there is replaced")

    def handle(self, *, person: int, file: Path, **_: Any) -> None:
        """Write it."""
        actor = on_command_line()
        with acting(actor):
            takeout.note(person, by=actor.name)
        try:
            written = takeout.write(person, file)
        except OSError as exc:
            raise CommandError(f"{file} cannot be written: {exc.strerror}") from exc
        self.stdout.write(f"{written.rows:,} rows, {written.size:,} bytes: {file}")
