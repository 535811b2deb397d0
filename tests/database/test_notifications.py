"""LISTEN on a real PostgreSQL: what is announced reaches the callbacks, also after the server was restarted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from unittest import skipIf, skipUnless

from django.db import connection
from django.test import TransactionTestCase

from botcore import sql
from botcore.database import database_threads, in_database, patiently
from botcore.inbox import lanes, store
from botcore.inbox.envelope import read_envelope
from botcore.notifications import listen
from botcore.runtime import services
from tests.environment import SERVER

PATIENCE = 60  # seconds: a bound for a machine under load


class ListenCase(TransactionTestCase):
    """Callbacks that note what they hear."""

    def setUp(self) -> None:
        """Hear nothing yet."""
        connection.close()
        self.inbox: list[str] = []
        self.duty: list[str] = []

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen while the block runs, from the moment on when LISTEN has succeeded."""
        callbacks = {lanes.CHANNEL: self.inbox.append, services.CHANNEL: self.duty.append}
        async with database_threads(2):
            task = asyncio.create_task(listen(callbacks))
            try:
                await self.until(lambda: bool(self.inbox and self.duty))
                yield
            finally:
                task.cancel()
                await asyncio.wait({task})

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the event loop run until something has come about."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.005)


@skipUnless(SERVER, "SQLite has one process, which needs no hints")
class ListenTests(ListenCase):
    """PostgreSQL."""

    async def test_at_first_everybody_looks_for_something_may_have_happened_before(self) -> None:
        async with self.listening():
            self.assertEqual((self.inbox, self.duty), ([""], [""]))

    async def test_an_update_that_is_stored_wakes_the_workers_of_all_processes(self) -> None:
        async with self.listening():
            await in_database(store.accept, 5, [read_envelope({"update_id": 7, "message": {"chat": {"id": 1}}})])
            await self.until(lambda: len(self.inbox) > 1)
            self.assertEqual((self.inbox, self.duty), (["", "5"], [""]))

    async def test_a_duty_that_is_given_up_is_announced_by_its_name(self) -> None:
        async with self.listening():
            await in_database(services.take_duty, "poller:5", "a", seconds=60)
            await in_database(services.give_up_duties, "a")
            await self.until(lambda: len(self.duty) > 1)
            self.assertEqual((self.inbox, self.duty), ([""], ["", "poller:5"]))

    async def test_after_a_restart_of_the_server_it_listens_again_and_everybody_looks(self) -> None:
        assert SERVER
        async with self.listening():
            SERVER.halt()
            SERVER.resume()
            await self.until(lambda: len(self.duty) > 1)
            async for attempt in patiently("worker"):
                with attempt:
                    await in_database(sql.notify, services.CHANNEL, "again")
            await self.until(lambda: "again" in self.duty)
            self.assertEqual(set(self.duty[:-1]), {""})

    async def test_a_callback_that_fails_does_not_end_it(self) -> None:
        failed: list[str] = []

        def fail(payload: str) -> None:
            if payload and not failed:
                failed.append(payload)
                raise KeyError("a bug")
            self.inbox.append(payload)

        async with database_threads(2):
            with self.assertLogs("botcore.notifications", "ERROR"):
                task = asyncio.create_task(listen({lanes.CHANNEL: fail}))
                await self.until(lambda: self.inbox == [""])
                await in_database(sql.notify, lanes.CHANNEL, "1")
                await self.until(lambda: self.inbox == ["", ""])
            await in_database(sql.notify, lanes.CHANNEL, "2")
            await self.until(lambda: self.inbox == ["", "", "2"])
            task.cancel()
            await asyncio.wait({task})


@skipIf(SERVER, "PostgreSQL announces")
class SilenceTests(ListenCase):
    """SQLite."""

    async def test_sqlite_has_nothing_to_listen_to(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await listen({lanes.CHANNEL: self.inbox.append})
        await in_database(sql.notify, lanes.CHANNEL, "1")
        self.assertEqual(self.inbox, [])
