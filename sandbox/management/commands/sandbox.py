"""`manage.py sandbox` among Django's commands; manage.py runs sandbox/command.py without Django where it can."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox import command


class Command(BaseCommand):
    help = command.HELP
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        command.add_arguments(parser, settings.SANDBOX_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            command.run(options, self.stdout.write)
        except command.CannotRunError as error:
            raise CommandError(str(error)) from error
