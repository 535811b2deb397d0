"""Loops that outlive their own bugs: what is recorded, what passes on, and what a stop does."""

import asyncio
import unittest
from itertools import pairwise

from botcore import loops
from botcore.exceptions import ConfigurationError
from botcore.loops import keep_going
from tests.virtual_time import now, run

LOG = "botcore.loops"


class LoopTests(unittest.TestCase):
    """Loops that fail as the tests say."""

    def setUp(self) -> None:
        """Note when the loop begins."""
        self.begun: list[float] = []

    async def fails(self) -> None:
        """Fail at once."""
        self.begun.append(now())
        raise KeyError("a bug")

    def test_a_loop_that_fails_is_recorded_and_begins_anew_after_growing_pauses(self) -> None:
        async def fails_three_times() -> None:
            if len(self.begun) == 3:
                return
            await self.fails()

        with self.assertLogs(LOG, "ERROR") as logs:
            run(keep_going(fails_three_times, "the heart"))
        self.assertEqual([later - earlier for earlier, later in pairwise(self.begun)], [0.5, 1])
        self.assertEqual(len(logs.output), 3)
        self.assertIn("the heart", logs.output[0])
        self.assertIn("KeyError: 'a bug'", logs.output[0])

    def test_the_pauses_have_a_bound(self) -> None:
        async def for_two_minutes() -> None:
            async with asyncio.timeout(120):
                await keep_going(self.fails, "the heart")

        with self.assertLogs(LOG, "ERROR"), self.assertRaises(TimeoutError):
            run(for_two_minutes())
        pauses = [later - earlier for earlier, later in pairwise(self.begun)]
        self.assertEqual(max(pauses), loops.LONGEST_PAUSE)

    def test_an_error_of_our_own_tree_goes_on_to_the_caller(self) -> None:
        async def cannot_work() -> None:
            self.begun.append(now())
            raise ConfigurationError("the sentence")

        with self.assertNoLogs(LOG), self.assertRaisesRegex(ConfigurationError, "the sentence"):
            run(keep_going(cannot_work, "intake"))
        self.assertEqual(len(self.begun), 1)

    def test_while_the_process_stops_every_error_goes_on(self) -> None:
        with self.assertNoLogs(LOG), self.assertRaises(KeyError):
            run(keep_going(self.fails, "intake", is_over=lambda: True))

    def test_a_loop_that_is_cancelled_ends(self) -> None:
        async def cancelled() -> bool:
            task = asyncio.create_task(keep_going(asyncio.Event().wait, "the heart"))  # type: ignore[arg-type]
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.wait({task})
            return task.cancelled()

        self.assertTrue(run(cancelled()))

    def test_an_error_while_it_is_cancelled_does_not_turn_the_stop_around(self) -> None:
        async def fails_on_the_way_out() -> None:
            self.begun.append(now())
            if len(self.begun) > 1:
                return
            try:
                await asyncio.Event().wait()
            finally:
                raise KeyError("a bug on the way out")

        async def cancelled() -> BaseException | None:
            task = asyncio.create_task(keep_going(fails_on_the_way_out, "intake"))
            await asyncio.sleep(1)
            task.cancel()
            await asyncio.wait({task}, timeout=100)
            return task.exception()

        self.assertIsInstance(run(cancelled()), KeyError)
        self.assertEqual(len(self.begun), 1)
