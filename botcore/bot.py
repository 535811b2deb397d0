"""The wiring of a bot process, top to bottom: read this first.

Telegram → intake → inbox → Worker → Pipeline → handlers → Telegram; Heart and Watchdog report, `stop()` ends it.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest

from botcore import handlers, metrics, notifications
from botcore.clock import Clock
from botcore.connection.manager import ConnectionManager
from botcore.connection.menu import publish_menu
from botcore.connection.transport import CountedRequest, PollRequest
from botcore.database import database_threads
from botcore.inbox import lanes
from botcore.inbox.worker import Worker
from botcore.intake.modes import Intake, PollingIntake, WebhookIntake
from botcore.monitoring import systemd
from botcore.monitoring.events import store_events
from botcore.monitoring.heart import Heart
from botcore.monitoring.identity import machine, process_name
from botcore.monitoring.server import BotServer
from botcore.monitoring.services import Beat
from botcore.monitoring.teller import Teller
from botcore.monitoring.watchdog import Watchdog
from botcore.pipeline.context import BotApplication, Context
from botcore.pipeline.pipeline import Pipeline
from botcore.recorder import EVENT, Recorder
from botcore.registry import Registry
from botcore.runtime import services as runtime

logger = logging.getLogger(__name__)

# Together as many as DATABASE_POOL_SIZE by default. Handlers have their own: a table that they wait for must not stop
# polling, leases and completion.
DATABASE_THREADS, HANDLER_THREADS = 5, 3


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
    """One bot process from start to stop; `features` is the package whose modules it serves."""

    def __init__(self, features: ModuleType = handlers) -> None:
        self._features = features
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the process to stop in order."""
        logger.info("stopping")
        self._stopping.set()

    async def run(self) -> None:
        """Run until stop(); raise ConfigurationError for a set-up that cannot work."""
        self._started_at = timezone.now()
        poll_request = PollRequest(2)
        application = build_application(
            settings.TELEGRAM_BOT_TOKEN,
            settings.TELEGRAM_API_URL,
            request=CountedRequest(settings.BOT_CONCURRENCY + 8, pool_timeout=30, read_timeout=15),
            poll_request=poll_request,
        )
        registry = Registry.discover(self._features)
        registry.install(application)
        connection = ConnectionManager(
            application,
            start_seconds=settings.BOT_START_SECONDS,
            api_url=settings.TELEGRAM_API_URL,
            polling=settings.BOT_MODE == "polling",
        )
        if not await self._unless_stopped(connection.connect()):
            return
        if await self._unless_stopped(publish_menu(application.bot, registry.menu)):
            async with database_threads(DATABASE_THREADS, handlers=HANDLER_THREADS):
                await self._serve(application, registry, poll_request)
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

    async def _serve(self, application: BotApplication, registry: Registry, poll_request: BaseRequest) -> None:
        """Put the parts together and run them."""
        bot = application.bot
        recorder = Recorder(directory=settings.SPOOL_DIR, process=process_name(), writers={EVENT: store_events})
        tell = Teller(recorder, process=process_name(), bot_id=bot.id)
        clock = Clock(on_jump=tell.clock_jumped)
        worker = Worker(
            bot_id=bot.id,
            owner=process_name(),
            handling=Pipeline(application, clock),
            concurrency=settings.BOT_CONCURRENCY,
            lease_seconds=settings.BOT_LEASE_SECONDS,
        )
        make_intake = WebhookIntake if settings.BOT_MODE == "webhook" else PollingIntake
        intake = make_intake(
            bot, allowed_updates=registry.allowed_updates(), wake=worker.wake, tell=tell, poll_request=poll_request
        )
        watchdog = Watchdog(clock, intake_age=intake.age, each_look=worker.renew_beside)
        server = BotServer(settings.BOT_METRICS_PORT, watchdog.health)
        metrics.BUILD.labels(settings.VERSION).set(1)

        def look(said: Beat) -> Beat:
            return replace(
                said,
                intake=intake.role,
                trouble=intake.trouble,
                last_poll_at=intake.last_poll_at,
                spooled=recorder.spooled,
                metrics_port=server.port,
            )

        heart = Heart(bot.id, self._first_beat(application), look=look, tell=tell)
        await self._work(intake, worker, heart, recorder, watchdog)
        server.close()

    def _first_beat(self, application: BotApplication) -> Beat:
        return Beat(
            process=process_name(),
            role="bot",
            version=settings.VERSION,
            state="starting",
            started_at=self._started_at,
            machine=machine(),
            bot_id=application.bot.id,
            bot_username=application.bot.username,
        )

    async def _work(self, intake: Intake, worker: Worker, heart: Heart, recorder: Recorder, watchdog: Watchdog) -> None:
        """Run the loops until stop() or until one of them ends, then end the others in order."""
        callbacks = {lanes.CHANNEL: lambda _: worker.wake(), runtime.CHANNEL: lambda _: intake.look()}
        taking = asyncio.create_task(intake.run())
        working = asyncio.create_task(worker.run(stop_seconds=settings.BOT_STOP_SECONDS))
        others = {
            asyncio.create_task(heart.run()),
            asyncio.create_task(recorder.run()),
            asyncio.create_task(watchdog.run()),
        }
        listening = asyncio.create_task(notifications.listen(callbacks))
        stopping = asyncio.create_task(self._stopping.wait())
        logger.info("running")
        systemd.notify("READY=1")
        await asyncio.wait({taking, working, stopping, *others}, return_when=asyncio.FIRST_COMPLETED)
        systemd.notify("STOPPING=1")
        for task in (taking, listening, stopping):  # intake first: what is not stored is not confirmed
            task.cancel()
        worker.stop()
        await asyncio.wait({taking, working, listening})
        for task in others:
            task.cancel()
        await asyncio.wait(others)
        await recorder.close()
        await self._say_goodbye(heart)
        for task in (taking, working, *others):
            if not task.cancelled() and (error := task.exception()):
                raise error

    @staticmethod
    async def _say_goodbye(heart: Heart) -> None:
        try:
            await heart.beat("stopped")
        except DatabaseError as exc:
            logger.warning("the last heartbeat could not be written: %s", exc)
        logger.info("stopped")
