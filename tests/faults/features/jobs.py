"""Features that let jobs run, with something for each to do, and in trouble; and jobs that end in other ways."""

import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from telegram import Update

from botcore.backups.sqlite import back_up
from botcore.database import in_database
from botcore.exceptions import ValidationError
from botcore.models import (
    Alert,
    AlertState,
    CallbackData,
    Event,
    MetricSample,
    OutgoingState,
    ProcessSample,
    Step,
    User,
)
from botcore.monitoring.history.facts import DATABASE
from botcore.monitoring.history.samples import SAMPLE, sample, store_samples
from botcore.monitoring.models import UpdateCount
from botcore.people.activity.models import Funnel, PeopleDay, PersonHandler
from botcore.pipeline.context import Context
from botcore.registry import command
from botcore.retention import selectors as retention
from botcore.retention.kinds import KINDS
from botcore.retention.services import checked_days
from botcore.runtime.jobs import services
from botcore.runtime.jobs.registry import CatchUp, job, plan_of
from botcore.runtime.jobs.run import Run
from botcore.runtime.models import Job, JobRun, RunState
from tests.database.dashboard.data import failed_attempt, outgoing, update
from tests.database.errors import error, occurrence
from tests.faults.features.services import attempt
from tests.faults.waits import UnansweredError, wait_for

END_SECONDS = 4.0  # longer than a lease of the instrumented bot
LASTING_SECONDS = 2.0
PAST = timedelta(days=2000)  # longer than anything is kept
RARELY = timedelta(days=1)


@job("patient", every=RARELY, timeout=timedelta(seconds=LASTING_SECONDS))
def be_patient(run: Run) -> str:
    """Wait until it is to end, and heed that."""
    while True:
        run.pause(0.05)


@job("deaf", every=RARELY, timeout=timedelta(seconds=0.3))
def be_deaf(_run: Run) -> str:
    """Take longer than it may, and heed nothing."""
    time.sleep(LASTING_SECONDS)
    return "done"


@job("leaving", every=RARELY)
def leave(_run: Run) -> str:
    """End as a process does."""
    raise SystemExit("enough")


@job("failing", every=RARELY)
def fail(_run: Run) -> str:
    """Have a bug."""
    raise LookupError("a job's own bug")


@job("copying", every=RARELY)
def copy(run: Run) -> str:
    """Copy a SQLite database, whatever the bot's own is."""
    folder = Path(settings.VAR_DIR) / "copies"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(9):
        (folder / f"database-20200101-00000{number}.sqlite3").touch()
    (folder / "database-20200101-000000.part").touch()
    (folder / "database-20190101-000000.sqlite3.sha256").touch()  # whose backup is gone
    database = folder / "database"
    with closing(sqlite3.connect(database)) as opened:
        opened.execute("CREATE TABLE IF NOT EXISTS one (two)")
    return back_up(database, folder, check=run.check).name


@job("punctual", every=RARELY, catch_up=CatchUp.SKIP)
def be_punctual(_run: Run) -> str:
    """Do nothing; a time that is over is skipped."""
    return "done"


WORK = (be_patient, be_deaf, leave, fail, copy, be_punctual)
PLANS = [plan for work in WORK if (plan := plan_of(work))]


@command("job")
async def run_job(_update: Update, context: Context) -> None:
    """Let jobs run, one after the other, and wait for the end of each."""
    for name in context.args or []:
        if await context.once(name):
            await in_database(see_through, name)
    await context.answer("sentence", sentence="the jobs have run")


@command("begin")
async def begin_job(_update: Update, context: Context) -> None:
    """Let a job begin, and let something happen to it: `/begin patient stolen`."""
    name, *happens = context.args or [""]
    if await context.once(name):
        await in_database(begin, name, *happens)
    await context.answer("sentence", sentence="it has begun")


@command("decide")
async def decide(_update: Update, context: Context) -> None:
    """Decide about jobs, in ways that are refused, too."""
    await in_database(decide_all)
    await context.answer("sentence", sentence="decided")


def see_through(name: str) -> None:
    """Give a job something to do, ask for a run, and wait until one has ended."""
    PREPARATIONS.get(name, lambda: None)()
    before = _newest(name)
    with suppress(ValidationError):  # an earlier run that was lost comes first
        services.run_now(name, by="a test")
    ended = JobRun.objects.filter(job__name=name, pk__gt=before).exclude(state=RunState.RUNNING)
    with suppress(UnansweredError):  # the scenario is about the bot, which answers
        wait_for(ended.exists, "", END_SECONDS)


def begin(name: str, happens: str = "nothing") -> None:
    """Ask for a run, wait until it has begun, and do something to its row."""
    before = _newest(name)
    with suppress(ValidationError):
        services.run_now(name, by="a test")
    with suppress(UnansweredError):
        wait_for(JobRun.objects.filter(job__name=name, pk__gt=before, state=RunState.RUNNING).exists, "", END_SECONDS)
    HAPPENINGS[happens](name)


