"""Several rollups at once, while bots count and put samples: nobody waits for ever, nothing counts twice."""

import threading
from collections.abc import Callable
from datetime import timedelta
from unittest import skipUnless

from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from botcore.monitoring.history.rollup import roll_up
from botcore.monitoring.history.samples import store_samples
from botcore.monitoring.models import ProcessSample, Step, UpdateCount
from botcore.monitoring.rollups import Counted, count_updates
from tests.database.history.samples import NOON, record, totals

MINUTES = [NOON + timedelta(minutes=number) for number in range(6)]
LATER = NOON + timedelta(hours=1)
ROUNDS = 12


class TogetherTests(TransactionTestCase):
    """Threads on one real database."""

    def test_what_is_written_while_others_roll_up_is_in_the_history_once(self) -> None:
        errors: list[BaseException] = []

        def repeat(work: Callable[[int], object]) -> None:
            try:
                for number in range(ROUNDS):
                    work(number)
            except BaseException as exc:  # noqa: BLE001 (told below)
                errors.append(exc)
            finally:
                connections.close_all()

        works: list[Callable[[int], object]] = [
            lambda _: roll_up(LATER),
            lambda _: roll_up(LATER),
            lambda _: count_updates(Counted(minute, "message", "", "received", 0.0) for minute in MINUTES),
            lambda _: count_updates(Counted(minute, "message", "", "received", 0.0) for minute in reversed(MINUTES)),
            lambda number: store_samples([record("web-1:1", MINUTES[number % len(MINUTES)], {"errors": 1})]),
        ]
        threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        roll_up(LATER)
        self.assertEqual(totals("updates_received", Step.MINUTE), dict.fromkeys(MINUTES, 2 * ROUNDS))
        self.assertEqual(totals("errors", Step.HOUR)[NOON], ROUNDS)
        for model in (ProcessSample, UpdateCount):
            self.assertFalse(model.objects.filter(in_history=False).exists())

    @skipUnless(connection.vendor == "postgresql", "SQLite locks no rows")
    def test_a_writer_that_holds_a_count_does_not_keep_the_rollup_busy(self) -> None:
        count_updates(Counted(minute, "message", "", "received", 0.0) for minute in MINUTES)
        held, over, found = threading.Event(), threading.Event(), list[int]()

        def hold() -> None:
            with transaction.atomic():
                UpdateCount.objects.select_for_update().get(minute=NOON)
                held.set()
                over.wait(20)
            connections.close_all()

        def check() -> None:
            found.append(1)
            self.assertLess(len(found), 9)

        holder = threading.Thread(target=hold)
        holder.start()
        try:
            self.assertTrue(held.wait(20))
            self.assertEqual(roll_up(LATER, check=check), len(MINUTES) + 1)
            self.assertEqual(roll_up(LATER, check=check), 1)
        finally:
            over.set()
            holder.join()
        roll_up(LATER)
        self.assertFalse(UpdateCount.objects.filter(in_history=False).exists())
        self.assertEqual(totals("updates_received", Step.HOUR), {NOON: len(MINUTES)})
