"""`manage.py sandbox`: run the sandbox server until it is stopped."""

import argparse
import asyncio
import errno
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox.server import serve


class Command(BaseCommand):
    help = "Runs a local Telegram Bot API server with a chat page, so that a bot can be tried without a token."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, default=settings.SANDBOX_PORT, help="default: %(default)s")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        try:
            asyncio.run(serve(port))
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise CommandError(
                f"Port {port} is in use or not allowed: stop what uses it or take another --port."
            ) from error


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not a port: take a number from 0 (any free port) to 65535")
    return port
