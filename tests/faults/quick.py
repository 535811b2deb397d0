"""Shorter waits for the instrumented bot, and more jobs; to be imported after the instrument is installed."""

import itertools
import time
from datetime import timedelta
from types import ModuleType

from tenacity import wait_random, wait_random_exponential

from botcore import bot, loops
from botcore.alerts import deliveries, keeper
from botcore.connection import manager, webhook
from botcore.erasure import services as erasures
from botcore.inbox import completer, isolation, worker
from botcore.intake import polling, supervisor, watch
from botcore.lanes import leases
from botcore.monitoring import heart
from botcore.monitoring.history import sampler
from botcore.outbox import sender
from botcore.pipeline import attempt
from botcore.retention import sweeps
from botcore.runtime import duty
from botcore.runtime import services as runtime
from botcore.runtime.jobs import runner, store
from botcore.runtime.jobs.registry import Plan, discover
from tests.database import errors
from tests.database.dashboard import data
from tests.faults.features.jobs import PLANS


def quicken() -> None:
    """Make waits short that would only make the run long; nothing else is changed."""
    manager._grow = wait_random_exponential(multiplier=0.02, max=0.2)
    polling._calm = wait_random(0.02, 0.1)
    polling.GARBAGE_SECONDS = 0.1
    webhook.LOOK_SECONDS = 0.3
    worker.IDLE_SECONDS = sender.IDLE_SECONDS = 0.1
    worker.POSTPONE_SECONDS = 0.1
    completer.GATHER_SECONDS = 0.05  # longer: what ends together shall be written together
    isolation.LOOK_SECONDS = 0.1
    supervisor.LOOK_SECONDS, supervisor.HANG_SECONDS, supervisor.DEAF_SECONDS = 0.05, 0.4, 2.0
    keeper.LOOK_SECONDS = keeper.SPIKE_SECONDS = keeper.CONDITION_SECONDS = 0.3
    keeper.TROUBLE_SECONDS = 0.1
    deliveries.LOOK, deliveries.PATIENCE = timedelta(seconds=0.1), timedelta(0)
    watch.SETTLING, watch.QUIET = 1.0, 0.3
    supervisor.REBUILD_WINDOW = 0.0  # the many deaths of one run are no sign that the process must end
    leases.RENEWALS = 20
    heart.BEAT_SECONDS, heart.WORTH_SAYING = 0.3, 0.0
    attempt.FIRST_WAIT = loops.FIRST_PAUSE = 0.05
    loops.LONGEST_PAUSE = 0.2
    duty.RENEWALS = 20
    runtime.FILES = 1
    erasures.REST = timedelta(0)
    runner.LOOK_SECONDS, runner.NOTICE_SECONDS, runner.STOP_SECONDS = 0.1, 0.2, 0.3
    runner.LEASE_SECONDS, runner.RENEW_SECONDS, runner.SYNC_SECONDS = 2.0, 0.2, 0.3
    store.RUNS, sweeps.BATCH = 5, 2
    sampler.LOOK_SECONDS = 0.3
    (sampler.Sampler.__init__.__kwdefaults__ or {})["wall"] = _fast_wall


def add_jobs() -> None:
    """Let the bot have the jobs of the features, too."""

    def both(package: ModuleType) -> list[Plan]:
        return [*discover(package), *PLANS]

    vars(bot)["discover"] = both


def renumber() -> None:
    """Let the rows that tests make have other numbers than those of the process before this one."""
    first = time.time_ns() // 10**6 % 10**9
    errors.numbers, data.numbers = itertools.count(first), itertools.count(first)


def _fast_wall() -> float:
    """Let a minute of the sampler last a second; its samples count for now, as those of a clock that is ahead."""
    return time.time() * 60
