"""What /crash makes, where the sandbox is used: an error of each class, on purpose and for real.

`CRASHES` are for everybody and have a button; `OWNERS_ONLY` are typed, for they end the process.
"""

import asyncio
import json
import logging
import threading
from collections.abc import Awaitable, Callable

from django.db import connection, transaction
from telegram.error import Forbidden, NetworkError, TimedOut

from botcore import exceptions
from botcore.access.book import role_of
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.validators import one_of

logger = logging.getLogger(__name__)

Crash = Callable[[Context], Awaitable[None]]

# Secrets that stand in the way of errors; nothing that is ever written may show them.
PLANTED_TOKEN = "987654321:planted-token-planted-token-planted"  # noqa: S105
PLANTED_PASSWORD = "planted-password-7391"  # noqa: S105
LONG_CHAIN = 100
HOSTILE = "<script>alert(1)</script> \u202etxet \x00 \ud800 {{ x }} %s " + "a.a." * 2000


class Unshowable:
    """A value whose repr raises."""

    def __repr__(self) -> str:
        """Fail."""
        raise RuntimeError("this cannot be shown")


async def bug(_context: Context) -> None:
    """Fail in three links, with a token in the text and a password in a local."""
    try:
        _log_in("https://shop.example", PLANTED_PASSWORD)
    except KeyError as exc:
        raise ValueError(f"no answer from https://api.telegram.org/bot{PLANTED_TOKEN}/getMe") from exc


def _log_in(address: str, password: str) -> dict[str, str]:
    try:
        return dict(json.loads("<html>"))
    except json.JSONDecodeError as exc:
        raise KeyError("session") from exc


async def database(_context: Context) -> None:
    """Ask the database for what it does not have."""
    await in_database(_ask_for_no_table)


def _ask_for_no_table() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM botdeck_there_is_no_such_table")


async def refused(context: Context) -> None:
    """Ask Telegram for what it refuses."""
    await context.bot.send_message(context.message.chat.id, " ")


async def chain(_context: Context) -> None:
    """Fail with a hundred causes, one of another."""
    error: Exception | None = None
    for number in range(LONG_CHAIN):
        following = LookupError(f"link {number}")
        following.__cause__ = error
        error = following
    raise RuntimeError("the end of a long chain") from error


async def unshowable(_context: Context) -> None:
    """Fail beside values that cannot be shown, or have no end."""
    endless: list[object] = [Unshowable()]
    endless.append(endless)
    raise ValueError(len(endless))


async def task(_context: Context) -> None:
    """Let a task die that nobody waits for."""
    asyncio.get_running_loop().create_task(_die_as_task())
    await asyncio.sleep(0)  # it dies now


async def _die_as_task() -> None:
    raise ValueError("a task died")


async def thread(_context: Context) -> None:
    """Let a thread die."""
    threading.Thread(target=_die_as_thread, name="crash", daemon=True).start()


def _die_as_thread() -> None:
    raise ValueError("a thread died")


async def log(_context: Context) -> None:
    """Say that something is wrong, without an exception."""
    logger.error("%s is wrong; the password is password=%s", "something", PLANTED_PASSWORD)


async def configuration(context: Context) -> None:
    """End the process; at the next start, when the update is met again, all is well."""
    if await context.once("configuration"):
        raise exceptions.ConfigurationError


def raising(error: Callable[[], Exception]) -> Crash:
    """Make a crash that raises what is made."""

    async def crash(_context: Context) -> None:
        raise error()

    return crash


CRASHES: dict[str, Crash] = {
    "bug": bug,
    "UserError": raising(exceptions.UserError),
    "ValidationError": raising(exceptions.ValidationError),
    "PermissionDenied": raising(exceptions.PermissionDenied),
    "TemporaryError": raising(exceptions.TemporaryError),
    "RateLimited": raising(exceptions.RateLimited),
    "ChatGone": raising(exceptions.ChatGone),
    "Forbidden": raising(lambda: Forbidden("Forbidden: bot was blocked by the user")),
    "TimedOut": raising(TimedOut),
    "NetworkError": raising(lambda: NetworkError("connection reset")),
    "BadRequest": refused,
    "database": database,
    "hostile": raising(lambda: ValueError(HOSTILE)),
    "chain": chain,
    "unshowable": unshowable,
    "task": task,
    "thread": thread,
    "log": log,
}
OWNERS_ONLY: dict[str, Crash] = {"configuration": configuration}


async def crash(name: str, context: Context) -> None:
    """Make the error of this name; raise ValidationError for a name that there is not."""
    if name in OWNERS_ONLY and role_of(context.person.id) < Role.OWNER:
        raise exceptions.PermissionDenied
    known = {**CRASHES, **OWNERS_ONLY}
    await known[one_of(name, known)](context)
