"""What metrics cost: `python -m benchmarks.instrumentation`. Their share of an update's CPU, and a scrape.

An update is handled as in a bot: claimed, decoded, answered through the way out to a canned Telegram, noted in the
ledger and completed. Rounds alternate in which everything is counted once, as always, TIMES times, and not at all.
With and without differ by less than two rounds of one kind do, so the share is that of the many counts, by their
number. It leaves out looking up series and reading clocks; and repeated calls find the processor's caches warm.
"""

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.test.utils import get_runner
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from telegram import Update as TelegramUpdate
from telegram.request import HTTPXRequest

from benchmarks.scrapes import scrapes
from benchmarks.workload import BOT, message
from botcore.application import build_application
from botcore.connection.assembly import build_way_out
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest
from botcore.database import database_threads, in_database
from botcore.inbox import store
from botcore.inbox.envelope import read_envelope
from botcore.inbox.selectors import pending_count
from botcore.inbox.worker import Worker
from botcore.instruments import DECLARED, REGISTRY
from botcore.monitoring.writer import text_of
from botcore.outbox.ledger import LEDGER, store_ledger
from botcore.pipeline.context import Context
from botcore.pipeline.ledger import Ledger
from botcore.pipeline.pipeline import Pipeline
from botcore.recorder import Recorder
from botcore.registry import Registry
from botcore.registry import message as on_message
from tests.environment import SERVER

UPDATES, SETS = 200, 25
TIMES = 11
METHODS = [
    (MetricWrapperBase, "labels"),
    (Counter, "inc"),
    (Gauge, "inc"),
    (Gauge, "dec"),
    (Gauge, "set"),
    (Histogram, "observe"),
]
CALLS_PER_SECOND = 1_000_000  # no limit that could be reached


@on_message()
async def answer(update: TelegramUpdate, context: Context) -> None:
    """Answer."""
    assert update.effective_chat
    await context.bot.send_message(update.effective_chat.id, "You said: hello")


@contextmanager
def counted(times: int) -> Iterator[None]:
    """Let everything be counted so often within the block; what is made of these methods is, too."""

    def often(method: Callable[..., Any]) -> Callable[..., Any]:
        """Return the method, so many times; it returns itself where a series is looked up and nothing is counted."""

        def wrapper(self: object, *args: Any, **given: Any) -> Any:
            """Call it so often; return what the last call returns."""
            result: Any = self
            for _ in range(times):
                result = method(self, *args, **given)
            return result

        return wrapper

    with ExitStack() as patches:
        for kind, name in METHODS:
            patches.enter_context(mock.patch.object(kind, name, often(getattr(kind, name))))
        yield


def main() -> None:
    """Measure on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    command_line = [sys.executable, "-m", "benchmarks.telegram"]
    environment = {**os.environ, "BENCH_WORKER": "telegram"}
    server = subprocess.Popen(command_line, env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    print(f"{SERVER.version if SERVER else 'SQLite'}, {SETS} sets of rounds of {UPDATES} updates")
    found, texts = asyncio.run(measure(url))
    server.kill()
    server.wait()
    show(found)
    scrapes(texts)
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def show(found: list[tuple[float, float, float]]) -> None:
    """Print medians; the share is the median of each set of rounds, because the machine's pace changes meanwhile."""
    often, once, bare = (statistics.median(values) * 1000 for values in zip(*found, strict=True))
    shares = sorted((a - b) / (TIMES - 1) / b for a, b, _ in found)
    quarter = len(shares) // 4
    more = f"{often:6.3f} ms counted {TIMES} times"
    print(f"  CPU of an update  {once:6.3f} ms with metrics  {bare:6.3f} ms without  {more}")
    middle = f"the middle half of the sets: {shares[quarter]:.1%} to {shares[-quarter - 1]:.1%}"
    print(f"  share of metrics  {statistics.median(shares):6.1%} (at most 5.0% allowed); {middle}")


async def measure(url: str) -> tuple[list[tuple[float, float, float]], list[str]]:
    """Return the CPU seconds of an update counted often, once and not at all of each set, and the metrics after it."""
    with tempfile.TemporaryDirectory() as spool:
        recorder = Recorder(directory=Path(spool), process="bench", writers={LEDGER: store_ledger})
        way_out = build_way_out(
            rate=CALLS_PER_SECOND,
            places=128,
            process="bench",
            shared=False,
            api_url=url,
            bot_id=lambda: BOT,
            tell=lambda *_said, **_level: None,
        )
        way_out.on_result = Ledger(recorder, lambda: BOT)
        application = build_application(
            "1:bench", url, request=AiohttpRequest(128, Timeouts(pool=60)), poll_request=HTTPXRequest(), way_out=way_out
        )
        Registry([answer]).install(application)
        await application.bot.request.initialize()
        application._initialized = True  # noqa: SLF001
        application.bot.introduce({"id": BOT, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
        async with database_threads(5, handlers=3):
            recording = asyncio.create_task(recorder.run())
            found, texts = await rounds(Pipeline(application))
            await recorder.close()
            await recording
        await application.bot.request.shutdown()
    return found, texts


async def rounds(pipeline: Pipeline) -> tuple[list[tuple[float, float, float]], list[str]]:
    """Alternate, after a round that nobody counts; which of a set comes first changes, too."""
    await one_round(pipeline, 0)
    gc.collect()
    gc.freeze()
    found, texts = [], []
    kinds = [TIMES, 1, 0]
    for number in range(1, SETS + 1):
        spent = {}
        for place, times in enumerate(kinds):
            with nullcontext() if times == 1 else counted(times):
                spent[times] = await one_round(pipeline, 3 * number + place)
        kinds.append(kinds.pop(0))
        found.append((spent[TIMES], spent[1], spent[0]))
        texts.append(text_of(DECLARED[REGISTRY]))
    return found, texts


async def one_round(pipeline: Pipeline, number: int) -> float:
    """Handle updates, each of another chat; return CPU seconds for one of them."""
    first = number * UPDATES
    envelopes = [read_envelope(message(first + one) | chat(first + one)) for one in range(UPDATES)]
    await in_database(store.accept, BOT, envelopes)
    worker = Worker(bot_id=BOT, owner=f"bench:{number}", handling=pipeline, concurrency=64)
    gc.collect()
    began = time.process_time()
    running = asyncio.create_task(worker.run(stop_seconds=5))
    while await in_database(pending_count, 1):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    spent = time.process_time() - began
    worker.stop()
    await running
    return spent / UPDATES


def chat(number: int) -> dict[str, Any]:
    """Return the update's message from a chat of its own: a chat's own limit must not slow it."""
    raw: dict[str, Any] = message(number)["message"]
    who = {**raw["from"], "id": 10_000_000 + number}
    return {"message": {**raw, "chat": {**raw["chat"], "id": who["id"]}, "from": who}}


if __name__ == "__main__":
    main()
