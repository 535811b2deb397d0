"""Debts of busy people, added up across processes by the database's clock."""

from unittest import skipUnless

from django.db import connection
from django.test import TestCase

from botcore.access.models import ThrottleDebt
from botcore.access.throttle import Pace, Throttle, Turn
from botcore.access.throttle_store import add_debts, forget_debts

SLOW = Pace(per_minute=1, burst=4)  # a minute each: what passes while the test runs does not count


@skipUnless(connection.vendor == "postgresql", "on SQLite there is one bot process")
class ThrottleStoreTests(TestCase):
    """Two processes."""

    def test_what_two_processes_have_seen_is_added_up(self) -> None:
        self.assertAlmostEqual(add_debts({"1": 100.0, "2": 5.0})["1"], 100.0, delta=1)
        found = add_debts({"1": 50.0})
        self.assertEqual(found.keys(), {"1"})
        self.assertAlmostEqual(found["1"], 150.0, delta=20)
        self.assertEqual(add_debts({}), {})

    def test_a_person_is_not_served_twice_as_much_by_two_processes(self) -> None:
        here, there = Throttle(), Throttle()
        here.is_shared = there.is_shared = True
        served = 0
        for row in range(10):
            for process in (here, there):
                served += process.turn("1", SLOW, 0.0, row) is Turn.THROUGH
                process.adopt(add_debts(process.take_spent()))
        self.assertIn(served, {4, 5})  # the first of each is no busy person yet

    def test_a_debt_that_is_paid_counts_from_now_and_is_forgotten(self) -> None:
        add_debts({"1": 1.0})
        ThrottleDebt.objects.update(until="2020-01-01T00:00:00Z")
        self.assertAlmostEqual(add_debts({"1": 100.0})["1"], 100.0, delta=1)
        ThrottleDebt.objects.update(until="2020-01-01T00:00:00Z")
        forget_debts()
        self.assertFalse(ThrottleDebt.objects.exists())
