"""How long a statement may take within `sql.limited`: the limit holds there, and nowhere else."""

from unittest import skipUnless

from django.db import DatabaseError, transaction
from django.test import TestCase

from botcore import sql
from tests.environment import SERVER

HELD = "SELECT current_setting('statement_timeout'), current_setting('enable_seqscan')"


@skipUnless(SERVER, "SQLite has no such limits")
class LimitTests(TestCase):
    """Each test is a longer transaction around the blocks."""

    def test_it_holds_within_the_block_and_ends_with_it_also_in_a_longer_transaction(self) -> None:
        before = sql.execute(HELD)
        with sql.limited(7, by_index=True):
            self.assertEqual(sql.execute(HELD), [("7s", "off")])
            with sql.limited(3):
                self.assertEqual(sql.execute(HELD), [("3s", "on")])
            self.assertEqual(sql.execute(HELD), [("7s", "off")])
        self.assertEqual(sql.execute(HELD), before)

    def test_it_ends_with_a_block_that_fails(self) -> None:
        before = sql.execute(HELD)
        with self.assertRaises(DatabaseError), transaction.atomic(), sql.limited(7, by_index=True):
            sql.execute("SELECT 1 / 0")
        self.assertEqual(sql.execute(HELD), before)
