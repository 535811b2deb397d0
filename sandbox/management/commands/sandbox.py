"""`manage.py sandbox`: run the sandbox server until it is stopped; `sandbox load`: let people act on one that runs."""

import argparse
import asyncio
import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sandbox.errors import Refused
from sandbox.flood import OFF, TELEGRAM
from sandbox.load import command as load
from sandbox.server import HOST, serve

SHORTEST_PASSWORD = 12


class Command(BaseCommand):
    help = "Runs a local Telegram Bot API server with a chat page, so that a bot can be tried without a token."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, default=settings.SANDBOX_PORT, help="default: %(default)s")
        parser.add_argument(
            "--limits",
            choices=("telegram", "off"),
            default="off",
            help="answer 429 where Telegram does: 1 message/s in a private chat with bursts of 5, 20/min in a group, "
            "30/s over all; default: %(default)s",
        )
        parser.add_argument(
            "--overall-limit",
            type=_messages,
            metavar="N",
            help="messages/s over all chats instead of 30; 0 is no limit",
        )

        parser.add_argument(
            "--state",
            type=Path,
            metavar="FILE",
            help="begin with what was saved there, if it was, and save there on request",
        )
        parser.add_argument(
            "--allow-remote", action="store_true", help="let other machines use it, too; needs --password-file"
        )
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help="its first line is the password that the page and the control API ask other machines for",
        )
        works = parser.add_subparsers(dest="work", metavar="load")
        words = "makes many people act on a running sandbox and tells how the bot answered"
        load.add_arguments(works.add_parser("load", help=words), f"http://{HOST}:{settings.SANDBOX_PORT}")

    def handle(self, *args: Any, port: int, limits: str, overall_limit: int | None, **options: Any) -> None:
        if options["work"]:
            self.load(options)
            return
        password = _password(options["password_file"]) if options["allow_remote"] else ""
        enforced = TELEGRAM if limits == "telegram" else OFF
        if overall_limit is not None:
            enforced = replace(enforced, overall_per_second=overall_limit or None)
        try:
            asyncio.run(serve(port, enforced, options["state"], password=password))
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except OSError as error:
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            raise CommandError(
                f"Port {port} is in use or not allowed: stop what uses it or take another --port."
            ) from error

    def load(self, options: dict[str, Any]) -> None:
        try:
            asyncio.run(load.run(self.stdout.write, options))
        except (aiohttp.ClientError, OSError) as error:
            raise CommandError(f"The sandbox at {options['url']} does not do what is asked: {error}") from error
        except ValueError as error:
            raise CommandError(str(error)) from error


def _password(file: Path | None) -> str:
    """Read the password that opens the sandbox to other machines."""
    if file is None:
        raise CommandError(
            "--allow-remote needs --password-file FILE: a sandbox without a password stays on 127.0.0.1."
        )
    try:
        password = next(iter(file.read_text().splitlines()), "").strip()
    except (OSError, ValueError) as error:
        raise CommandError(f"The password file {file} cannot be read.") from error
    if len(password) < SHORTEST_PASSWORD:
        raise CommandError(f"The first line of {file} must be a password of at least {SHORTEST_PASSWORD} characters.")
    return password


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not a port: take a number from 0 (any free port) to 65535")
    return port


def _messages(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} is not a number of messages: take 0 or more")
    return number
