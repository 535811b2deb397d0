"""The outbox' speed: queueing, and emptying it through a deliver that answers at once, or after 75 ms at 1 000/s.

`TEST_DATABASE=postgresql python -m benchmarks.outbox`; all figures come from one run, for machines are noisy.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from django.conf import settings
from django.test.utils import get_runner
from django.utils import timezone

from benchmarks.inbox import loops
from botcore.database import database_threads
from botcore.models import Chat, OutboxLane, OutgoingMessage, OutgoingState, Priority
from botcore.outbox import services, store
from botcore.outbox.progress import Sent
from botcore.outbox.sender import Sender
from botcore.outbox.store import Queued, Ready
from tests.environment import SERVER

BOT = 1
MESSAGES, BATCH, SINGLE = 10_000, 500, 500
IN_FLIGHT = 250
LATENCY_SECONDS = 0.075
RATE = 1000  # messages a second
ROUNDS = 3
QUIET_SECONDS = 60.0  # a bound


@dataclass(frozen=True)
class Figures:
    """Of one round."""

    rate: float  # messages a second
    cpu_ms: float  # of this process for each message


def main() -> None:
    """Measure everything on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(
        f"{SERVER.version if SERVER else 'SQLite'}, {MESSAGES} messages to as many chats;",
        f"this machine: {loops():.0f} million loops/s",
    )
    now = timezone.now()
    Chat.objects.bulk_create(
        Chat(id=chat, type="private", title="Alice", first_seen=now, last_seen=now) for chat in range(1, SINGLE + 1)
    )
    show("send(), each in its own transaction", [one_by_one() for _ in range(ROUNDS)])
    for words, deliver in (("sent, answered at once", at_once), ("sent at 1 000/s, answered after 75 ms", paced)):
        queued, sent = [], []
        for _ in range(ROUNDS):
            queued.append(in_batches())
            sent.append(asyncio.run(empty(deliver)))
            assert OutgoingMessage.objects.filter(state=OutgoingState.SENT).count() == MESSAGES
        show(f"queued in batches of {BATCH}", queued)
        show(words, sent)
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def show(words: str, found: list[Figures]) -> None:
    """Print the medians and every round."""
    rate, cpu = (statistics.median(values) for values in zip(*((f.rate, f.cpu_ms) for f in found), strict=True))
    rounds = [f"{f.rate:.0f}/s {f.cpu_ms:.3f} ms" for f in found]
    print(f"  {words:38} {rate:7.0f} messages/s  {cpu:.3f} ms CPU a message  {rounds}")


def one_by_one() -> Figures:
    """Queue as a view does."""
    start, cpu = time.perf_counter(), time.process_time()
    for number in range(SINGLE):
        services.send(chat_id=number + 1, text="hello " * 10, bot_id=BOT)
    return figures(SINGLE, start, cpu)


def in_batches() -> Figures:
    """Queue as a campaign does, into an empty outbox."""
    OutgoingMessage.objects.all().delete()
    OutboxLane.objects.all().delete()
    payload = '{"text": "' + "hello " * 10 + '"}'
    start, cpu = time.perf_counter(), time.process_time()
    for first in range(0, MESSAGES, BATCH):
        store.queue(
            BOT,
            [Queued(chat + 1, "sendMessage", payload, Priority.BROADCAST) for chat in range(first, first + BATCH)],
        )
    return figures(MESSAGES, start, cpu)


async def at_once(_begun: float, _number: int) -> None:
    """Answer."""


async def paced(begun: float, number: int) -> None:
    """Wait for a turn, as the limiter does, and for the answer."""
    await asyncio.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
    await asyncio.sleep(LATENCY_SECONDS)


async def empty(answer: Callable[[float, int], Awaitable[None]]) -> Figures:
    """Send everything that waits."""
    asked, sent, all_sent = 0, 0, asyncio.Event()

    async def deliver(_message: Ready) -> Sent:
        nonlocal asked, sent
        asked += 1
        await answer(start, asked)
        sent += 1
        if sent == MESSAGES:
            all_sent.set()
        return Sent(OutgoingState.SENT, message_id=sent)

    sender = Sender(bot_id=BOT, owner="bench", deliver=deliver, in_flight=IN_FLIGHT)
    async with database_threads(3):
        start, cpu = time.perf_counter(), time.process_time()
        running = asyncio.create_task(sender.run(stop_seconds=5))
        async with asyncio.timeout(QUIET_SECONDS):
            await all_sent.wait()
        sender.stop()
        await running
        return figures(MESSAGES, start, cpu)


def figures(count: int, start: float, cpu: float) -> Figures:
    """Return what it took since then."""
    return Figures(count / (time.perf_counter() - start), (time.process_time() - cpu) * 1000 / count)


if __name__ == "__main__":
    main()
