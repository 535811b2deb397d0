"""Intake by webhook while a real database is away: PostgreSQL halted, or the SQLite file locked."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db import connection
from django.test import TransactionTestCase

from botcore.database import database_threads, in_database, patiently
from botcore.inbox import store
from botcore.models import Update
from tests.database.webhooks import BOT, PATIENCE, body_of, serving
from tests.environment import SERVER

LOG = "botcore.intake.webhook"


@contextmanager
def database_away() -> Iterator[None]:
    """Halt PostgreSQL, or keep the SQLite file locked, while the block runs."""
    if SERVER:
        SERVER.halt()
        try:
            yield
        finally:
            SERVER.resume()
        return
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.close()


class OutageTests(TransactionTestCase):
    """The database goes away and comes back."""

    def setUp(self) -> None:
        """Use the threads of a real bot; wait for a lock a moment only."""
        connection.close()
        if not SERVER:
            self.enterContext(mock.patch.dict(connection.settings_dict["OPTIONS"], timeout=0.2))

    async def test_503_asks_telegram_to_come_again_and_then_it_is_taken(self) -> None:
        async with database_threads(2), serving() as telegram:
            self.assertEqual(await telegram.post(body_of(1)), 200)
            with self.assertLogs(LOG, "WARNING") as logs, database_away():
                status, body, headers = await telegram.send(body_of(2))
            self.assertEqual((status, body, headers["Retry-After"]), (503, b"", "5"))
            self.assertIn("the database is away, Telegram keeps the update", logs.output[0])
            async with asyncio.timeout(PATIENCE):
                while await telegram.post(body_of(2)) != 200:  # the pool connects again in its own time
                    pass
            self.assertEqual(await in_database(store.newest_number, BOT), 2)

    async def test_nothing_is_agreed_to_that_is_not_stored(self) -> None:
        agreed: list[int] = []

        async def deliver(number: int) -> int:
            status = await telegram.post(body_of(number, chat=number % 5))
            if status == 200:
                agreed.append(number)
            return status

        def stored() -> set[int]:
            return set(Update.objects.values_list("update_id", flat=True))

        async with database_threads(2), serving() as telegram:
            with self.assertLogs(LOG, "WARNING"):
                under_way = [asyncio.create_task(deliver(number)) for number in range(60)]
                await under_way[0]
                with database_away():
                    under_way += [asyncio.create_task(deliver(number)) for number in range(60, 90)]
                    statuses = set(await asyncio.gather(*under_way))
            self.assertEqual(statuses, {200, 503})
            async for attempt in patiently("intake"):
                with attempt:
                    self.assertLessEqual(set(agreed), await in_database(stored))
            again = await asyncio.gather(*(deliver(number) for number in range(90)))  # as Telegram does
            self.assertEqual((set(again), await in_database(stored)), ({200}, set(range(90))))
