"""Processes that share a budget: albums, outages and slow answers; in virtual time."""

import asyncio

from django.test import SimpleTestCase

from tests.budget_fleet import RATE, Fleet
from tests.virtual_time import now, run


def play(processes: int, story: str, seconds: float = 20) -> Fleet:
    """Keep all processes busy; each 1.1 s comes an album of ten or a list of a hundred, where that is said."""

    async def played() -> Fleet:
        fleet = Fleet(processes)
        await asyncio.sleep(0.1)
        for process in range(processes):
            fleet.keep_busy(process, 10 if story == "only albums" else 1)
        for number in range(int(seconds / 1.1)):
            await asyncio.sleep(1.1)
            if story == "albums" and number < 8:
                fleet.start(number % processes, 1, 10)
            if story == "lists" and number < 4:
                fleet.start(number % processes, 1, 100)
        await fleet.stop()
        return fleet

    return run(played())


class AlbumTests(SimpleTestCase):
    """Messages that go together."""

    def test_albums_among_other_messages_keep_to_31_in_any_second(self) -> None:
        for processes in (1, 2, 4):
            with self.subTest(processes):
                fleet = play(processes, "albums")
                self.assertLessEqual(fleet.most(), 31)
                self.assertEqual(sum(messages == 10 for _, messages in fleet.went), 8)

    def test_albums_alone_keep_to_it_and_one_process_has_the_whole_rate(self) -> None:
        for processes, least in ((1, 0.95), (4, 0.45)):
            with self.subTest(processes):
                fleet = play(processes, "only albums")
                self.assertLessEqual(fleet.most(), 31)
                self.assertGreaterEqual(fleet.between(2, 19), 17 * RATE * least)

    def test_a_list_that_is_longer_than_the_limit_has_its_second_for_itself(self) -> None:
        for processes in (1, 3):
            with self.subTest(processes):
                fleet = play(processes, "lists", 40)
                lists = [at for at, messages in fleet.went if messages == 100]
                self.assertEqual(len(lists), 4)
                for at in lists:
                    self.assertEqual(fleet.between(at - 0.99, at + 0.99), 100)
                self.assertLessEqual(fleet.between(2, 39), 37 * RATE + 100)


class OutageTests(SimpleTestCase):
    """Without a database, for some or for all."""

    def test_an_outage_of_all_stays_below_the_limit_before_during_and_after(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(4)
            await asyncio.sleep(0.1)
            for process in range(4):
                fleet.keep_busy(process)
            await asyncio.sleep(4)
            fleet.row.away = True
            await asyncio.sleep(4.3)
            fleet.row.away = False
            await asyncio.sleep(12)
            await fleet.stop()
            return fleet

        fleet = run(story())
        self.assertLessEqual(fleet.most(), 31)
        self.assertAlmostEqual(fleet.between(6.4, 8.4), RATE, delta=2)  # half of the rate
        self.assertGreaterEqual(fleet.between(16, 20), 4 * RATE * 0.95)

    def test_who_comes_back_earlier_leaves_the_others_their_share(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(2)
            await asyncio.sleep(0.1)
            fleet.keep_busy(0)
            fleet.keep_busy(1)
            await asyncio.sleep(2)
            fleet.row.away = True
            await asyncio.sleep(2)
            fleet.row.way = {"b": 3.0}  # its pool waits, and hears of the end later
            fleet.row.away = False
            await asyncio.sleep(4)
            fleet.row.way = {}
            await asyncio.sleep(10)
            await fleet.stop()
            return fleet

        self.assertLessEqual(run(story()).most(), 31)

    def test_a_process_whose_answers_come_late_leaves_the_sum_below_the_limit(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(2)
            await asyncio.sleep(0.1)
            fleet.keep_busy(0)
            fleet.keep_busy(1)
            await asyncio.sleep(3)
            fleet.row.way = {"b": seconds}
            await asyncio.sleep(10)
            fleet.row.way = {}
            await asyncio.sleep(10)
            await fleet.stop()
            return fleet

        for seconds in (0.6, 0.9, 1.2):
            with self.subTest(seconds):
                fleet = run(story())
                self.assertLessEqual(fleet.most(), 31)
                self.assertGreaterEqual(fleet.between(6, 12), 6 * RATE * 0.85)
                self.assertGreaterEqual(fleet.between(20, 23), 3 * RATE * 0.95)

    def test_some_who_are_cut_off_add_half_of_the_limit_at_most(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(8)
            await asyncio.sleep(0.1)
            for process in range(8):
                fleet.keep_busy(process)
            await asyncio.sleep(3)
            fleet.row.way = dict.fromkeys("bcdefgh", 1000.0)
            await asyncio.sleep(10)
            await fleet.stop()
            return fleet

        fleet = run(story())
        self.assertLessEqual(fleet.most(), 31 * 1.5)
        self.assertGreaterEqual(fleet.between(6, 12), 6 * RATE)

    def test_an_answer_that_a_blocked_loop_hears_late_is_not_used_and_is_no_outage(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(1)
            fleet.keep_busy(0)
            await asyncio.sleep(2)
            fleet.row.blocked = 1.5
            await asyncio.sleep(10)
            await fleet.stop()
            return fleet

        fleet = run(story())
        self.assertLessEqual(fleet.most(), 31)
        self.assertGreater(fleet.between(3.7, 4.7), RATE * 0.9)

    def test_a_database_that_hangs_is_asked_once_and_an_idle_process_knows_it(self) -> None:
        async def story() -> tuple[int, float]:
            fleet = Fleet(1)
            await asyncio.sleep(1)
            fleet.row.way = {"a": 1000.0}
            asked = fleet.row.asked
            await asyncio.sleep(20)
            began = now()
            await fleet.call(0)
            waited = now() - began
            await fleet.stop()
            return fleet.row.asked - asked, waited

        self.assertEqual(run(story()), (1, 0))

    def test_one_that_hangs_after_it_was_away_gets_no_second_question_either(self) -> None:
        async def story() -> int:
            fleet = Fleet(1)
            fleet.keep_busy(0)
            await asyncio.sleep(1)
            fleet.row.away = True
            await asyncio.sleep(2)
            fleet.row.way = {"a": 1000.0}
            asked = fleet.row.asked
            await asyncio.sleep(20)
            await fleet.stop()
            return fleet.row.asked - asked

        self.assertEqual(run(story()), 1)

    def test_a_stretch_that_comes_late_is_not_used(self) -> None:
        async def story() -> Fleet:
            fleet = Fleet(1)
            await asyncio.sleep(0.1)
            fleet.row.way = {"a": 1.5}
            fleet.start(0, 1)
            await asyncio.sleep(1.6)  # the answer is there
            fleet.start(0, 20)
            await asyncio.sleep(1)
            await fleet.stop()
            return fleet

        self.assertLessEqual(run(story()).between(1, 2.6), RATE / 4)
