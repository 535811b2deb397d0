"""The crash suite's short form: a few bots are killed while people write. `make test-crash` is the long one."""

import unittest

from tests.crash.scenarios import Play, Result, Scenario
from tests.crash.table import table
from tests.environment import SERVER
from tests.processes import Stack

KILLS = 4


class CrashTests(unittest.TestCase):
    """SIGKILL at random moments, on the database that is tested: one worker on SQLite, four on PostgreSQL."""

    def test_nothing_is_lost_or_out_of_order_and_only_what_was_in_flight_is_handled_twice(self) -> None:
        scenario = Scenario("short", server=bool(SERVER), workers=4 if SERVER else 1, weight=1)
        play = Play(scenario, self.enterContext(Stack()), None, "7")
        play.blows(KILLS, 0)
        verdict = play.end()
        told = table([Result(scenario.name, verdict, play.fleet.kills, notes=play.fleet.notes)])
        self.assertTrue(verdict.good, told)
        self.assertEqual((verdict.handled, play.fleet.kills, play.fleet.notes), (verdict.updates_in, KILLS, []), told)
        self.assertGreater(verdict.updates_in, 50)
