"""The wiring of a bot process, top to bottom: read this first.

Telegram → Poller → inbox → Worker → Pipeline → handlers → Telegram; the Heart reports, `stop()` ends it in order.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest

from botcore import handlers, metrics
from botcore.connection.manager import ConnectionManager
from botcore.connection.menu import publish_menu
from botcore.connection.transport import CountedRequest
from botcore.database import database_threads
from botcore.inbox.worker import Worker
from botcore.intake.polling import Poller
from botcore.monitoring.heart import Heart, MetricsServer, process_name
from botcore.monitoring.services import Beat
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.pipeline import Pipeline
from botcore.registry import Registry

logger = logging.getLogger(__name__)

DATABASE_THREADS = 4  # accept, claim, complete and handlers' calls; must stay below DATABASE_POOL_SIZE


def build_application(token: str, api_url: str, *, request: BaseRequest, poll_request: BaseRequest) -> BotApplication:
    """Return an application without Updater and job queue: intake and worker take their places."""
    return (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .context_types(ContextTypes(context=Context))
        .request(request)
        .get_updates_request(poll_request)
        .updater(None)
        .job_queue(None)
        .build()
    )


class Bot:
    """One bot process from start to stop."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the process to stop in order."""
        logger.info("stopping")
        self._stopping.set()

    async def run(self) -> None:
        """Run until stop(); raise ConfigurationError for a set-up that cannot work."""
        started_at = timezone.now()
        application = build_application(
            settings.TELEGRAM_BOT_TOKEN,
            settings.TELEGRAM_API_URL,
            request=CountedRequest(settings.BOT_CONCURRENCY + 8, pool_timeout=30, read_timeout=15),
            poll_request=CountedRequest(2),
        )
        registry = Registry.discover(handlers)
        registry.install(application)
        connection = ConnectionManager(
            application, start_seconds=settings.BOT_START_SECONDS, api_url=settings.TELEGRAM_API_URL
        )
        if not await self._unless_stopped(connection.connect()):
            return
        if not await self._unless_stopped(publish_menu(application.bot, registry.menu)):
            await connection.close()
            return

        worker = Worker(
            bot_id=application.bot.id,
            owner=process_name(),
            handling=Pipeline(application),
            concurrency=settings.BOT_CONCURRENCY,
        )
        poller = Poller(
            application.bot,
            api_url=settings.TELEGRAM_API_URL,
            allowed_updates=registry.allowed_updates(),
            poll_seconds=settings.BOT_POLL_SECONDS,
            on_updates=worker.wake,
        )
        metrics.BUILD.labels(settings.VERSION).set(1)
        metrics_server = MetricsServer(settings.BOT_METRICS_PORT)
        heart = Heart(
            Beat(
                process=process_name(),
                role="bot",
                version=settings.VERSION,
                state="starting",
                started_at=started_at,
                bot_id=application.bot.id,
                bot_username=application.bot.username,
                metrics_port=metrics_server.port,
            ),
            last_poll_at=lambda: poller.last_poll_at,
        )
        async with database_threads(DATABASE_THREADS):
            await self._work(poller, worker, heart)
        metrics_server.close()
        await connection.close()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work; give it up and return False when stop() comes first."""
        doing, stopping = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if doing.done():
            doing.result()
            return True
        doing.cancel()
        await asyncio.wait({doing})
        return False

    async def _work(self, poller: Poller, worker: Worker, heart: Heart) -> None:
        """Run the three loops until stop() or until one of them ends, then end the others in order."""
        polling = asyncio.create_task(poller.run())
        working = asyncio.create_task(worker.run(stop_seconds=settings.BOT_STOP_SECONDS))
        beating = asyncio.create_task(heart.run())
        stopping = asyncio.create_task(self._stopping.wait())
        logger.info("running")
        await asyncio.wait({polling, working, beating, stopping}, return_when=asyncio.FIRST_COMPLETED)
        polling.cancel()  # intake first: what is not stored is not confirmed, Telegram keeps it
        stopping.cancel()
        worker.stop()
        await asyncio.wait({polling, working})
        beating.cancel()
        await asyncio.wait({beating})
        await self._say_goodbye(heart)
        for task in (polling, working, beating):
            if not task.cancelled() and (error := task.exception()):
                raise error

    @staticmethod
    async def _say_goodbye(heart: Heart) -> None:
        try:
            await heart.beat("stopped")
        except DatabaseError as exc:
            logger.warning("the last heartbeat could not be written: %s", exc)
        logger.info("stopped")