def decide_all() -> None:
    """Use the services of jobs."""
    attempt(
        lambda: services.pause("punctual", by="a test"),
        lambda: services.pause("punctual", by="a test"),
        lambda: services.resume("punctual", by="a test"),
        lambda: services.resume("punctual", by="a test"),
        lambda: services.run_now("punctual", by="a test"),
        lambda: services.run_now("punctual", by="a test"),
        lambda: services.run_now("none", by="a test"),
        lambda: checked_days({"none": "5"}),
        lambda: checked_days({"events": "nonsense"}),
    )


def _newest(name: str) -> int:
    return JobRun.objects.filter(job__name=name).order_by("-pk").values_list("pk", flat=True).first() or 0


def _stolen(name: str) -> None:
    """Let another process have it."""
    Job.objects.filter(name=name).update(owner="a thief", lease_until=timezone.now() + timedelta(seconds=0.5))


def _retired(_name: str) -> None:
    """Let rows differ from the code, and a job be of an older release."""
    Job.objects.filter(name="punctual").update(schedule="another")
    Job.objects.get_or_create(name="retired", defaults={"schedule": "every day", "next_at": timezone.now()})


def _missed(_name: str) -> None:
    """Let a time have passed at which no process ran, and a run be lost."""
    now = timezone.now()
    row = Job.objects.get(name="punctual")
    run = {"owner": "a thief", "due_at": now, "started_at": now}
    JobRun.objects.create(job=row, **run)
    more = [JobRun(job=row, state=RunState.DONE, ended_at=now, **run) for _ in range(6)]  # than are kept
    JobRun.objects.bulk_create(more)
    lost = {"owner": "a thief", "lease_until": now - timedelta(seconds=1), "failures": 0}
    Job.objects.filter(pk=row.pk).update(next_at=now - timedelta(hours=1), **lost)


def _late(_name: str) -> None:
    """Let a job be due by its schedule."""
    Job.objects.filter(name="leaving").update(next_at=timezone.now())


HAPPENINGS: dict[str, Callable[[str], None]] = {
    "nothing": lambda _name: None,
    "stolen": _stolen,
    "retired": _retired,
    "missed": _missed,
    "late": _late,
}


def _samples() -> None:
    """Leave what processes put on record a while ago: samples of two, counts of updates, and a message that waits."""
    minute = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    for process in ("a:1", "b:1"):
        found = sample(process, minute, {"errors": 1, "polls": 2}, {}, {"loop_lag": (0.5, (1, 2, 3))})
        store_samples([{**found, "key": uuid.uuid4().hex, "kind": SAMPLE}])
    beside = minute.replace(minute=minute.minute ^ 1)  # of the same hour
    MetricSample.objects.update_or_create(step=Step.MINUTE, at=beside, defaults={"values": "{"})
    ProcessSample.objects.filter(process=DATABASE).delete()  # of this minute, so that there is one again
    outgoing(OutgoingState.QUEUED, bot_id=99)
    for state in ("received", "done", "dead"):
        facts = {"kind": "message", "handler": uuid.uuid4().hex, "state": state, "count": 2, "seconds": 1.0}
        UpdateCount.objects.create(minute=minute, **facts)


def _old_rows() -> None:
    """Leave something old of kinds that go in each way."""
    past = timezone.now() - PAST
    first = time.time_ns() // 10**6 - 10**15  # keys that were given before all others
    row = update(bot_id=99, pk=first, received_at=past)
    failed_attempt(row, 1)
    update(bot_id=99, pk=first + 1, received_at=past, finished_at=timezone.now() - timedelta(days=40))
    outgoing(pk=first, created_at=past)
    group = error("Old", state="resolved", first_seen=past, last_seen=past)
    occurrence(group)
    Alert.objects.create(pk=first, group=error("Kept"), reason="new", title="Old", at=past, state=AlertState.SENT)
    Event.objects.create(pk=first, at=past, kind="old", text="old", level="info", key=uuid.uuid4())
    for step in (Step.HOUR, Step.DAY):
        MetricSample.objects.get_or_create(step=step, at=past, defaults={"values": "{}"})
        MetricSample.objects.get_or_create(step=step, at=past + timedelta(days=1), defaults={"values": "{}"})
    retention.would_go({name: kind.days for name, kind in KINDS.items()})


def _leftovers() -> None:
    past = timezone.now() - PAST
    """Leave a button that is over."""
    CallbackData.objects.create(key=uuid.uuid4().hex[:16], data="x", chat_id=1, expires_at=past)


def _activity() -> None:
    """Leave updates of a while ago, and a week that is to be counted again."""
    for _ in range(3):
        update(user_id=1, received_at=timezone.now() - timedelta(minutes=10))
    PeopleDay.objects.update(is_stale=True, is_week_stale=True, is_span_stale=True)
    User.objects.filter(pk=1).update(source="poster")
    Funnel.objects.create(name="Begin", steps=["start.start", "feedback.keep"], days=7)
    PersonHandler.objects.create(
        user_id=1, handler="start.start", first_at=timezone.now(), last_at=timezone.now(), count=1
    )


PREPARATIONS: dict[str, Callable[[], None]] = {
    "roll_up": _samples,
    "people_activity": _activity,
    "retention": _old_rows,
    "stale_cleanup": _leftovers,
}
