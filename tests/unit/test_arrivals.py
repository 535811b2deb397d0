"""The pace by what arrives at Telegram: what waits on the way, and what comes after it, stay within its limit."""

import asyncio
from collections.abc import Callable

from django.test import SimpleTestCase

from botcore.connection.limiter import Limiter
from botcore.connection.pace import HELD_SECONDS, EvenPace
from botcore.outbox.models import Priority
from tests.virtual_time import START, now, run
from tests.waiting import Queue, most_within

WAY = 0.003  # seconds there and back
COUNT = 150


def arrivals(rate: float, moment: Callable[[float], float], way: float = WAY) -> list[float]:
    """Let calls go; `moment` says when one that would arrive then arrives in truth. Return when they did."""

    async def story() -> list[float]:
        limiter, arrived = Limiter(EvenPace(rate)), []

        async def call(chat: int) -> None:
            turn = await limiter.turn(chat, Priority.BROADCAST, method="sendMessage")
            at = moment(now() - START + way / 2)
            arrived.append(at)
            await asyncio.sleep(at + way / 2 - (now() - START))
            limiter.ended(turn)

        await asyncio.gather(*(call(chat) for chat in range(1, COUNT + 1)))
        return sorted(arrived)

    return run(story())


def standstill(begins: float, ends: float) -> Callable[[float], float]:
    """Return what lets everything wait that arrives between two moments."""
    return lambda at: ends if begins < at < ends else at


class ArrivalsTests(SimpleTestCase):
    """With a network that stands still, is slow, or gives no answer."""

    def test_what_waited_on_the_way_counts_when_it_arrives(self) -> None:
        for seconds in (0.1, 0.3, 0.5, 0.9):
            with self.subTest(standstill=seconds):
                arrived = arrivals(30, standstill(2.0, 2.0 + seconds))
                self.assertLessEqual(most_within(arrived, 1.0), 31)
                self.assertLess(arrived[-1], COUNT / 30 + 2 * seconds + 1)

    def test_one_that_lasts_longer_lets_through_what_goes_in_the_meantime_and_no_more(self) -> None:
        arrived = arrivals(30, standstill(2.0, 5.0))
        self.assertLessEqual(most_within(arrived, 1.0), 31 * 3 / (1 + HELD_SECONDS) + 31)

    def test_a_slow_network_is_not_taken_for_one_that_stands_still(self) -> None:
        for way in (0.05, 0.5, 1.5):
            with self.subTest(way=way):
                arrived = arrivals(30, lambda at: at, way)
                known = arrived[COUNT // 3 :]  # how long an answer takes
                self.assertGreater((len(known) - 1) / (known[-1] - known[0]), 29.7)

    def test_calls_that_are_never_answered_do_not_hold_up_the_others_for_ever(self) -> None:
        async def story() -> list[float]:
            queue = Queue(answers=None)
            await asyncio.gather(*queue.start(range(1, COUNT + 1), Priority.BROADCAST))
            return queue.times()

        times = run(story())
        self.assertLessEqual(most_within(times, 1.0), 31)
        self.assertLess(times[-1], COUNT / 30 * (1 + HELD_SECONDS) + 1)
