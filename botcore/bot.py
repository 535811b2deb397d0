"""The wiring of a bot process, top to bottom: read this first.

Telegram → intake → inbox → Worker → Pipeline → handlers → Telegram; Heart and Watchdog report, `stop()` ends it.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import replace
from functools import partial
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from telegram import Update

from botcore import handlers, jobs, metrics, notifications
from botcore.access.watch import share_debts, watch_access
from botcore.alerts.keeper import AlertKeeper
from botcore.application import build_application
from botcore.broadcasts.feeder import Feeder
from botcore.clock import Clock
from botcore.connection.assembly import build_way_out
from botcore.connection.deliver import Deliverer
from botcore.connection.entities import EntityCache
from botcore.connection.manager import ConnectionManager
from botcore.connection.menu import keep_menus, publish_menu
from botcore.connection.timeouts import Timeouts
from botcore.connection.transport import AiohttpRequest, PollRequest
from botcore.database import database_threads, in_database, patiently
from botcore.errors import capture
from botcore.errors.background import flush_for_ever
from botcore.errors.store import store_errors
from botcore.errors.tally import ERROR, Tally
from botcore.exceptions import ConfigurationError
from botcore.inbox import lanes
from botcore.inbox.worker import Worker
from botcore.intake.modes import Intake, PollingIntake, WebhookIntake
from botcore.loops import keep_going
from botcore.monitoring import systemd, vitals
from botcore.monitoring.events import store_events
from botcore.monitoring.heart import Heart
from botcore.monitoring.history.sampler import Sampler
from botcore.monitoring.history.samples import SAMPLE, store_samples
from botcore.monitoring.identity import machine, process_name
from botcore.monitoring.self_report import SelfReport
from botcore.monitoring.server import BotServer
from botcore.monitoring.services import Beat
from botcore.monitoring.teller import Teller
from botcore.monitoring.vitals import Vitals
from botcore.monitoring.watchdog import Watchdog
from botcore.operators.keeper import OperatorsKeeper
from botcore.outbox import store as outbox
from botcore.outbox.ledger import LEDGER, store_ledger
from botcore.outbox.models import Priority
from botcore.outbox.sender import Sender
from botcore.outbox.store import Ready
from botcore.pipeline.ledger import Ledger
from botcore.pipeline.pipeline import Pipeline
from botcore.published import facts
from botcore.recorder import EVENT, MEMORY, Recorder
from botcore.registry import Registry
from botcore.retention.services import count_from_start
from botcore.runtime import services as runtime
from botcore.runtime.features import publish_features
from botcore.runtime.jobs.registry import discover
from botcore.runtime.jobs.runner import JobRunner
from botcore.runtime.level_watch import watch_levels
from botcore.runtime.restart import Life, Wish
from botcore.runtime.restart_watch import watch_restart

logger = logging.getLogger(__name__)

# With the two of jobs as many as DATABASE_POOL_SIZE by default. Handlers have their own: a table that they wait for
# must not stop polling, leases and completion.
DATABASE_THREADS, HANDLER_THREADS = 5, 3
IN_FLIGHT, AN_EIGHTH = 16, 8  # calls of the outbox at once: an eighth of a second's worth, and so many at least
AWAY_SECONDS = 5.0  # until the outbox looks again whether Telegram is back
GARBAGE_THRESHOLD = 10_000  # new objects between two looks for garbage; Python's own 700 costs a tenth of a reply's CPU
SPARE = 8  # connections for calls that count for no limit


class Bot:
    """One bot process; `features` is the package that it serves, `paid_rate` how many paid messages go a second."""

    def __init__(
        self, features: ModuleType = handlers, life: Life | None = None, *, paid_rate: int | None = None
    ) -> None:
        self._paid_rate = settings.BOT_PAID_MESSAGES_PER_SECOND if paid_rate is None else paid_rate
        self._in_flight = max(IN_FLIGHT, max(settings.BOT_MESSAGES_PER_SECOND, self._paid_rate) // AN_EIGHTH)
        self._registry = Registry.discover(features)
        self._stopping = asyncio.Event()
        self._wrong: ConfigurationError | None = None  # what a handler found
        self._intake: Intake | None = None  # until it is known who the bot is
        self._worker: Worker | None = None
        self._lease_holders: list[Worker | Sender] = []
        self._life = life  # None: it cannot begin anew
        self.wish: Wish | None = None  # by which it shall begin anew, once it has stopped

    def stop(self) -> None:
        """Ask the process to stop in order."""
        logger.info("stopping")
        self._stopping.set()

    @property
    def note(self) -> str:
        """What the next life must know of this one."""
        return self._life.note(self.wish) if self._life and self.wish else ""

    def _begin_anew(self, wish: Wish) -> None:
        """Stop as for a signal; runbot does the rest."""
        if not self._stopping.is_set():
            logger.info("stopping to begin anew, as %s has asked", wish.by)
            self.wish = wish
            self._stopping.set()

    def _give_up(self, error: ConfigurationError) -> None:
        """Stop, because nothing can be done until the set-up changes."""
        self._wrong = self._wrong or error
        self._stopping.set()

    async def run(self) -> None:
        """Run until stop(); raise ConfigurationError for a set-up that cannot work."""
        self._started_at = timezone.now()
        writers = {EVENT: store_events, LEDGER: store_ledger, ERROR: store_errors, SAMPLE: store_samples}
        self._recorder = Recorder(directory=settings.SPOOL_DIR, process=process_name(), writers=writers)
        self._sampler = Sampler(self._recorder.put, process_name())
        self._tally = Tally(self._recorder.put)
        self._tell = Teller(self._recorder, process=process_name(), bot_id=self._bot_id)
        self._clock = Clock(on_jump=self._tell.clock_jumped)
        self._way_out = build_way_out(
            rate=settings.BOT_MESSAGES_PER_SECOND,
            paid_rate=self._paid_rate,
            places=settings.BOT_CONCURRENCY + self._in_flight,
            process=process_name(),
            shared=connection.vendor == "postgresql",
            api_url=settings.TELEGRAM_API_URL,
            bot_id=self._bot_id,
            tell=self._tell,
        )
        self._link, self._consequences = self._way_out.watch, self._way_out.consequences
        self._way_out.on_result = Ledger(self._recorder, self._bot_id)
        self._link.answered = self._way_out.breaker.sign_of_life
        try:
            request = AiohttpRequest(settings.BOT_CONCURRENCY + self._in_flight + SPARE, Timeouts(pool=30, read=15))
            self._poll_request = PollRequest(2)
        except ValueError as exc:  # a proxy that cannot be used
            raise ConfigurationError(f"HTTPS_PROXY, ALL_PROXY: {exc}") from exc
        self._application = build_application(
            settings.TELEGRAM_BOT_TOKEN,
            settings.TELEGRAM_API_URL,
            request=request,
            poll_request=self._poll_request,
            way_out=self._way_out,
        )
        self._entities: EntityCache = self._application.bot_data["entities"]
        self._way_out.called = self._entities.called
        self._application.bot_data["link"] = self._link
        self._application.bot_data["give_up"] = self._give_up
        self._registry.install(self._application)
        manager = ConnectionManager(
            self._application,
            self._link,
            api_url=settings.TELEGRAM_API_URL,
            polling=settings.BOT_MODE == "polling",
            tell=self._tell,
            complain_after=settings.BOT_START_SECONDS,
        )
        async with database_threads(DATABASE_THREADS, handlers=HANDLER_THREADS):
            try:
                if await self._unless_stopped(manager.open()) and await self._unless_stopped(self._consequences.load()):
                    await self._live(manager)
            finally:
                await manager.close()

    async def _live(self, manager: ConnectionManager) -> None:
        """Run what needs no Telegram, and within it the work on updates; the first loop that ends stops all."""
        self._watchdog = watchdog = Watchdog(
            self._clock,
            intake_age=lambda: self._intake.age() if self._intake else None,
            each_look=self._renew_beside,
            last=self._recorder.rescue,
        )
        metrics.BUILD.labels(settings.VERSION).set(1)
        self._heart = heart = Heart(self._first_beat(), look=self._look, tell=self._tell)
        self._server = BotServer.by_settings(SelfReport(watchdog.health, heart).pages)
        greet = partial(publish_menu, self._application.bot, self._registry.menu)
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "heart": heart.run,
            "recorder": self._recorder.run,
            "watchdog": watchdog.run,
            "connection": partial(manager.run, greet),
            "tally": partial(flush_for_ever, self._tally),
            "settings": watch_levels,
            "access": watch_access,
            "throttle": share_debts,
            "alerts": lambda: AlertKeeper(process_name()).run(),
            "broadcasts": lambda: Feeder(process_name()).run(),
            "operators": lambda: OperatorsKeeper(process_name()).run(),
            "sampler": self._sampler.run,
            "jobs": _run_jobs,
        }
        if self._life:
            watch = partial(watch_restart, self._life, is_working=lambda: self._worker is not None)
            loops["restart"] = partial(watch, obey=self._begin_anew)
        before = capture.use(self._tally)
        tasks = [asyncio.create_task(keep_going(loop, name)) for name, loop in loops.items()]
        serving = asyncio.create_task(self._serve(manager))
        for task in (serving, *tasks):
            task.add_done_callback(lambda _: self._stopping.set())
        gc.collect()
        gc.freeze()  # what the start made stays: each full collection would look through it again
        gc.set_threshold(GARBAGE_THRESHOLD)
        logger.info("running")
        systemd.notify("READY=1\nSTATUS=running")
        await asyncio.wait({serving})
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        capture.use(before)
        self._tally.flush()
        self._sampler.finish()
        await self._recorder.close()
        await self._say_goodbye(heart)
        self._server.close()
        raise_first_error([serving, *tasks])
        if self._wrong:
            raise self._wrong

    async def _serve(self, manager: ConnectionManager) -> None:
        """Take and handle updates, as soon as it is known whose, until a stop; then end in order."""
        if await self._unless_stopped(manager.known()):
            work = partial(self._work, manager)
            await keep_going(work, "intake, worker and sender", is_over=self._stopping.is_set)

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

    async def _work(self, manager: ConnectionManager) -> None:
        """Run intake and worker until a stop or until one of them ends."""
        self._worker = worker = Worker(
            bot_id=self._application.bot.id,
            owner=process_name(),
            handling=Pipeline(self._application, self._clock, observe=self._observe),
            concurrency=settings.BOT_CONCURRENCY,
            lease_seconds=settings.BOT_LEASE_SECONDS,
            holds=lambda: self._link.is_away,  # no answer would arrive
            attempts=settings.BOT_ATTEMPTS,
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
        sender = Sender(
            bot_id=self._application.bot.id,
            owner=process_name(),
            deliver=Deliverer(self._application.bot, self._entities.files),
            in_flight=self._in_flight,
            pause=self._wait_of_chat,
            lease_seconds=settings.BOT_LEASE_SECONDS,
        )
        self._lease_holders = [worker, sender]
        callbacks = {
            lanes.CHANNEL: lambda _: worker.wake(),
            outbox.CHANNEL: lambda _: sender.wake(),
            runtime.CHANNEL: lambda _: intake.look(),
        }
        taking = asyncio.create_task(keep_going(partial(self._take, intake, manager), "intake"))
        working = asyncio.create_task(worker.run(stop_seconds=settings.BOT_STOP_SECONDS))
        sending = asyncio.create_task(sender.run(stop_seconds=settings.BOT_STOP_SECONDS))
        pacing = asyncio.create_task(keep_going(partial(self._way_out.run, self._application.bot.id), "pace"))
        menus = asyncio.create_task(keep_going(self._show_features, "menus"))
        listening = asyncio.create_task(notifications.listen(callbacks))
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({taking, working, sending, pacing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        systemd.notify(systemd.reloading() if self.wish else "STOPPING=1")
        for task in (taking, listening, menus, stopping):  # intake first: what is not stored is not confirmed
            task.cancel()
        worker.stop()
        sender.stop()
        await asyncio.wait({taking, working, sending, listening, menus})
        pacing.cancel()  # last: handlers that end still send
        await asyncio.wait({pacing})
        raise_first_error([taking, working, sending, pacing])

    async def _show_features(self) -> None:
        """Tell the pages what there is, and keep Telegram's menus in step."""
        async for attempt in patiently("menus"):
            with attempt:
                await in_database(publish_features, self._application.bot.id, facts(self._registry.features))
        await keep_menus(self._application.bot, self._registry.menu)

    @staticmethod
    async def _take(intake: Intake, manager: ConnectionManager) -> None:
        """Take updates; who polls waits for Telegram, who listens does not."""
        if settings.BOT_MODE == "polling":
            await manager.connected()
        await intake.run()

    def _renew_beside(self) -> None:
        for holder in self._lease_holders:
            holder.renew_beside()

    def _wait_of_chat(self, message: Ready) -> float:
        """Return how many seconds a message of the outbox must still wait."""
        if self._link.is_away:
            return AWAY_SECONDS
        return self._way_out.limiter.wait_of(message.chat_id, Priority(message.priority), message.method)

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
            circuit=self._way_out.breaker.state.label,
            spooled=self._recorder.spooled,
            metrics_port=self._server.port,
            vitals=self._vitals().as_json(),
        )

    def _vitals(self) -> Vitals:
        worker, intake = self._worker, self._intake
        disk_free, disk_total = self._recorder.room
        return Vitals(
            loop_lag=self._watchdog.worst_lag(),
            memory=vitals.memory(),
            worker_age=worker.age() if worker else None,
            poll_age=intake.age() if intake else None,
            in_progress=worker.in_progress if worker else 0,
            queue=self._recorder.in_memory,
            queue_capacity=MEMORY,
            disk_free=disk_free,
            disk_total=disk_total,
            clock_skew=self._heart.clock_skew,
        )

    @staticmethod
    async def _say_goodbye(heart: Heart) -> None:
        try:
            await heart.beat("stopped")
        except DatabaseError as exc:
            logger.warning("the last heartbeat could not be written: %s", exc)
        logger.info("stopped")


async def _run_jobs() -> None:
    """Do what is to be done by schedule."""
    count_from_start()
    await JobRunner(process_name(), discover(jobs)).run()


def raise_first_error(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Raise the error of the first of these ended tasks that has one."""
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error
