"""The inbox' speed: accepting, working with empty handlers (one and two processes), and waking an idle worker.

`TEST_DATABASE=postgresql python -m benchmarks.inbox`; all figures come from one run, for machines are noisy.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time

from django.conf import settings
from django.db.models import Max, Min
from django.test.utils import get_runner

from benchmarks.worker import Empty
from benchmarks.workload import BOT, message
from botcore import notifications
from botcore.database import database_threads, in_database
from botcore.inbox import lanes, store
from botcore.inbox.completion import Outcome
from botcore.inbox.envelope import read_envelope
from botcore.inbox.store import Pending
from botcore.inbox.worker import Worker
from botcore.models import Lane, Update
from tests.environment import SERVER

UPDATES, BATCH = 20_000, 100
WAKES, PAUSE_SECONDS = 200, 0.03  # single updates, so far apart that the worker is idle
ROUNDS = 3


def main() -> None:
    """Measure everything on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{SERVER.version if SERVER else 'SQLite'}, {UPDATES} updates; this machine: {loops():.0f} million loops/s")
    rates = [accept() for _ in range(ROUNDS)]
    show(f"accept, batches of {BATCH}", rates)
    processes = [1, 2] if SERVER else [1]  # SQLite has one process
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for kind in ("empty", "pipeline"):
            for count in processes:
                accept()
                found.setdefault((kind, count), []).append(work(kind, count))
    for (kind, count), rates in found.items():
        words = "empty handlers" if kind == "empty" else "decoded, with people and memory"
        show(f"{words}, {count} process{'es' if count > 1 else ''}", rates)
    delays = sorted(asyncio.run(wake()))
    print(f"  idle to handler: p50 {delays[len(delays) // 2]:.1f} ms, p99 {delays[int(len(delays) * 0.99)]:.1f} ms")
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def loops() -> float:
    """Return how many million times a second Python counts here: the yardstick for all other figures."""
    start = time.perf_counter()
    for _ in range(5_000_000):
        pass
    return 5 / (time.perf_counter() - start)


def show(words: str, rates: list[float]) -> None:
    """Print the median and every round."""
    print(f"  {words:45} {statistics.median(rates):8.0f} updates/s  {[round(rate) for rate in rates]}")


def accept() -> float:
    """Accept everything anew; return updates per second."""
    Update.objects.all().delete()
    Lane.objects.all().delete()
    envelopes = [read_envelope(message(number)) for number in range(UPDATES)]
    start = time.perf_counter()
    for first in range(0, UPDATES, BATCH):
        store.accept(BOT, envelopes[first : first + BATCH])
    return UPDATES / (time.perf_counter() - start)


def work(kind: str, processes: int) -> float:
    """Let worker processes empty the inbox; return updates per second from the first start to the last end."""
    name = settings.DATABASES["default"]["NAME"]
    url = SERVER.url.rpartition("/")[0] + f"/{name}" if SERVER else f"sqlite:///{name}"
    environment = {**os.environ, "DATABASE_URL": url, "BENCH_WORKER": kind}
    command = [sys.executable, "-m", "benchmarks.worker"]
    running = [subprocess.Popen(command, env=environment) for _ in range(processes)]
    assert [process.wait() for process in running] == [0] * processes
    assert not Update.objects.filter(state="pending").exists()
    ends = Update.objects.aggregate(first=Min("started_at"), last=Max("finished_at"))
    return UPDATES / float((ends["last"] - ends["first"]).total_seconds())


class Noting(Empty):
    """Says when a handler began."""

    def __init__(self) -> None:
        self.began: asyncio.Queue[float] = asyncio.Queue()

    async def handle(self, update: Pending) -> Outcome:
        """Note the time."""
        self.began.put_nowait(time.perf_counter())
        return await super().handle(update)


async def wake() -> list[float]:
    """Let single updates arrive at an idle worker; return the milliseconds from before the insert to the handler."""
    handling, delays = Noting(), []
    worker = Worker(bot_id=BOT, owner="bench", handling=handling, concurrency=64)
    async with database_threads(5):
        running = asyncio.create_task(worker.run(stop_seconds=5))
        listening = asyncio.create_task(notifications.listen({lanes.CHANNEL: lambda _: worker.wake()}))
        for number in range(WAKES):
            await asyncio.sleep(PAUSE_SECONDS)
            arrived = time.perf_counter()
            await in_database(store.accept, BOT, [read_envelope(message(UPDATES + number))])
            if not SERVER:  # there the one process that accepts tells the worker itself
                worker.wake()
            delays.append((await handling.began.get() - arrived) * 1000)
        listening.cancel()
        worker.stop()
        await running
    return delays


if __name__ == "__main__":
    main()
