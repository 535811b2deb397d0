"""Whatever a handler raises ends at its update: tried again with a wait, then a dead letter; never a loop."""

import asyncio

from django.db import OperationalError
from django.test import SimpleTestCase
from telegram import Update as TelegramUpdate

from botcore.database import is_away
from botcore.inbox.models import State
from botcore.pipeline.context import Context
from botcore.registry import command
from tests.telegram import BotTestCase


class PanicError(BaseException):
    """What some libraries raise beside Exception."""


@command("cancelled")
async def cancelled(_update: TelegramUpdate, _context: Context) -> None:
    """Await something that was cancelled elsewhere."""
    waiting = asyncio.get_running_loop().create_future()
    waiting.cancel()
    await waiting


@command("panic")
async def panic(_update: TelegramUpdate, _context: Context) -> None:
    """Raise what is no Exception."""
    raise PanicError("no")


class BugTests(BotTestCase):
    """Odd ends of handlers."""

    features = (cancelled, panic)

    async def test_what_is_no_exception_is_a_failed_attempt_all_the_same(self) -> None:
        for text, error in (("/cancelled", "CancelledError"), ("/panic", "PanicError: no")):
            with self.subTest(text), self.assertLogs("botcore.pipeline.guard", "ERROR"):
                await self.alice.says(text)
                update = await self.newest_update()
                self.assertEqual((update.state, update.attempts), (State.DEAD, 3))
                self.assertIn(error, update.error)


class AwayTests(SimpleTestCase):
    """What is an outage, and what is a mistake."""

    def error(self, **facts: object) -> OperationalError:
        """Return a database error as a driver raises it."""
        error, cause = OperationalError("…"), RuntimeError("…")
        vars(cause).update(facts)
        error.__cause__ = cause
        return error

    def test_states_and_codes_tell_an_outage_from_a_mistake(self) -> None:
        for state in ("08006", "57P01", "53300", "25006", "40P01"):
            self.assertTrue(is_away(self.error(sqlstate=state)), state)
        for state in ("54000", "42P01", "22001"):
            self.assertFalse(is_away(self.error(sqlstate=state)), state)
        for code in (5, 6, 13, 10 | 1 << 8):
            self.assertTrue(is_away(self.error(sqlite_errorcode=code)), code)
        self.assertFalse(is_away(self.error(sqlite_errorcode=1)), "no such table")
        self.assertTrue(is_away(OperationalError("couldn't get a connection after 3.00 sec")))
        self.assertFalse(is_away(ValueError()))
