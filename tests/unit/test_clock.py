"""The clock that notices when the wall clock was set."""

import unittest

from botcore.clock import Clock

HOUR = 3600.0


class ClockTests(unittest.TestCase):
    """A wall clock that tests set, beside one that only runs."""

    def setUp(self) -> None:
        """Start both."""
        self.running, self.wall = 50.0, 1_700_000_000.0
        self.jumps: list[float] = []
        self.clock = Clock(self.jumps.append, wall=lambda: self.wall, running=lambda: self.running)

    def passes(self, seconds: float, *, set_by: float = 0.0) -> None:
        """Let time pass; the wall clock is set meanwhile."""
        self.running += seconds
        self.wall += seconds + set_by
        self.clock.look()

    def test_time_that_passes_is_no_jump(self) -> None:
        self.passes(1)
        self.passes(24 * HOUR)
        self.assertEqual(self.jumps, [])
        self.assertEqual(self.clock.steady_for(), float("inf"))

    def test_small_corrections_are_no_jump(self) -> None:
        self.passes(1, set_by=4.9)
        self.passes(1, set_by=-9.8)
        self.assertEqual(self.jumps, [])

    def test_an_hour_forth_and_back_are_two_jumps_each_told_once(self) -> None:
        self.passes(10, set_by=HOUR)
        self.passes(10)
        self.passes(10, set_by=-HOUR)
        self.passes(10)
        self.assertEqual(self.jumps, [HOUR, -HOUR])

    def test_it_is_steady_again_from_the_jump_on(self) -> None:
        self.passes(10, set_by=-HOUR)
        self.assertEqual(self.clock.steady_for(), 0)
        self.passes(90)
        self.assertEqual(self.clock.steady_for(), 90)

    def test_asking_for_steadiness_notices_a_jump_that_nobody_looked_at(self) -> None:
        self.wall += HOUR
        self.assertEqual(self.clock.steady_for(), 0)
        self.assertEqual(self.jumps, [HOUR])

    def test_the_real_clocks_agree(self) -> None:
        clock = Clock(self.jumps.append)
        clock.look()
        self.assertEqual(self.jumps, [])
