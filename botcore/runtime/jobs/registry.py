"""@job: how a module of botcore/jobs/ says what is done by schedule; discover() collects what they say."""

import importlib
import inspect
import pkgutil
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType

from botcore.runtime.jobs.run import Run
from botcore.runtime.jobs.schedule import Cron, Every, Schedule

Work = Callable[[Run], str]

NAME_LENGTH = 60  # the column
MARK = "_botdeck_job"


class CatchUp(Enum):
    """What becomes of times at which no process ran."""

    ONCE = "once"  # all of them together are made up for by one run, as soon as somebody can
    SKIP = "skip"  # the next regular time is soon enough


@dataclass(frozen=True)
class Plan:
    """A job as its code declares it."""

    name: str
    work: Work
    schedule: Schedule
    jitter: timedelta
    timeout: timedelta
    catch_up: CatchUp

    @property
    def purpose(self) -> str:
        """Return what it does: the first line of its function's docstring."""
        return (inspect.getdoc(self.work) or "").partition("\n")[0]

    def next_after(self, at: datetime) -> datetime:
        """Return when it is due next, a random while after the regular time."""
        return self.schedule.next_after(at) + random.random() * self.jitter  # noqa: S311 (spreads load)

    def is_beyond(self, due: datetime, now: datetime) -> bool:
        """Tell whether a time lies further ahead than it can: a clock was set back, or the schedule has changed."""
        return due > self.schedule.next_after(now) + self.jitter


def job(  # noqa: PLR0913 (the words of a declaration)
    name: str,
    *,
    every: timedelta | None = None,
    cron: str = "",
    zone: str = "UTC",
    jitter: timedelta = timedelta(),
    timeout: timedelta = timedelta(minutes=10),
    catch_up: CatchUp = CatchUp.ONCE,
) -> Callable[[Work], Work]:
    """Let a function be run by schedule: `every` so long, or by a `cron` line in a time zone.

    It takes a Run and returns what it did, in words. It must bear to be run again after it was cut off anywhere, and
    call `run.check()` now and then, which raises when the run is to end.
    """
    if not 0 < len(name) <= NAME_LENGTH or not name.isidentifier():
        raise ValueError(f"a job's name is a word of at most {NAME_LENGTH} letters, digits and _: {name!r}")
    if (every is None) == (not cron):
        raise ValueError(f"{name}: say either every=… or cron=…")
    if every is not None and jitter >= every:
        raise ValueError(f"{name}: the jitter is shorter than the interval")
    schedule: Schedule = Every(every) if every is not None else Cron(cron, zone)

    def declare(work: Work) -> Work:
        setattr(work, MARK, Plan(name, work, schedule, jitter, timeout, catch_up))
        return work

    return declare


def discover(package: ModuleType) -> list[Plan]:
    """Import every module of the package and return the jobs in them, by name; two of one name raise ValueError."""
    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    plans = [plan for module in modules for value in vars(module).values() if (plan := plan_of(value, module))]
    names = [plan.name for plan in plans]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"declared twice: {', '.join(sorted(twice))}")
    return sorted(plans, key=lambda plan: plan.name)


def plan_of(value: object, module: ModuleType | None = None) -> Plan | None:
    """Return what a function of the module declares; None for anything else, and for what is only imported there."""
    plan = getattr(value, "__dict__", {}).get(MARK)
    if not isinstance(plan, Plan):
        return None
    return plan if module is None or plan.work.__module__ == module.__name__ else None
