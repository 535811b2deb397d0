"""Debts of people: how many go through, when a notice is due, backlogs, and what other processes have seen."""

import itertools
from unittest import TestCase

from botcore.access import throttle
from botcore.access.throttle import Pace, Throttle, Turn

SIXTY = Pace(per_minute=60, burst=5)  # one a second, five at once


class ThrottleTests(TestCase):
    """One key after the other."""

    def setUp(self) -> None:
        """Nobody owes anything, and others listen."""
        self.throttle = Throttle()
        self.throttle.is_shared = True
        self.rows = itertools.count(1)

    def turns(self, *times: float, key: str = "1", pace: Pace = SIXTY) -> list[Turn]:
        """Ask at these seconds."""
        return [self.throttle.turn(key, pace, at, next(self.rows)) for at in times]

    def test_the_burst_goes_through_and_then_one_for_each_second(self) -> None:
        self.assertEqual(self.turns(*[0.0] * 5), [Turn.THROUGH] * 5)
        self.assertEqual(self.turns(0.0, 0.5), [Turn.NOTICE, Turn.SILENCE])
        self.assertEqual(self.turns(1.0, 1.1), [Turn.THROUGH, Turn.SILENCE])

    def test_a_notice_comes_again_only_after_calm(self) -> None:
        self.turns(*[0.0] * 6)
        self.assertEqual(self.turns(1.0, 1.0), [Turn.THROUGH, Turn.SILENCE])  # still in a hurry
        self.assertEqual(self.throttle.refused("1"), 2)
        self.assertEqual(self.turns(*[60.0] * 6), [Turn.THROUGH] * 5 + [Turn.NOTICE])
        self.assertEqual(self.throttle.refused("1"), 1)

    def test_in_the_long_run_the_pace_holds(self) -> None:
        through = self.turns(*[number / 10 for number in range(6000)]).count(Turn.THROUGH)
        self.assertLessEqual(abs(through - 604), 1)  # 600 seconds and the burst

    def test_an_update_that_comes_again_is_counted_once(self) -> None:
        again = [self.throttle.turn("1", SIXTY, 0.0, row) for row in (1, 2, 3, 3, 2, 1, 4, 5, 5)]
        self.assertEqual(again, [Turn.THROUGH] * 9)
        self.assertEqual([self.throttle.turn("1", SIXTY, 0.0, row) for row in (6, 6)], [Turn.NOTICE, Turn.SILENCE])
        self.assertIs(self.throttle.turn("2", SIXTY, 0.0, 1), Turn.THROUGH)  # each key counts for itself
        self.assertEqual(self.throttle.take_spent()["1"], 5.0)

    def test_refusals_cost_nothing(self) -> None:
        self.turns(*[0.0] * 500)
        self.assertEqual(self.turns(1.0), [Turn.THROUGH])

    def test_one_does_not_pay_for_another(self) -> None:
        self.turns(*[0.0] * 6)
        self.assertEqual(self.turns(0.0, key="2"), [Turn.THROUGH])

    def test_a_backlog_that_came_slowly_goes_through(self) -> None:
        self.assertEqual(self.turns(*[float(second) for second in range(0, 200, 2)]), [Turn.THROUGH] * 100)

    def test_times_that_go_back_win_nothing(self) -> None:
        turns = self.turns(*[0.0 if number % 2 else 1000.0 for number in range(100)])
        self.assertEqual(turns.count(Turn.THROUGH), 5)

    def test_the_wait_is_until_the_next_goes_through(self) -> None:
        self.turns(*[0.0] * 5)
        wait = self.throttle.wait("1", SIXTY)
        self.assertAlmostEqual(wait, 1.0)
        self.assertEqual(self.turns(wait), [Turn.THROUGH])

    def test_what_others_have_seen_counts(self) -> None:
        self.turns(0.0, 0.0)
        self.throttle.take_spent()
        self.throttle.adopt({"1": 5.0, "unknown": 9.0})
        self.assertEqual(self.turns(0.0), [Turn.NOTICE])

    def test_only_busy_keys_are_told_and_each_second_once(self) -> None:
        self.turns(0.0)
        self.assertEqual(self.throttle.take_spent(), {})
        self.turns(0.0, 0.0)
        self.assertEqual(self.throttle.take_spent(), {"1": 3.0})
        self.assertEqual(self.throttle.take_spent(), {})
        self.turns(0.0)
        self.assertEqual(self.throttle.take_spent(), {"1": 1.0})

    def test_what_could_not_be_told_is_told_next_time(self) -> None:
        self.turns(*[0.0] * 3)
        self.throttle.give_back(self.throttle.take_spent())
        self.assertEqual(self.throttle.take_spent(), {"1": 3.0})

    def test_what_nobody_takes_is_not_kept(self) -> None:
        self.throttle.is_shared = False
        self.turns(0.0, 0.0, 0.0)
        self.assertEqual(self.throttle.take_spent(), {})

    def test_an_old_update_does_not_make_room_of_others(self) -> None:
        self.turns(*[1000.0] * 6)
        for number in range(throttle.MOST - 1):
            self.turns(1000.0, key=f"other {number}")
        self.turns(0.0, key="old")
        self.assertEqual(self.turns(1000.0), [Turn.SILENCE])

    def test_memory_is_bounded_and_who_is_busy_is_not_forgotten(self) -> None:
        self.turns(*[0.0] * 6)
        for number in range(throttle.MOST + 10):
            self.turns(0.0, key=f"other {number}")
        self.assertLessEqual(len(self.throttle), throttle.MOST)
        self.assertEqual(self.turns(0.0), [Turn.SILENCE])
