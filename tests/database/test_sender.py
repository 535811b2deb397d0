"""The sender: order in a chat, many chats at once, the most urgent first, an orderly stop, a database that is away."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock, patch

from django.db import OperationalError
from django.test import SimpleTestCase, TestCase
from django.utils import timezone

from botcore.database import in_database
from botcore.outbox import journal, store
from botcore.outbox.journal import Journal
from botcore.outbox.models import OutboxLane, OutgoingMessage, OutgoingState, Priority
from botcore.outbox.progress import Begin, Done, End, Sent, advance
from botcore.outbox.sender import Sender
from botcore.outbox.slots import Slots
from botcore.outbox.store import Ready
from tests.database.outboxes import BOT, queue, states

PATIENCE = 30  # seconds: a bound for a machine under load


class Telegram:
    """Takes messages, notes them, and waits at a gate."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []
        self.under_way: list[int] = []
        self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.answers: list[Sent | BaseException] = []  # for the next messages; then all is well

    async def deliver(self, message: Ready) -> Sent:
        """Take one message; a second one of the same lane at the same time is an error."""
        assert message.chat_id not in self.under_way
        self.under_way.append(message.chat_id)
        self.most = max(self.most, len(self.under_way))
        try:
            await self.gate.wait()
        finally:
            self.under_way.remove(message.chat_id)
        self.sent.append((message.chat_id, message.pk))
        answer = self.answers.pop(0) if self.answers else Sent(OutgoingState.SENT, message_id=len(self.sent))
        if isinstance(answer, BaseException):
            raise answer
        return answer


