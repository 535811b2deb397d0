"""One worker process of the inbox' benchmark: works until nothing is pending. BENCH_WORKER is empty or pipeline."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from functools import partial

from django.utils import timezone
from telegram import Update
from telegram.request import HTTPXRequest

from benchmarks.workload import BOT
from botcore.application import build_application
from botcore.database import database_threads, in_database
from botcore.inbox.completion import Outcome
from botcore.inbox.models import State
from botcore.inbox.selectors import pending_count
from botcore.inbox.store import Pending
from botcore.inbox.worker import Handling, Run, Worker
from botcore.pipeline.context import Context
from botcore.pipeline.pipeline import Pipeline
from botcore.registry import Registry, message

LOOK_SECONDS = 0.25


class Empty:
    """Handlers that do nothing, without a pipeline around them."""

    async def prepare(self, updates: Sequence[Pending]) -> Mapping[int, Run]:
        """Need nothing."""
        return {update.pk: partial(self.handle, update) for update in updates}

    async def handle(self, update: Pending) -> Outcome:
        """Be done."""
        now = timezone.now()
        return Outcome(update, State.DONE, "bench.empty", "", now, now)


@message()
async def nothing(_update: Update, _context: Context) -> None:
    """Do nothing."""


def with_pipeline() -> Handling:
    """Return the real pipeline with one handler that does nothing; there is no Telegram to ask who the bot is."""
    application = build_application(
        "1:bench", "http://127.0.0.1:9", request=HTTPXRequest(), poll_request=HTTPXRequest()
    )
    Registry([nothing]).install(application)
    application._initialized = True  # noqa: SLF001
    application.bot.introduce({"id": BOT, "is_bot": True, "first_name": "Bench", "username": "bench_bot"})
    return Pipeline(application)


async def main() -> None:
    """Work until nothing is pending."""
    handling: Handling = with_pipeline() if os.environ["BENCH_WORKER"] == "pipeline" else Empty()
    worker = Worker(bot_id=BOT, owner=f"bench:{os.getpid()}", handling=handling, concurrency=64)
    async with database_threads(5):
        running = asyncio.create_task(worker.run(stop_seconds=5))
        while await in_database(pending_count, 1):  # noqa: ASYNC110 (other processes work on it, too)
            await asyncio.sleep(LOOK_SECONDS)
        worker.stop()
        await running


if __name__ == "__main__":
    asyncio.run(main())
