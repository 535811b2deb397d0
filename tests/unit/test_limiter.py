"""The limiter: whose turn it is, and how fast calls go; in virtual time."""

import asyncio
from itertools import pairwise
from typing import Any

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore.connection.pace import EvenPace
from botcore.outbox.models import Priority
from tests.virtual_time import START, VirtualTimeLoop, now, run
from tests.waiting import GROUP, Queue, Went, most_within


class PaceTests(SimpleTestCase):
    """How fast."""

    def test_a_long_queue_leaves_at_99_percent_of_the_rate_and_never_more_than_31_in_a_second(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            await asyncio.gather(*queue.start(range(1, 1001)))
            return queue.times()

        times = run(story())
        self.assertGreaterEqual(999 / (times[-1] - times[0]), 29.7)
        self.assertLessEqual(most_within(times, 1), 31)
        self.assertLessEqual(most_within(times, 0.1), 4)  # no full bucket at once

    def test_a_thousand_a_second_is_reached_though_the_loop_stalls_and_no_second_has_more_than_1010(self) -> None:
        async def story() -> list[float]:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualTimeLoop)
            queue = Queue(1000)
            tasks = queue.start(range(1, 3001))
            for _ in range(30):
                await asyncio.sleep(0.08)
                loop.stall(0.02)
            await asyncio.gather(*tasks)
            return queue.times()

        times = run(story())
        self.assertGreaterEqual(2999 / (times[-1] - times[0]), 990)
        self.assertLessEqual(most_within(times, 1), 1010)

    def test_after_a_rest_calls_do_not_come_in_a_burst(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            await queue.call(1)
            await asyncio.sleep(60)
            await asyncio.gather(*queue.start(range(2, 12)))
            return queue.times()[1:]

        gaps = [later - earlier for earlier, later in pairwise(run(story()))]
        self.assertGreater(min(gaps), 0.033)

    def test_a_private_chat_gets_a_burst_of_three_and_then_one_a_second(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            await asyncio.gather(*queue.start([7] * 8))
            return queue.times()

        times = run(story())
        self.assertLess(times[2], 0.1)
        for number, at in enumerate(times[3:], 1):
            self.assertAlmostEqual(at, number, delta=0.1)

    def test_groups_and_channels_get_20_in_any_minute_and_no_more(self) -> None:
        for chat in (GROUP, "@channel"):
            with self.subTest(chat):

                async def story(chat: Any = chat) -> list[float]:
                    queue = Queue()
                    await asyncio.gather(*queue.start([chat] * 70))
                    return queue.times()

                times = run(story())
                self.assertEqual(most_within(times, 60), 20)
                self.assertAlmostEqual(times[-1], 195, delta=0.1)  # 60 in three minutes, then 5 at once and 5 more
                self.assertEqual(most_within(times, 1), 5)

    def test_an_album_counts_as_its_pictures(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            await asyncio.gather(*queue.start([GROUP, GROUP, GROUP], method="sendMediaGroup", count=10))
            return queue.times()

        first, second, third = run(story())
        self.assertGreaterEqual(second - first, 10 / 30)
        self.assertGreaterEqual(third - first, 60)

    def test_answers_to_buttons_and_questions_wait_for_nobody(self) -> None:
        async def story() -> list[Went]:
            queue = Queue()
            tasks = queue.start(range(1, 100))
            await asyncio.gather(*queue.start([None] * 50, method="answerCallbackQuery"))
            await asyncio.gather(*queue.start([5] * 50, method="getChat"))
            free, queue.went = queue.went, []
            await asyncio.gather(*tasks)
            return free

        free = run(story())
        self.assertEqual(len([at for at, chat, _ in free if chat in {None, 5}]), 100)
        self.assertLess(free[-1][0], 0.01)

    def test_paid_broadcasts_have_a_pace_of_their_own(self) -> None:
        async def story() -> list[Went]:
            queue = Queue(paid=EvenPace(1000))
            tasks = queue.start(range(1, 31)) + queue.start(range(1001, 2001), Priority.BROADCAST, paid=True)
            await asyncio.gather(*tasks)
            return queue.went

        went = run(story())
        paid = [at for at, chat, _ in went if chat > 1000]
        self.assertLess(paid[-1], 1.02)
        self.assertAlmostEqual(max(at for at, chat, _ in went if chat <= 30), 0.97, delta=0.05)


class TurnTests(SimpleTestCase):
    """Whose turn."""

    def test_a_reply_goes_before_all_others_that_wait(self) -> None:
        async def story() -> list[Priority]:
            queue = Queue()
            tasks = []
            for priority in reversed(Priority):
                tasks += queue.start(range(priority * 100 + 1, priority * 100 + 11), priority)
            await asyncio.gather(*tasks)
            return [priority for _, _, priority in queue.went]

        self.assertEqual(run(story())[1:], sorted(run(story())[1:]))  # the first went when nobody else was there

    def test_a_reply_waits_for_one_slot_at_most_behind_a_broadcast(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            tasks = queue.start(range(1, 301), Priority.BROADCAST)
            waits = []
            for number in range(30):
                await asyncio.sleep(0.217)
                asked = now() - START
                await queue.call(1000 + number)
                waits.append(queue.went[-1][0] - asked)
            await asyncio.gather(*tasks)
            return waits

        self.assertLess(max(run(story())), 1 / 29)

    def test_a_broadcast_leaves_room_for_a_reply_in_the_same_chat(self) -> None:
        async def story() -> float:
            queue = Queue()
            tasks = queue.start([7] * 5, Priority.BROADCAST)
            await asyncio.sleep(2.5)
            asked = now() - START
            await queue.call(7)
            waited = queue.went[-1][0] - asked
            await asyncio.gather(*tasks)
            return waited

        self.assertLess(run(story()), 1 / 29)

    def test_a_chat_with_300_messages_does_not_hold_up_the_others(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            many = queue.start([GROUP] * 300)
            await asyncio.gather(*queue.start(range(1, 31)))
            for task in many:
                task.cancel()
            await asyncio.gather(*many, return_exceptions=True)
            return queue

        queue = run(story())
        self.assertLess(queue.times(30)[0], 37 / 29)
        self.assertEqual(queue.limiter.waiting, 0)

    def test_chats_of_one_priority_take_turns(self) -> None:
        async def story() -> list[int]:
            queue = Queue()
            await asyncio.gather(*queue.start([9, 1, 1, 1, 2, 2, 2, 3, 3, 3]))
            return [chat for _, chat, _ in queue.went]

        self.assertEqual(run(story()), [9, 1, 2, 3, 1, 2, 3, 1, 2, 3])

    def test_cancelled_calls_leave_nothing_behind(self) -> None:
        async def story() -> tuple[int, int, list[float]]:
            queue = Queue()
            tasks = queue.start(list(range(1, 200)) + [GROUP] * 50 + [7] * 50)
            await asyncio.sleep(1)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            timers = [handle for handle in asyncio.get_running_loop()._scheduled if not handle.cancelled()]  # type: ignore[attr-defined]
            left = queue.limiter.waiting
            before = now() - START
            await queue.call(999)
            return left, len(timers), [queue.went[-1][0] - before]

        left, timers, (waited,) = run(story())
        self.assertEqual((left, timers), (0, 0))
        self.assertLess(waited, 1 / 29)

    def test_a_call_that_is_cancelled_in_the_moment_of_its_turn_harms_nobody(self) -> None:
        async def story() -> list[Any]:
            queue = Queue()
            tasks = queue.start([1, 2, 3])
            await asyncio.sleep(0.02)
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualTimeLoop)
            tasks[1].cancel()
            loop.stall(0.02)
            queue.limiter._line.pump()
            await asyncio.gather(*tasks, return_exceptions=True)
            return [chat for _, chat, _ in queue.went]

        self.assertEqual(run(story()), [1, 3])

    def test_broadcasts_leave_places_for_replies(self) -> None:
        async def story() -> list[int]:
            queue = Queue(1000, places=8, answers=None)
            tasks = queue.start(range(1, 101), Priority.BROADCAST)
            await asyncio.sleep(1)
            counts = [len(queue.went)]
            tasks += queue.start(range(201, 301))
            await asyncio.sleep(1)
            counts.append(len(queue.went))
            for _ in range(3):
                queue.limiter.ended(queue.under_way.pop())
                queue.limiter.ended(None)  # of a call that counts for nothing
            await asyncio.sleep(1)
            counts += [len(queue.went), len(queue.times(1)), queue.limiter.under_way]
            tasks[50].cancel()
            while len(queue.went) < 199:
                queue.limiter.ended(queue.under_way.pop())
                await asyncio.sleep(0.01)
            await asyncio.gather(*tasks, return_exceptions=True)
            return counts

        self.assertEqual(run(story()), [6, 8, 11, 1, 8])

    def test_a_call_that_is_cancelled_after_its_turn_came_frees_its_place(self) -> None:
        async def story() -> tuple[int, bool]:
            queue = Queue(places=8, answers=None)
            _, second = queue.start([1, 2])
            await asyncio.sleep(0.02)
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualTimeLoop)
            loop.stall(0.02)
            queue.limiter._line.pump()  # its turn comes
            second.cancel()
            await asyncio.gather(second, return_exceptions=True)
            return queue.limiter.under_way, second.cancelled()

        self.assertEqual(run(story()), (1, True))

    def test_memory_of_idle_chats_is_dropped(self) -> None:
        async def story() -> int:
            queue = Queue(1000)
            for first in range(0, 6000, 1000):
                await asyncio.gather(*queue.start(range(first + 1, first + 1001)))
                await asyncio.sleep(5)
            return len(queue.limiter._chats)

        self.assertLessEqual(run(story()), 2000)


CHATS = st.sampled_from([1, 2, 3, 4, -1, -2, "@c"])
CALLS = st.lists(
    st.tuples(st.floats(0, 0.3), CHATS, st.sampled_from(Priority), st.integers(1, 3)), min_size=1, max_size=80
)


class PropertyTests(SimpleTestCase):
    """Whatever comes."""

    @given(CALLS)
    def test_all_bounds_hold_and_everyone_has_a_turn(self, calls: list[tuple[float, Any, Priority, int]]) -> None:
        async def story() -> tuple[list[Went], list[tuple[float, Priority]]]:
            queue, tasks = Queue(10), []
            asked: list[tuple[float, Priority]] = []
            for pause, chat, priority, times in calls:
                await asyncio.sleep(pause)
                asked += [(now() - START, priority)] * times
                tasks += queue.start([chat] * times, priority)
            await asyncio.gather(*tasks)
            return queue.went, asked

        went, asked = run(story())
        self.assertEqual(len(went), len(asked))  # nobody starves
        self.assertLessEqual(most_within([at for at, _, _ in went], 1), 11)
        for chat in {chat for _, chat, _ in went}:
            times = [at for at, seen, _ in went if seen == chat]
            if isinstance(chat, int) and chat > 0:
                self.assertLessEqual(most_within(times, 1), 4)
                self.assertLessEqual(most_within(times, 10), 13)
            else:
                self.assertLessEqual(most_within(times, 60), 20)

    @settings(max_examples=40)
    @given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.floats(0.001, 0.2))
    def test_a_reply_never_waits_for_more_than_one_slot(self, sizes: list[int], pause: float) -> None:
        async def story() -> float:
            queue, tasks, longest = Queue(), [], 0.0
            for number, size in enumerate(sizes):
                tasks += queue.start(range(number * 1000 + 1, number * 1000 + size), Priority.BROADCAST)
                await asyncio.sleep(pause)
                asked = now()
                await queue.call(1_000_000 + number)
                longest = max(longest, now() - asked)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            return longest

        self.assertLessEqual(run(story()), 1 / 29)
