"""Albums and lists of messages among others: together they keep to the overall limit; in virtual time."""

import asyncio
from typing import Any

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore.outbox.models import Priority
from tests.virtual_time import START, now, run
from tests.waiting import Queue

Messages = list[tuple[float, int]]


class Senders(Queue):
    """Calls of several messages, and when how many went."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: Messages = []
        self._chats = iter(range(1, 100_000))

    def send(self, times: int, messages: int = 1, priority: Priority = Priority.REPLY) -> list[Any]:
        """Let so many calls to new chats wait."""
        return [asyncio.create_task(self._one(messages, priority)) for _ in range(times)]

    async def _one(self, messages: int, priority: Priority) -> None:
        await self.call(next(self._chats), priority, count=messages)
        self.sent.append((now() - START, messages))


def most(sent: Messages) -> int:
    """Return the most messages in any second."""
    return max(sum(messages for at, messages in sent if start <= at < start + 1) for start, _ in sent)


class AlbumTests(SimpleTestCase):
    """Several messages that go at one moment."""

    def test_albums_among_other_messages_keep_to_31_in_any_second_and_cost_little_time(self) -> None:
        async def story() -> Messages:
            senders = Senders()
            tasks = senders.send(200)
            for _ in range(5):
                await asyncio.sleep(1.1)
                tasks += senders.send(1, 10)
            await asyncio.gather(*tasks)
            return senders.sent

        sent = run(story())
        self.assertLessEqual(most(sent), 31)
        self.assertEqual(sum(messages for _, messages in sent), 250)
        self.assertLess(sent[-1][0], 250 / 30 + 0.6)

    def test_albums_alone_have_the_whole_rate(self) -> None:
        async def story() -> Messages:
            senders = Senders()
            await asyncio.gather(*senders.send(60, 10))
            return senders.sent

        sent = run(story())
        self.assertLessEqual(most(sent), 31)
        self.assertLess(sent[-1][0], 590 / 29)

    def test_a_list_of_a_hundred_has_its_second_for_itself_and_the_next_wait_for_what_it_took(self) -> None:
        async def story() -> Messages:
            senders = Senders()
            tasks = senders.send(60)
            await asyncio.sleep(1)
            tasks += senders.send(1, 100) + senders.send(60)
            await asyncio.gather(*tasks)
            return senders.sent

        sent = run(story())
        ((at, _),) = [said for said in sent if said[1] == 100]
        self.assertEqual(sum(messages for then, messages in sent if at - 1 < then < at + 1), 100)
        self.assertLessEqual(most([said for said in sent if said[1] == 1]), 31)
        self.assertAlmostEqual(sent[-1][0], 220 / 30, delta=0.5)

    def test_a_reply_goes_while_an_album_of_a_broadcast_waits_for_room(self) -> None:
        async def story() -> float:
            senders = Senders()
            tasks = senders.send(15)
            await asyncio.sleep(0.51)
            tasks += senders.send(1, 25, Priority.BROADCAST)
            await asyncio.sleep(0.1)
            asked = now() - START
            await asyncio.gather(*senders.send(1))
            waited = senders.sent[-1][0] - asked
            await asyncio.gather(*tasks)
            return waited

        self.assertEqual(run(story()), 0)

    def test_a_reply_whose_chat_becomes_free_meanwhile_goes_before_the_album_too(self) -> None:
        async def story() -> list[float]:
            senders = Senders()
            tasks = senders.start([-7] * 6)  # the sixth after three seconds
            await asyncio.sleep(2.2)
            tasks += senders.send(15)
            await asyncio.sleep(0.51)
            tasks += senders.send(1, 25, Priority.BROADCAST)
            await asyncio.gather(*tasks)
            return senders.times(-7)

        self.assertAlmostEqual(run(story())[-1], 3, delta=0.01)

    @settings(max_examples=60)
    @given(
        st.lists(
            st.tuples(st.floats(0, 1.2), st.integers(1, 12), st.integers(1, 20), st.sampled_from(Priority)),
            min_size=1,
            max_size=20,
        )
    )
    def test_whatever_comes_no_second_has_more_than_31(self, calls: list[tuple[float, int, int, Priority]]) -> None:
        async def story() -> Messages:
            senders, tasks = Senders(), []
            for pause, times, messages, priority in calls:
                await asyncio.sleep(pause)
                tasks += senders.send(times, messages, priority)
            await asyncio.gather(*tasks)
            return senders.sent

        sent = run(story())
        self.assertEqual(len(sent), sum(times for _, times, _, _ in calls))
        self.assertLessEqual(most(sent), 31)
