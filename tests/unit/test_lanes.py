"""Lanes: what cancelling costs."""

import asyncio

from django.test import SimpleTestCase

from botcore.connection.chat_limits import ChatLimits, ChatPaces
from botcore.connection.lanes import Lane, Waiter
from botcore.connection.patience import Patience
from tests.virtual_time import now, run
from tests.waiting import GROUP


class Compared(Waiter):
    """A waiter that counts how often one is compared with another."""

    times = 0

    def __eq__(self, other: object) -> bool:
        """Compare."""
        Compared.times += 1
        return self is other

    __hash__ = object.__hash__


class LaneTests(SimpleTestCase):
    """A lane of one chat."""

    def test_who_is_cancelled_is_found_without_a_look_at_the_others(self) -> None:
        async def story() -> int:
            lane = Lane(ChatPaces(ChatLimits()), burst=True)
            loop = asyncio.get_running_loop()
            waiters = [Compared(loop.create_future(), GROUP, 1, Patience(30)) for _ in range(2000)]
            for waiter in waiters:
                lane.add(waiter, now())
            for waiter in reversed(waiters[1:]):
                lane.remove(waiter)
            self.assertIs(lane.head(now()), waiters[0])
            lane.pop(waiters[0], now())
            return lane.waiting

        self.assertEqual(run(story()), 0)
        self.assertLess(Compared.times, 2000)
