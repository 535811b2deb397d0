"""The wiring of a bot process, top to bottom: read this first.

Telegram → intake → inbox → Worker → Pipeline → handlers → Telegram; Heart and Watchdog report, `stop()` ends it.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone
from telegram import Update
from telegram.ext import ApplicationBuilder, BaseRateLimiter, ContextTypes
from telegram.request import BaseRequest

from botcore import handlers, metrics, notifications
from botcore.clock import Clock
from botcore.connection.aftermath import Aftermath
from botcore.connection.consequences import Consequences
from botcore.connection.entities import EntityCache
from botcore.connection.known_bot import KnownBot
from botcore.connection.link_watch import LinkWatch
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


def build_application(
    token: str,
    api_url: str,
    *,
    request: BaseRequest,
    poll_request: BaseRequest,
    way_out: BaseRateLimiter[Any] | None = None,
) -> BotApplication:
    """Return an application without Updater and job queue: intake and worker take their places."""
    bot = KnownBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=poll_request,
        rate_limiter=way_out,
    )
    context_types = ContextTypes(context=Context)
    application = ApplicationBuilder().bot(bot).context_types(context_types).updater(None).job_queue(None).build()
    application.bot_data["entities"] = EntityCache(bot)
    return application


class Bot:
    """One bot process from start to stop; `features` is the package whose modules it serves."""

    def __init__(self, features: ModuleType = handlers) -> None:
        self._registry = Registry.discover(features)
        self._stopping = asyncio.Event()
        self._intake: Intake | None = None  # until it is known who the bot is

    def stop(self) -> None:
        """Ask the process to stop in order."""
        logger.info("stopping")
        self._stopping.set()

    async def run(self) -> None:
        """Run until stop(); raise ConfigurationError for a set-up that cannot work."""
        self._started_at = timezone.now()
        self._recorder = Recorder(directory=settings.SPOOL_DIR, process=process_name(), writers={EVENT: store_events})
        self._tell = Teller(self._recorder, process=process_name(), bot_id=self._bot_id)
        self._clock = Clock(on_jump=self._tell.clock_jumped)
        self._link = LinkWatch(settings.TELEGRAM_API_URL, tell=self._tell)
        self._consequences = Consequences(bot_id=self._bot_id, tell=self._tell)
        way_out = Aftermath(self._link, self._consequences)
        self._poll_request = PollRequest(2)
        self._application = build_application(
            settings.TELEGRAM_BOT_TOKEN,
            settings.TELEGRAM_API_URL,
            request=CountedRequest(settings.BOT_CONCURRENCY + 8, pool_timeout=30, read_timeout=15),
            poll_request=self._poll_request,
            way_out=way_out,
        )
        self._entities: EntityCache = self._application.bot_data["entities"]
        way_out.called = self._entities.called
        self._application.bot_data["link"] = self._link
        self._registry.install(self._application)
        connection = ConnectionManager(
            self._application,
            self._link,
            api_url=settings.TELEGRAM_API_URL,
            polling=settings.BOT_MODE == "polling",
            tell=self._tell,
            complain_after=settings.BOT_START_SECONDS,
        )
        async with database_threads(DATABASE_THREADS, handlers=HANDLER_THREADS):
            try:
                if await self._unless_stopped(connection.open()) and await self._unless_stopped(
                    self._consequences.load()
                ):
                    await self._live(connection)
            finally:
                await connection.close()

    async def _live(self, connection: ConnectionManager) -> None:
        """Run what needs no Telegram, and within it the work on updates; the first loop that ends stops all."""
        watchdog = Watchdog(self._clock, intake_age=lambda: self._intake.age() if self._intake else None)
        self._server = BotServer(settings.BOT_METRICS_PORT, watchdog.health)
        metrics.BUILD.labels(settings.VERSION).set(1)
        heart = Heart(self._first_beat(), look=self._look, tell=self._tell)
        greet = partial(publish_menu, self._application.bot, self._registry.menu)
        loops = [heart.run(), self._recorder.run(), watchdog.run(), connection.run(greet)]
        tasks = [asyncio.create_task(loop) for loop in loops]
        serving = asyncio.create_task(self._serve(connection))
        for task in (serving, *tasks):
            task.add_done_callback(lambda _: self._stopping.set())
        logger.info("running")
        systemd.notify("READY=1")
        await asyncio.wait({serving})
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await self._recorder.close()
        await self._say_goodbye(heart)
        self._server.close()
        raise_first_error([serving, *tasks])

    async def _serve(self, connection: ConnectionManager) -> None:
        """Take and handle updates, as soon as it is known whose, until a stop; then end in order."""
        if await self._unless_stopped(connection.known()):
            await self._work(connection)

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do the work; give it up and return False when stop() comes first."""
        doing, stopping = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if doing.done():
            doing.result()
            return not self._stopping.is_set()
        doing.cancel()
        await asyncio.wait({doing})
        return False

    async def _work(self, connection: ConnectionManager) -> None:
        """Run intake and worker until a stop or until one of them ends."""
        worker = Worker(
            bot_id=self._application.bot.id,
            owner=process_name(),
            handling=Pipeline(self._application, self._clock, observe=self._observe),
            concurrency=settings.BOT_CONCURRENCY,
            lease_seconds=settings.BOT_LEASE_SECONDS,
            holds=lambda: self._link.is_away,  # no answer would arrive
        )
        make_intake = WebhookIntake if settings.BOT_MODE == "webhook" else PollingIntake
        self._intake = intake = make_intake(
            self._application.bot,
            allowed_updates=self._registry.allowed_updates(),
            wake=worker.wake,
            tell=self._tell,
            poll_request=self._poll_request,
            link=self._link,
        )
        callbacks = {lanes.CHANNEL: lambda _: worker.wake(), runtime.CHANNEL: lambda _: intake.look()}
        taking = asyncio.create_task(self._take(intake, connection))
        working = asyncio.create_task(worker.run(stop_seconds=settings.BOT_STOP_SECONDS))
        listening = asyncio.create_task(notifications.listen(callbacks))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({taking, working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        systemd.notify("STOPPING=1")
        for task in (taking, listening, stopping):  # intake first: what is not stored is not confirmed
            task.cancel()
        worker.stop()
        await asyncio.wait({taking, working, listening})
        raise_first_error([taking, working])

    @staticmethod
    async def _take(intake: Intake, connection: ConnectionManager) -> None:
        """Take updates; who polls waits for Telegram, who listens does not."""
        if settings.BOT_MODE == "polling":
            await connection.connected()
        await intake.run()

    async def _observe(self, update: Update) -> None:
        self._entities.observe(update)
        await self._consequences.observe(update)

    def _bot_id(self) -> int | None:
        bot = self._application.bot
        return bot.id if bot.is_known else None

    def _first_beat(self) -> Beat:
        return Beat(
            process=process_name(),
            role="bot",
            version=settings.VERSION,
            state="starting",
            started_at=self._started_at,
            machine=machine(),
        )

    def _look(self, said: Beat) -> Beat:
        """Add to a heartbeat what is true at the moment."""
        bot, intake = self._application.bot, self._intake
        return replace(
            said,
            bot_id=self._bot_id(),
            bot_username=bot.username or "" if bot.is_known else "",
            intake=intake.role if intake else "",
            trouble=intake.trouble if intake else "",
            last_poll_at=intake.last_poll_at if intake else None,
            connection=self._link.state,
            connection_words=self._link.words,
            spooled=self._recorder.spooled,
            metrics_port=self._server.port,
        )

    @staticmethod
    async def _say_goodbye(heart: Heart) -> None:
        try:
            await heart.beat("stopped")
        except DatabaseError as exc:
            logger.warning("the last heartbeat could not be written: %s", exc)
        logger.info("stopped")


def raise_first_error(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Raise the error of the first of these ended tasks that has one."""
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error
