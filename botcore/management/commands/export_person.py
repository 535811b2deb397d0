"""`manage.py export_person ID FILE`: write all that is kept of a person, as JSON, or with what was sent as a ZIP."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.actor import acting, on_command_line
from botcore.erasure import archive, takeout
from botcore.media.failures import NotFetched


class Command(BaseCommand):
    """Writes one person's data."""

    help = "Write all that is kept of a person: into person.json with a list of files, into person.zip with the files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say who, and where to."""
        parser.add_argument("person", type=int, help="Telegram's id of the person")
        parser.add_argument("file", type=Path, help="ends with .zip or .json; one that is there is replaced")

    def handle(self, *, person: int, file: Path, **_: Any) -> None:
        """Write it."""
        actor = on_command_line()
        with acting(actor):
            takeout.note(person, by=actor.name)
        try:
            self.stdout.write(_pack(person, file) if file.suffix.lower() == ".zip" else _write(person, file))
        except OSError as exc:
            raise CommandError(f"{file} cannot be written: {exc.strerror}") from exc
        except NotFetched as exc:
            raise CommandError(f"{exc} What was fetched is kept beside {file}: the same again goes on there.") from exc


def _write(person: int, file: Path) -> str:
    written = takeout.write(person, file)
    return f"{written.rows:,} rows, {written.size:,} bytes: {file}"


def _pack(person: int, file: Path) -> str:
    packed = archive.write(person, file)
    missing = f" ({packed.missing:,} are missing, with the reason in it)" if packed.missing else ""
    return f"{packed.rows:,} rows, {packed.files:,} files{missing}, {packed.size:,} bytes: {file}"
