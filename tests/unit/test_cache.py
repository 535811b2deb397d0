"""A cache in which one call serves all who ask at once. The clock stands still until a test moves it."""

import asyncio
import unittest

from telegram.error import BadRequest, NetworkError

from botcore import metrics
from botcore.connection.cache import MISSING_SECONDS, Cache


class CacheTests(unittest.IsolatedAsyncioTestCase):
    """A cache of two values that live for ten seconds; what is fetched is the number of the fetch."""

    def setUp(self) -> None:
        """Begin empty."""
        self.now = 0.0
        self.fetches = 0
        self.error: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.cache: Cache[str, int] = Cache("chat", size=2, seconds=10, clock=lambda: self.now)

    async def fetch(self) -> int:
        """Answer when the test says so."""
        self.fetches += 1
        number = self.fetches
        await self.open.wait()
        if self.error:
            raise self.error
        return number

    async def get(self, key: str = "a") -> int:
        """Ask."""
        return await self.cache.get(key, self.fetch)

    async def begun(self, *askers: asyncio.Task[int]) -> None:
        """Let tasks run until they wait."""
        for _ in range(3):
            await asyncio.sleep(0)
        self.assertFalse(any(asker.done() for asker in askers))

    async def test_a_value_is_asked_for_once_in_its_lifetime(self) -> None:
        self.assertEqual([await self.get(), await self.get()], [1, 1])
        self.now = 9.9
        self.assertEqual(await self.get(), 1)
        self.now = 10
        self.assertEqual(await self.get(), 2)

    async def test_those_who_ask_at_once_share_one_call(self) -> None:
        self.open.clear()
        askers = [asyncio.create_task(self.get()) for _ in range(5)]
        await self.begun(*askers)
        self.open.set()
        self.assertEqual((await asyncio.gather(*askers), self.fetches), ([1] * 5, 1))

    async def test_what_was_asked_for_longest_ago_makes_room(self) -> None:
        for key in ("a", "b", "a", "c"):
            await self.get(key)
        self.assertEqual((len(self.cache), self.cache.peek("b")), (2, None))
        self.assertEqual((self.cache.peek("a"), self.cache.peek("c")), (1, 3))

    async def test_an_error_reaches_all_who_wait_and_is_not_kept(self) -> None:
        self.error = NetworkError("refused")
        results = await asyncio.gather(self.get(), self.get(), return_exceptions=True)
        self.assertEqual([str(result) for result in results], ["refused", "refused"])
        self.error = None
        self.assertEqual(await self.get(), 2)

    async def test_not_found_is_believed_for_a_moment(self) -> None:
        self.error = BadRequest("Bad Request: chat not found")
        for _ in range(3):
            with self.assertRaisesRegex(BadRequest, "Chat not found"):
                await self.get()
        self.assertEqual(self.fetches, 1)
        self.now, self.error = MISSING_SECONDS, None
        self.assertEqual(await self.get(), 2)

    async def test_another_refusal_is_not_kept(self) -> None:
        self.error = BadRequest("Bad Request: not enough rights")
        for _ in range(2):
            with self.assertRaises(BadRequest):
                await self.get()
        self.assertEqual(self.fetches, 2)

    async def test_what_is_dropped_is_asked_for_again(self) -> None:
        await self.get("a")
        await self.get("b")
        self.cache.drop("a")
        self.cache.drop("never seen")
        self.assertEqual([await self.get("a"), await self.get("b")], [3, 2])
        self.cache.drop_where(lambda key: key == "b")
        self.assertEqual([await self.get("a"), await self.get("b")], [3, 4])

    async def test_an_answer_that_is_out_of_date_when_it_comes_is_not_kept(self) -> None:
        self.open.clear()
        first = asyncio.create_task(self.get())
        await self.begun(first)
        self.cache.drop("a")
        second = asyncio.create_task(self.get())
        await self.begun(first, second)
        self.open.set()
        self.assertEqual((await first, await second, await self.get()), (1, 2, 2))

    async def test_nor_is_one_that_nobody_asks_for_again_meanwhile(self) -> None:
        self.open.clear()
        first = asyncio.create_task(self.get())
        await self.begun(first)
        self.cache.drop("a")
        self.open.set()
        self.assertEqual((await first, await self.get()), (1, 2))

    async def test_who_gives_up_does_not_end_the_call_of_the_others(self) -> None:
        self.open.clear()
        impatient, patient = asyncio.create_task(self.get()), asyncio.create_task(self.get())
        await self.begun(impatient, patient)
        impatient.cancel()
        await asyncio.wait({impatient})
        self.open.set()
        self.assertEqual((await patient, self.fetches), (1, 1))
        self.assertTrue(impatient.cancelled())

    async def test_a_failure_that_nobody_waits_for_any_more_is_quiet(self) -> None:
        complaints: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
        self.open.clear()
        self.error = NetworkError("refused")
        asker = asyncio.create_task(self.get())
        await self.begun(asker)
        asker.cancel()
        await asyncio.wait({asker})
        self.open.set()
        await self.begun()
        self.error = None
        self.assertEqual((await self.get(), complaints), (2, []))

    async def test_hits_misses_and_shared_calls_are_counted(self) -> None:
        def counts() -> list[float]:
            return [metrics.CACHE_REQUESTS.labels("chat", result)._value.get() for result in ("hit", "miss", "shared")]

        before = counts()
        await asyncio.gather(self.get(), self.get(), self.get())
        await self.get()
        self.assertEqual([after - first for after, first in zip(counts(), before, strict=True)], [1, 1, 2])
