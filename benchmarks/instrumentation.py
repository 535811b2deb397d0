"""What metrics cost: `python -m benchmarks.instrumentation`. CPU of an update with and without, and of a scrape.

An update is handled as in a bot: claimed, decoded, answered through the way out to a canned Telegram, noted in the
ledger and completed. Without means that the metrics' methods do nothing. Rounds of both alternate.
"""

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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

UPDATES, PAIRS = 200, 25
CALLS_PER_SECOND = 1_000_000  # no limit that could be reached


@on_message()
async def answer(update: TelegramUpdate, context: Context) -> None:
    """Answer."""
    assert update.effective_chat
    await context.bot.send_message(update.effective_chat.id, "You said: hello")


@contextmanager
def without_metrics() -> Iterator[None]:
    """Let nothing be counted within the block."""

    def nothing(*_: Any, **__: Any) -> None:
        """Count nothing."""

    def no_block(_self: object) -> Any:
        """Return a block around which nothing is counted."""
        return nullcontext()

    with (
        mock.patch.object(Counter, "inc", nothing),
        mock.patch.multiple(Gauge, inc=nothing, dec=nothing, set=nothing, set_to_current_time=nothing),
        mock.patch.object(Gauge, "track_inprogress", no_block),
        mock.patch.object(Histogram, "observe", nothing),
        mock.patch.object(Histogram, "time", no_block),
        mock.patch.object(MetricWrapperBase, "labels", lambda self, *_labels: self),
    ):
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
    print(f"{SERVER.version if SERVER else 'SQLite'}, {PAIRS} pairs of rounds of {UPDATES} updates")
    found, texts = asyncio.run(measure(url))
    server.kill()
    server.wait()
    show(found)
    scrapes(texts)
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def show(found: list[tuple[float, float]]) -> None:
    """Print medians; the share is the median of each pair's, because the machine's pace changes meanwhile."""
    counted, bare = (statistics.median(values) for values in zip(*found, strict=True))
    share = statistics.median((a - b) / a for a, b in found)
    print(f"  CPU of an update  {counted * 1000:6.3f} ms with metrics  {bare * 1000:6.3f} ms without")
    print(f"  share of metrics  {share:6.1%} (at most 5.0% allowed)  {[f'{(a - b) / a:.1%}' for a, b in found]}")


async def measure(url: str) -> tuple[list[tuple[float, float]], list[str]]:
    """Return the CPU seconds of an update with and without metrics of each pair of rounds, and the metrics after it."""
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


async def rounds(pipeline: Pipeline) -> tuple[list[tuple[float, float]], list[str]]:
    """Alternate, after a round that nobody counts; which of a pair comes first alternates, too."""
    await one_round(pipeline, 0)
    gc.collect()
    gc.freeze()
    found, texts = [], []
    for number in range(1, PAIRS + 1):
        pair = {}
        for counts in (True, False) if number % 2 else (False, True):
            with nullcontext() if counts else without_metrics():
                pair[counts] = await one_round(pipeline, 2 * number + counts)
        found.append((pair[True], pair[False]))
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
