"""Patience: only floods use it up, over all attempts of a call; and who waited for one does not go with all others."""

import asyncio
from functools import partial
from itertools import pairwise

from django.test import SimpleTestCase

from botcore.connection.patience import Patience
from botcore.outbox.models import Priority
from tests.unit.test_way_out import Out, error, play
from tests.virtual_time import run
from tests.waiting import GROUP, Queue

ANSWER = "answerCallbackQuery"


class PatienceTests(SimpleTestCase):
    """What uses it up."""

    def test_floods_that_overlap_count_once(self) -> None:
        patience = Patience(30)
        self.assertTrue(patience.bears(110, 100))
        self.assertTrue(patience.bears(125, 105))
        self.assertTrue(patience.bears(120, 106))
        self.assertFalse(patience.bears(136, 120))  # 5 are left after 125
        self.assertTrue(patience.bears(505, 500))
        self.assertFalse(patience.bears(501.1, 501) and patience.bears(506, 505))

    def test_waiting_in_the_row_of_a_group_does_not(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            tasks = queue.start([GROUP] * 26)
            await asyncio.sleep(50)
            queue.limiter.flooded(GROUP, "sendMessage", 2)
            await asyncio.gather(*tasks)
            return queue

        queue = run(story())
        self.assertEqual((len(queue.went), queue.refused), (26, []))

    def test_a_short_flood_late_in_the_row_of_a_group_is_waited_for_by_the_call_that_met_it(self) -> None:
        async def story(out: Out) -> None:
            turn = partial(out.way_out.limiter.turn, GROUP, Priority.REPLY, method="sendMessage")
            before = [asyncio.create_task(turn()) for _ in range(24)]
            await asyncio.sleep(0)
            await out.bot.send_message(GROUP, "hi")
            await asyncio.gather(*before)

        out = play(story, error(429, "Too Many Requests", retry_after=1))
        self.assertGreater(out.script.calls[0][0], 60)
        self.assertEqual([said[5] for said in out.results], [2])


class AfterFloodTests(SimpleTestCase):
    """Calls that count for nothing, after a 429 of their method."""

    def test_they_go_few_a_second_at_first_and_soon_more(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            queue.limiter.flooded(None, ANSWER, 5)
            await asyncio.gather(*queue.start([None] * 200, method=ANSWER))
            return queue.times()

        times = run(story())
        self.assertEqual((len(times), times[0]), (200, 5))
        self.assertGreater(min(later - earlier for earlier, later in pairwise(times)), 0)
        self.assertLessEqual(sum(at < 6 for at in times), 10)
        self.assertLess(times[-1], 20)

    def test_they_look_whether_another_flood_came_meanwhile(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            queue.limiter.flooded(None, ANSWER, 5)
            tasks = queue.start([None] * 50, method=ANSWER)
            await asyncio.sleep(5.1)
            queue.limiter.flooded(None, ANSWER, 5)
            await asyncio.gather(*tasks)
            return queue

        times = run(story()).times()
        self.assertLess(times[0], 5.1)
        self.assertGreaterEqual(times[1], 10.1)
        self.assertLessEqual(sum(at < 11.1 for at in times), 10)

    def test_those_for_whom_that_takes_too_long_hear_it_and_take_no_turn(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            queue.limiter.flooded(None, ANSWER, 5)
            await asyncio.gather(*queue.start([None] * 1000, method=ANSWER, patience=2))
            await asyncio.sleep(4)
            await queue.call(None, method=ANSWER)
            return queue

        queue = run(story())
        self.assertEqual(len(queue.refused), 1000)
        self.assertEqual(queue.times(), [5])

    def test_when_the_flood_is_forgotten_they_wait_for_nobody(self) -> None:
        async def story() -> float:
            queue = Queue()
            queue.limiter.flooded(None, ANSWER, 5)
            await asyncio.sleep(300)
            await asyncio.gather(*queue.start([None] * 200, method=ANSWER))
            return queue.times()[-1] - 300

        self.assertEqual(run(story()), 0)
