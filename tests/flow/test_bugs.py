"""Whatever a handler raises ends at its update: tried again with a wait, then a dead letter; never a loop."""

import asyncio

from django.db import InterfaceError, OperationalError
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


@command("suicide")
async def suicide(_update: TelegramUpdate, _context: Context) -> None:
    """Cancel its own task, and everything that comes after it there."""
    task = asyncio.current_task()
    assert task
    task.cancel()
    await asyncio.sleep(1)


@command("untidy")
async def untidy(_update: TelegramUpdate, context: Context) -> None:
    """Catch its own cancellation and leave the task looking cancelled."""
    task = asyncio.current_task()
    assert task
    task.cancel()
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await context.tell("caught")


@command("plain")
async def plain(_update: TelegramUpdate, _context: Context) -> None:
    """Fail in the usual way."""
    raise ValueError("plain")


class BugTests(BotTestCase):
    """Odd ends of handlers."""

    features = (cancelled, panic, suicide, untidy, plain)

    async def test_a_handler_that_cancels_its_own_task_is_no_stop_of_the_worker(self) -> None:
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/suicide")
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DEAD, 3))

    async def test_what_it_leaves_behind_does_not_reach_its_neighbours(self) -> None:
        await self.bot()
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            self.world.say(1, 1, "/untidy")
            self.world.say(1, 1, "/plain")
            await self.settle()
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts, update.error), (State.DEAD, 3, "ValueError: plain"))

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
        self.assertTrue(is_away(InterfaceError("connection already closed")))
        self.assertFalse(is_away(InterfaceError("the cursor is closed")), "a mistake that would be repeated for ever")
