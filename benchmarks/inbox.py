"""The inbox' speed: accepting, working with empty handlers (one and two processes), and waking an idle worker.

`TEST_DATABASE=postgresql python -m benchmarks.inbox`; all figures come from one run, for machines are noisy.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial

import django

BOT = 1
UPDATES, CHATS, BATCH = 40_000, 4_000, 100
WAKES = 200
ROUNDS = 3


def main() -> None:
    """Measure everything on a test database, or be one of its workers."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "botproject.settings"
    if sys.argv[1:2] == ["worker"]:
        django.setup()
        asyncio.run(work_until_idle(pipeline=sys.argv[2] == "pipeline"))
        return
    from tests import environment  # noqa: PLC0415 (starts a server: not in the workers)

    django.setup()
    from django.conf import settings  # noqa: PLC0415 (after setup)
    from django.test.utils import get_runner  # noqa: PLC0415

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{environment.SERVER.version if environment.SERVER else 'SQLite'}, {UPDATES} updates in {CHATS} chats")
    accepted = [accept() for _ in range(ROUNDS)]
    print(f"  accept, batches of {BATCH}: {statistics.median(accepted):8.0f} updates/s")
    for words, kind, processes in (
        ("empty handlers, one process ", "empty", 1),
        ("empty handlers, two processes", "empty", 2),
        ("decoded by the pipeline, one  ", "pipeline", 1),
        ("decoded by the pipeline, two  ", "pipeline", 2),
    ):
        if processes > 1 and not environment.SERVER:
            continue  # SQLite has one process
        rates = []
        for _ in range(ROUNDS):
            accept()
            rates.append(work(kind, processes))
        print(f"  {words}: {statistics.median(rates):8.0f} updates/s   {[round(rate) for rate in rates]}")
    delays = sorted(asyncio.run(wake()))
    print(f"  idle to handler: p50 {delays[len(delays) // 2]:.1f} ms, p99 {delays[int(len(delays) * 0.99)]:.1f} ms")
    runner.teardown_databases(databases)
    if environment.SERVER:
        environment.SERVER.stop()


def accept() -> float:
    """Accept everything anew; return updates per second."""
    from botcore.inbox import store  # noqa: PLC0415
    from botcore.inbox.envelope import read_envelope  # noqa: PLC0415
    from botcore.models import Lane, Update  # noqa: PLC0415

    Update.objects.all().delete()
    Lane.objects.all().delete()
    envelopes = [read_envelope(message(number)) for number in range(UPDATES)]
    start = time.perf_counter()
    for first in range(0, UPDATES, BATCH):
        store.accept(BOT, envelopes[first : first + BATCH])
    return UPDATES / (time.perf_counter() - start)


def message(number: int) -> dict[str, object]:
    """Return a message as Telegram delivers it."""
    chat = number % CHATS + 1
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Alice"},
            "from": {"id": chat, "is_bot": False, "first_name": "Alice", "language_code": "en"},
            "text": "hello " * 10,
        },
    }


def work(kind: str, processes: int) -> float:
    """Let worker processes empty the inbox; return updates per second from the first start to the last end."""
    from django.conf import settings  # noqa: PLC0415
    from django.db.models import Max, Min  # noqa: PLC0415

    from botcore.models import Update  # noqa: PLC0415

    name = settings.DATABASES["default"]["NAME"]
    url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    url = url if os.environ["DATABASE_URL"].startswith("postgres") else f"sqlite:///{name}"
    command = [sys.executable, "-m", "benchmarks.inbox", "worker", kind]
    running = [subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) for _ in range(processes)]
    assert [process.wait() for process in running] == [0] * processes
    assert not Update.objects.filter(state="pending").exists()
    ends = Update.objects.aggregate(first=Min("started_at"), last=Max("finished_at"))
    return UPDATES / float((ends["last"] - ends["first"]).total_seconds())


async def work_until_idle(*, pipeline: bool) -> None:
    """Run a worker until nothing is pending."""
    from botcore.database import database_threads, in_database  # noqa: PLC0415
    from botcore.inbox.selectors import pending_count  # noqa: PLC0415
    from botcore.inbox.worker import Worker  # noqa: PLC0415

    handling = the_pipeline() if pipeline else Empty()
    worker = Worker(bot_id=BOT, owner=f"bench:{os.getpid()}", handling=handling, concurrency=64)
    async with database_threads(5):
        running = asyncio.create_task(worker.run(stop_seconds=5))
        while await in_database(pending_count, 1):
            await asyncio.sleep(0.25)
        worker.stop()
        await running


class Empty:
    """Handlers that do nothing."""

    async def prepare(self, updates: Sequence[object]) -> Mapping[int, object]:
        """Need nothing."""
        return {update.pk: partial(self.handle, update) for update in updates}

    async def handle(self, update: object) -> object:
        """Be done."""
        from django.utils import timezone  # noqa: PLC0415

        from botcore.inbox.completion import Outcome  # noqa: PLC0415
        from botcore.inbox.models import State  # noqa: PLC0415

        now = timezone.now()
        return Outcome(update, State.DONE, "bench.empty", "", now, now)


def the_pipeline() -> object:
    """Return the real pipeline with one handler that does nothing."""
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    from botcore.bot import build_application  # noqa: PLC0415
    from botcore.pipeline.pipeline import Pipeline  # noqa: PLC0415
    from botcore.registry import Registry, message as on_message  # noqa: PLC0415

    async def nothing(_update: object, _context: object) -> None:
        """Do nothing."""

    application = build_application(
        "1:sandbox", "http://127.0.0.1:9", request=HTTPXRequest(), poll_request=HTTPXRequest()
    )
    Registry([on_message()(nothing)]).install(application)
    application._initialized = True  # no network: getMe is not asked
    application.bot._bot_user = __import__("telegram").User(BOT, "bench", is_bot=True, username="bench")
    return Pipeline(application)


async def wake() -> list[float]:
    """Let single updates arrive at an idle worker; return the milliseconds from the commit to the handler's start."""
    from botcore import notifications  # noqa: PLC0415
    from botcore.database import database_threads, in_database  # noqa: PLC0415
    from botcore.inbox import lanes, store  # noqa: PLC0415
    from botcore.inbox.envelope import read_envelope  # noqa: PLC0415
    from botcore.inbox.worker import Worker  # noqa: PLC0415

    started: asyncio.Queue[float] = asyncio.Queue()

    class Noting(Empty):
        """Says when it began."""

        async def handle(self, update: object) -> object:
            """Note the time."""
            started.put_nowait(time.perf_counter())
            return await super().handle(update)

    delays = []
    worker = Worker(bot_id=BOT, owner="bench", handling=Noting(), concurrency=64)
    async with database_threads(5):
        running = asyncio.create_task(worker.run(stop_seconds=5))
        listening = asyncio.create_task(notifications.listen({lanes.CHANNEL: lambda _: worker.wake()}))
        for number in range(WAKES):
            await asyncio.sleep(0.03)
            accepted = time.perf_counter()
            await in_database(store.accept, BOT, [read_envelope(message(UPDATES + number))])
            if not lanes_are_announced():
                worker.wake()
            delays.append((await started.get() - accepted) * 1000)
        listening.cancel()
        worker.stop()
        await running
    return delays


def lanes_are_announced() -> bool:
    """Does the database tell the worker, or must the one who accepts?"""
    from botcore import sql  # noqa: PLC0415

    return sql.is_postgresql()


if __name__ == "__main__":
    main()
