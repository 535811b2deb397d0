"""The limiter after 429s: what is paused, what slows down, what is remembered; in virtual time."""

import asyncio

from django.test import SimpleTestCase

from botcore.connection.assembly import build_way_out
from botcore.connection.errors import MustWait, flood_wait
from tests.growing import growing
from tests.virtual_time import run
from tests.waiting import GROUP, Queue


class FloodTests(SimpleTestCase):
    """What a 429 changes."""

    def test_it_pauses_its_chat_only(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            queue.limiter.flooded(7, "sendMessage", 5)
            await asyncio.gather(*queue.start([7, 8, 9]))
            return queue

        queue = run(story())
        self.assertLess(max(queue.times(8) + queue.times(9)), 0.1)
        self.assertGreaterEqual(queue.times(7)[0], 5)

    def test_it_pauses_a_chat_whose_messages_wait_already(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            tasks = queue.start([7] * 5)
            await asyncio.sleep(0.5)
            queue.limiter.flooded(7, "sendMessage", 10)
            await asyncio.gather(*tasks)
            return queue

        times = run(story()).times(7)
        self.assertLess(times[2], 0.1)
        self.assertGreaterEqual(times[3], 10.5)
        self.assertAlmostEqual(times[4] - times[3], 2, delta=1.1)  # at half the rate

    def test_operators_hear_of_a_long_one_and_of_one_of_everything(self) -> None:
        told: list[tuple[str, str, str]] = []

        def tell(kind: str, text: str, *, level: str = "info") -> None:
            told.append((kind, level, text.partition(". ")[2]))

        async def story() -> None:
            way_out = build_way_out(rate=30, process="a", shared=False, api_url="", bot_id=lambda: None, tell=tell)
            for chat, seconds in ((7, 59), (8, 60), (9, 5)):
                way_out.limiter.flooded(chat, "sendMessage", seconds)

        run(story())
        words = ["Calls for chat:8 wait for 60 s.", "All calls wait for 5 s."]
        self.assertEqual(told, [("flood", "warning", word) for word in words])

    def test_one_without_a_chat_pauses_its_method_only(self) -> None:
        waits = growing("botdeck_flood_waits_total", scope="method")

        async def story() -> list[float]:
            queue = Queue()
            queue.limiter.flooded(None, "answerInlineQuery", 5)
            self.assertEqual(waits(), 1)
            await queue.call(None, method="answerCallbackQuery")
            await queue.call(7)
            await queue.call(None, method="answerInlineQuery")
            return queue.times()

        times = run(story())
        self.assertLess(times[1], 0.1)
        self.assertGreaterEqual(times[2], 5)

    def test_three_chats_within_ten_seconds_are_a_flood_of_all(self) -> None:
        noted: list[tuple[str, float]] = []
        waits = growing("botdeck_flood_waits_total", scope="chat")
        all_waits = growing("botdeck_flood_waits_total", scope="overall")
        seconds = growing("botdeck_flood_wait_seconds_total", scope="chat")

        async def story() -> Queue:
            queue = Queue(on_flood=lambda scope, seconds: noted.append((scope, seconds)))
            for chat in (1, 2, 2):
                queue.limiter.flooded(chat, "sendMessage", 4)
            await queue.call(50)
            queue.limiter.flooded(3, "sendMessage", 4)
            await asyncio.gather(*queue.start(range(100, 160)))
            return queue

        queue = run(story())
        times = queue.times()
        self.assertLess(times[0], 0.1)
        self.assertGreaterEqual(times[1], 4)
        self.assertAlmostEqual(times[-1] - times[1], 59 / 15, delta=0.1)  # half of 30/s
        self.assertIn(("overall", 4), noted)
        self.assertEqual((waits(), seconds(), all_waits()), (4, 16, 1))

    def test_groups_and_channels_that_meet_their_own_limit_hold_up_nobody_else(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            for chat in (-1, -2, -3, "@channel", 1, 2):
                queue.limiter.flooded(chat, "sendMessage", 40)
            await asyncio.gather(*queue.start(range(100, 130)))
            return queue.times()

        self.assertLess(run(story())[-1], 1)

    def test_three_chats_far_apart_are_not(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            for chat in (1, 2, 3):
                queue.limiter.flooded(chat, "sendMessage", 1)
                await asyncio.sleep(6)
            await asyncio.gather(*queue.start(range(100, 130)))
            return queue.times()

        times = run(story())
        self.assertAlmostEqual(times[-1] - times[0], 29 / 30, delta=0.05)

    def test_the_rate_recovers_step_by_step(self) -> None:
        async def story() -> list[float]:
            queue = Queue()
            for chat in (1, 2, 3):
                queue.limiter.flooded(chat, "sendMessage", 1)
            spans = []
            for pause in (2, 30, 30, 30, 30):
                await asyncio.sleep(pause)
                queue.went.clear()
                await asyncio.gather(*queue.start(range(100, 131)))
                spans.append(30 / (queue.times()[-1] - queue.times()[0]))
            return spans

        for seen, expected in zip(run(story()), [15, 18.75, 23.4, 29.3, 30], strict=True):
            self.assertAlmostEqual(seen, expected, delta=0.3)

    def test_who_cannot_wait_so_long_hears_how_long_it_lasts(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            waiting = queue.start([7] * 5)
            await asyncio.sleep(0.2)
            queue.limiter.flooded(7, "sendMessage", 3600)
            await asyncio.gather(*waiting)
            await queue.call(7)
            await queue.call(7, method="getChat")
            await asyncio.gather(*queue.start([7], patience=4000))
            return queue

        queue = run(story())
        self.assertEqual([chat for chat, _ in queue.refused], [7, 7, 7])
        self.assertTrue(all(3599 <= seconds <= 3601 for _, seconds in queue.refused), queue.refused)
        self.assertEqual(len(queue.times(7)), 5)
        self.assertGreaterEqual(queue.times(7)[-1], 3600)

    def test_a_long_flood_of_all_is_heard_by_everyone_who_waits(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            tasks = queue.start(range(100, 200))
            await asyncio.sleep(1)
            for chat in (1, 2, 3):
                queue.limiter.flooded(chat, "sendMessage", 600)
            await asyncio.gather(*tasks)
            return queue

        queue = run(story())
        self.assertEqual(len(queue.went) + len(queue.refused), 100)
        self.assertLess(queue.times()[-1], 1.01)

    def test_what_was_remembered_holds_after_a_start(self) -> None:
        async def story() -> Queue:
            queue = Queue()
            queue.limiter.recall("chat:-100", 20, 0.5)
            queue.limiter.recall("overall", 0, 0.5)
            await asyncio.gather(*queue.start([GROUP, *range(1, 17)]))
            return queue

        queue = run(story())
        self.assertGreaterEqual(queue.times(GROUP)[0], 20)
        self.assertAlmostEqual(queue.times(16)[0], 1, delta=0.05)

    def test_must_wait_is_a_retry_after_and_says_the_seconds(self) -> None:
        self.assertEqual(flood_wait(MustWait(17)), 17)