class SenderTests(TestCase):
    """A sender with a Telegram in memory."""

    def setUp(self) -> None:
        """Let Telegram take everything."""
        self.telegram = Telegram()

    async def send(
        self,
        until: Callable[[], object],
        *,
        in_flight: int = 8,
        stop_seconds: float = 5,
        lease_seconds: float = 20,
        pause: Callable[[Ready], float] = lambda _: 0.0,
    ) -> None:
        """Run a sender until the condition holds, then stop it."""
        self.sender = Sender(
            bot_id=BOT,
            owner="one",
            deliver=self.telegram.deliver,
            in_flight=in_flight,
            lease_seconds=lease_seconds,
            pause=pause,
        )
        running = asyncio.create_task(self.sender.run(stop_seconds=stop_seconds))
        async with asyncio.timeout(PATIENCE):
            while not until():
                await asyncio.sleep(0.001)
        self.sender.stop()
        await running

    async def queue(self, count: int, *, chats: int, priority: Priority = Priority.ALERT) -> None:
        """Queue messages, round robin over the chats."""
        for number in range(count):
            await in_database(queue, str(number), chat=number % chats + 1, priority=priority)

    async def states(self) -> list[str]:
        """Return all states."""
        return await in_database(states)

    async def test_each_chats_messages_go_out_in_order_and_once(self) -> None:
        await self.queue(60, chats=4)
        await self.send(lambda: len(self.telegram.sent) == 60)
        for chat in range(1, 5):
            mine = [pk for key, pk in self.telegram.sent if key == chat]
            self.assertEqual((mine, len(mine)), (sorted(mine), 15))
        self.assertEqual(await self.states(), ["sent"] * 60)
        self.assertEqual(await OutboxLane.objects.filter(owner="", crashes=0).acount(), 4)

    async def test_many_calls_are_under_way_at_once_and_no_more_than_allowed(self) -> None:
        self.telegram.gate.clear()
        await self.queue(20, chats=20)
        opening = asyncio.create_task(self.open_when(lambda: len(self.telegram.under_way) == 8))
        await self.send(lambda: len(self.telegram.sent) == 20, in_flight=8)
        await opening
        self.assertEqual(self.telegram.most, 8)

    async def open_when(self, ready: Callable[[], bool]) -> None:
        """Open the gate when something has come about, and the sender has had time for more than that."""
        while not ready():
            await asyncio.sleep(0.001)
        self.marked = (await self.states()).count("sending")
        self.telegram.gate.set()

    async def test_only_what_is_about_to_go_out_is_marked_as_being_sent(self) -> None:
        self.telegram.gate.clear()
        await self.queue(30, chats=10)
        opening = asyncio.create_task(self.open_when(lambda: len(self.telegram.under_way) == 4))
        await self.send(lambda: len(self.telegram.sent) == 30, in_flight=4)
        await opening
        self.assertEqual(self.marked, 4)

    async def test_an_alert_overtakes_broadcasts_that_wait_for_a_place(self) -> None:
        self.telegram.gate.clear()
        await self.queue(6, chats=6, priority=Priority.BROADCAST)
        sending = asyncio.create_task(self.send(lambda: len(self.telegram.sent) == 7, in_flight=1))
        while not self.telegram.under_way:
            await asyncio.sleep(0.001)
        await in_database(queue, "alarm", chat=7)
        self.sender.wake()
        while not await OutboxLane.objects.filter(chat_id=7).exclude(owner="").aexists():
            self.telegram.gate.set()  # both lanes may be taken: one must end
            await asyncio.sleep(0)
            self.telegram.gate.clear()
            await asyncio.sleep(0.001)
        self.telegram.gate.set()
        await sending
        self.assertLessEqual([chat for chat, _ in self.telegram.sent].index(7), 2)

    async def test_a_stop_lets_calls_end_and_leaves_the_rest_queued(self) -> None:
        self.telegram.gate.clear()
        await self.queue(6, chats=2)
        asyncio.get_running_loop().call_later(0.2, self.telegram.gate.set)
        await self.send(lambda: len(self.telegram.under_way) == 2)
        self.assertEqual(sorted(await self.states()), ["queued"] * 4 + ["sent"] * 2)
        lanes = OutboxLane.objects.filter(owner="", ready_at__isnull=False, not_before__isnull=True)
        self.assertEqual(await lanes.acount(), 2)

    async def test_a_call_that_outlasts_the_stops_budget_is_uncertain_and_not_sent_again(self) -> None:
        self.telegram.gate.clear()
        await self.queue(2, chats=1)
        with self.assertLogs("botcore.outbox.sender", "WARNING"):
            await self.send(lambda: self.telegram.under_way, stop_seconds=0.01)
        self.assertEqual(await self.states(), ["uncertain", "queued"])
        self.telegram.gate.set()
        await self.send(lambda: self.telegram.sent)
        self.assertEqual(await self.states(), ["uncertain", "sent"])

    async def test_a_refused_message_holds_up_no_other(self) -> None:
        self.telegram.answers = [Sent(OutgoingState.FAILED, error="Forbidden\x00")]
        await self.queue(2, chats=1)
        await self.send(lambda: len(self.telegram.sent) == 2)
        self.assertEqual(await self.states(), ["failed", "sent"])
        self.assertEqual((await OutgoingMessage.objects.aearliest("id")).error, "Forbidden")

    async def test_a_bug_around_the_call_leaves_a_doubt_and_no_hot_loop(self) -> None:
        self.telegram.answers = [KeyError("a bug"), asyncio.CancelledError()]
        await self.queue(3, chats=1)
        with self.assertLogs("botcore.outbox.sender", "ERROR"):
            await self.send(lambda: len(self.telegram.sent) == 3)
        self.assertEqual(await self.states(), ["uncertain", "uncertain", "sent"])

    async def test_a_message_to_be_sent_again_keeps_its_place_and_the_chat_waits(self) -> None:
        self.telegram.answers = [Sent(OutgoingState.QUEUED, error="flood", wait_seconds=60)]
        await self.queue(2, chats=1)
        await self.send(lambda: self.telegram.sent and not self.sender._leases.lanes)
        self.assertEqual((await self.states(), len(self.telegram.sent)), (["queued", "queued"], 1))
        await OutboxLane.objects.aupdate(not_before=None)
        await self.send(lambda: len(self.telegram.sent) == 3)
        self.assertEqual([pk for _, pk in self.telegram.sent], sorted(pk for _, pk in self.telegram.sent))

    async def test_a_chat_that_must_pause_takes_no_place(self) -> None:
        await self.queue(4, chats=4)
        await self.send(
            lambda: len(self.telegram.sent) == 2 and len(self.sender._leases.lanes) == 0,
            in_flight=1,
            pause=lambda message: 60.0 if message.chat_id <= 2 else 0.0,
        )
        self.assertEqual(await self.states(), ["queued", "queued", "sent", "sent"])

    async def test_what_was_cancelled_after_the_claim_is_not_sent(self) -> None:
        await self.queue(2, chats=1)
        claim = store.claim

        def claim_late(*args: object, **kwargs: object) -> object:
            lanes = claim(*args, **kwargs)  # type: ignore[arg-type]
            OutgoingMessage.objects.filter(payload__contains='"0"').update(state="cancelled")
            return lanes

        with patch.object(store, "claim", claim_late):
            await self.send(lambda: self.telegram.sent)
        self.assertEqual((await self.states(), len(self.telegram.sent)), (["cancelled", "sent"], 1))

    async def test_a_begin_that_is_withdrawn_before_it_is_written_never_begins(self) -> None:
        await self.queue(1, chats=1)
        (lane,) = await in_database(store.claim, BOT, owner="one", lanes=1, each=5, lease_seconds=60)
        released: list[Done] = []
        writing = Journal(BOT, on_written=lambda: None, on_released=released.append)
        asking = asyncio.create_task(writing.begin(lane, lane.messages[0]))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait({asking})
        now = timezone.now()
        writing.put(End(lane, lane.messages[0], Sent(OutgoingState.QUEUED), now, now))
        writing.put(Done(lane, more=True))
        running = asyncio.create_task(writing.run())
        await writing.flush()
        running.cancel()
        self.assertEqual((await self.states(), [done.lane for done in released]), (["queued"], [lane]))

    async def test_an_entry_that_the_database_refuses_holds_up_no_other(self) -> None:
        await self.queue(2, chats=2)
        self.telegram.answers = [Sent(OutgoingState.SENT, message_id=2**70)]
        with self.assertLogs("botcore.outbox.journal", "ERROR"):
            await self.send(lambda: len(self.telegram.sent) == 2)
        self.assertEqual(sorted(await self.states()), ["sent", "uncertain"])

    async def test_what_a_stop_catches_between_mark_and_call_stays_queued(self) -> None:
        await self.queue(1, chats=1)
        begun, go_on = threading.Event(), threading.Event()

        def slow(*args: Any) -> object:
            written = advance(*args)
            if args[0]:
                begun.set()
                go_on.wait(PATIENCE)
            return written

        with patch.object(journal, "advance", slow), self.assertLogs("botcore.outbox.sender", "WARNING"):
            asyncio.get_running_loop().call_later(0.3, go_on.set)
            await self.send(begun.is_set, stop_seconds=0.01)
        self.assertEqual((await self.states(), self.telegram.sent), (["queued"], []))

    async def test_while_the_database_is_away_ends_are_kept_and_nothing_begins(self) -> None:
        self.telegram.gate.clear()
        await self.queue(3, chats=1)
        away, seen = asyncio.Event(), []

        def broken(*args: object) -> object:
            if away.is_set():
                seen.append(args)
                raise OperationalError("no answer")
            return advance(*args)  # type: ignore[arg-type]

        async def outage() -> None:
            while not self.telegram.under_way:
                await asyncio.sleep(0.001)
            away.set()
            self.telegram.gate.set()
            while len(seen) < 2:
                await asyncio.sleep(0.001)
            self.sent_meanwhile = len(self.telegram.sent)
            away.clear()

        with patch.object(journal, "advance", broken), self.assertLogs("botcore.database", "WARNING"):
            trouble = asyncio.create_task(outage())
            await self.send(lambda: len(self.telegram.sent) == 3)
            await trouble
        self.assertEqual((self.sent_meanwhile, await self.states()), (1, ["sent"] * 3))

    async def test_a_call_does_not_outlive_a_lease_that_cannot_be_renewed(self) -> None:
        self.telegram.gate.clear()
        await self.queue(2, chats=1)
        lost = Mock(return_value=set())
        with patch.object(store, "renew", lost), self.assertLogs("botcore.lanes.leases", "WARNING"):
            await self.send(lambda: lost.called and not self.telegram.under_way, lease_seconds=1, stop_seconds=0.1)
        self.assertEqual((await self.states())[0], "uncertain")

    async def test_what_another_process_was_sending_when_it_died_is_not_sent(self) -> None:
        await self.queue(2, chats=1)
        (dead,) = await in_database(store.claim, BOT, owner="dead", lanes=1, each=5, lease_seconds=-1)
        await in_database(advance, [Begin(dead, dead.messages[0])], [], [])
        await self.send(lambda: self.telegram.sent)
        self.assertEqual(await self.states(), ["uncertain", "sent"])


class SlotsTests(SimpleTestCase):
    """Whose turn it is."""

    async def test_the_most_urgent_comes_first_and_equals_in_order(self) -> None:
        slots, order = Slots(1), []

        async def work(name: str, priority: int) -> None:
            await slots.take(priority)
            order.append(name)
            await asyncio.sleep(0)
            slots.give()

        await slots.take(0)
        tasks = [asyncio.create_task(work(name, int(name[1]))) for name in ("a3", "b3", "c1", "d2", "e1")]
        await asyncio.sleep(0)
        slots.give()
        await asyncio.gather(*tasks)
        self.assertEqual(order, ["c1", "e1", "d2", "a3", "b3"])

    async def test_one_who_gives_up_takes_no_place_with_him(self) -> None:
        slots = Slots(1)
        await slots.take(0)
        waiting = [asyncio.create_task(slots.take(1)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        slots.give()
        waiting[1].cancel()  # at the very moment that the place came, or before
        await asyncio.wait(waiting, timeout=PATIENCE)
        self.assertFalse(waiting[2].cancelled())
        slots.give()
        await asyncio.wait_for(slots.take(0), PATIENCE)
