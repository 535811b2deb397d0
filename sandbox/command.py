"""The command `sandbox`, which needs no Django: its options and what it does; management/commands/ offers it there."""

import argparse
import asyncio
import errno
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import aiohttp

from sandbox.errors import Refused
from sandbox.flood import OFF, TELEGRAM
from sandbox.load import command as load
from sandbox.server import HOST, serve

HELP = "Runs a local Telegram Bot API server with a chat page, so that a bot can be tried without a token."
SHORTEST_PASSWORD = 12


class CannotRunError(Exception):
    """The text says why, and what to do."""


class _OptionsError(Exception):
    """The command line is not for us."""


class _Parser(argparse.ArgumentParser):
    """One that leaves complaints to Django."""

    def error(self, message: str) -> NoReturn:
        raise _OptionsError(message)


def main(arguments: Sequence[str], *, port: int) -> int | None:
    """Run the command line and return the exit code; None if it has wrong options, or those of Django's commands."""
    parser = _Parser("manage.py sandbox", description=HELP)
    add_arguments(parser, port)
    try:
        options = parser.parse_args(arguments)
    except _OptionsError:
        return None
    try:
        run(vars(options), lambda line: print(line, flush=True))  # noqa: T201 (what a command says)
    except CannotRunError as error:
        sys.stderr.write(f"CommandError: {error}\n")
        return 1
    return 0


def add_arguments(parser: argparse.ArgumentParser, port: int) -> None:
    """Add the options of the server, and `load` with its own; `port` is where the sandbox is by default."""
    add = parser.add_argument
    add("--port", type=_port, default=port, help="default: %(default)s")
    add(
        "--limits",
        choices=("telegram", "off"),
        default="off",
        help="answer 429 where Telegram does: 1 message/s in a private chat with bursts of 5, 20/min in a group, "
        "30/s over all; default: %(default)s",
    )
    words = "messages/s over all chats instead of 30; 0 is no limit"
    add("--overall-limit", type=_messages, metavar="N", help=words)
    words = "begin with what was saved there, if it was, and save there on request"
    add("--state", type=Path, metavar="FILE", help=words)
    add("--allow-remote", action="store_true", help="let other machines use it, too; needs --password-file")
    words = "its first line is the password that the page and the control API ask other machines for"
    add("--password-file", type=Path, metavar="FILE", help=words)
    works = parser.add_subparsers(dest="work", metavar="load")
    words = "makes many people act on a running sandbox and tells how the bot answered"
    load.add_arguments(works.add_parser("load", help=words), f"http://{HOST}:{port}")


def run(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    """Serve until it is stopped, or let people act. Raises CannotRunError."""
    if options["work"]:
        _load(options, say)
    else:
        _serve(options)


def _serve(options: Mapping[str, Any]) -> None:
    password = _password(options["password_file"]) if options["allow_remote"] else ""
    limits = TELEGRAM if options["limits"] == "telegram" else OFF
    if options["overall_limit"] is not None:
        limits = replace(limits, overall_per_second=options["overall_limit"] or None)
    port = options["port"]
    try:
        asyncio.run(serve(port, limits, options["state"], password=password))
    except Refused as refused:
        raise CannotRunError(refused.sentence) from refused
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise CannotRunError(
            f"Port {port} is in use or not allowed: stop what uses it or take another --port."
        ) from error


def _load(options: Mapping[str, Any], say: Callable[[str], object]) -> None:
    try:
        asyncio.run(load.run(say, options))
    except (aiohttp.ClientError, OSError) as error:
        raise CannotRunError(_trouble(error, options["url"])) from error
    except ValueError as error:
        raise CannotRunError(str(error)) from error


def _trouble(error: aiohttp.ClientError | OSError, url: str) -> str:
    """Say whose trouble it is: a file's, or the sandbox's."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"No sandbox answers at {url}: start one, or say by --url where it is."
    if isinstance(error, OSError) and error.filename:
        return f"The file {error.filename} cannot be used: {error.strerror}."
    return f"The sandbox at {url} does not do what is asked: {error}"


def _password(file: Path | None) -> str:
    """Read the password that opens the sandbox to other machines."""
    if file is None:
        raise CannotRunError(
            "--allow-remote needs --password-file FILE: a sandbox without a password stays on 127.0.0.1."
        )
    try:
        password = next(iter(file.read_text().splitlines()), "").strip()
    except (OSError, ValueError) as error:
        raise CannotRunError(f"The password file {file} cannot be read.") from error
    if len(password) < SHORTEST_PASSWORD:
        raise CannotRunError(f"The first line of {file} must be a password of at least {SHORTEST_PASSWORD} characters.")
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
