"""Checks of the work: whether workers turn, and how long updates and messages wait."""

from datetime import datetime

from botcore.monitoring.health.check import Check, Light, lasting
from botcore.monitoring.health.fleet import Finding, Fleet, of_each
from botcore.monitoring.selectors import Process
from botcore.monitoring.waits import Waiting
from botcore.outbox.models import Priority

# A worker looks at least each second, and a beat may be 5 s old; a claim that waits for a lock takes a moment more.
WORKER_LATE, WORKER_STUCK = 15.0, 45.0
# Who waits half a minute for an answer has given up; 300 s is the longest pause before one more attempt.
BACKLOG_OLD, BACKLOG_TOO_OLD = 30.0, 300.0
# A group takes 20 messages a minute, so a short queue is a minute long; after five it is none of pace.
OUTBOX_OLD, OUTBOX_TOO_OLD = 60.0, 300.0
BROADCAST_OLD = 3600.0  # an hour is 100 000 messages at 30/s; a longer one may be meant


def worker(seen: Fleet) -> Check:
    """Judge by when each worker last looked for work."""

    def judge(process: Process) -> Finding:
        turned = process.vitals.worker_age
        if turned is None:
            if seen.is_starting(process):
                return Light.WARNING, "It starts; its worker does not work yet."
            return Light.FAILED, "Its worker has not begun: Telegram has never said who the bot is; see bot_api."
        age = turned + seen.age(process)
        if age > WORKER_STUCK:
            return Light.FAILED, f"Its worker has not turned for {lasting(age)}: restart the process."
        if age > WORKER_LATE:
            return Light.WARNING, f"Its worker has not turned for {lasting(age)}: is the database slow?"
        return Light.OK, ""

    workers = "worker turns" if len(seen.alive) == 1 else "workers turn"
    well = f"{len(seen.alive)} {workers}."
    return of_each("worker", seen, judge, well=well, shared=True, without=Light.FAILED)


def backlog(now: datetime, oldest: datetime | None) -> Check:
    """Judge by the age of the oldest update that waits."""
    if oldest is None:
        return Check("backlog", Light.OK, "No update waits.", 0.0)
    age = max(0.0, (now - oldest).total_seconds())
    if age <= BACKLOG_OLD:
        return Check("backlog", Light.OK, f"The oldest update has waited for {lasting(age)}.", age)
    words = f"The oldest update has waited for {lasting(age)}: is a worker away, a handler slow, or is it tried again?"
    return Check("backlog", Light.FAILED if age > BACKLOG_TOO_OLD else Light.WARNING, words, age)


def outbox(now: datetime, oldest: Waiting | None) -> Check:
    """Judge by the age of the oldest message that could be sent."""
    if oldest is None:
        return Check("outbox", Light.OK, "No message waits that is due.", 0.0)
    age = max(0.0, (now - oldest.due_at).total_seconds())
    return Check("outbox", _light(oldest, age), _words(oldest, age), age)


def _light(oldest: Waiting, age: float) -> Light:
    if oldest.priority == Priority.BROADCAST:
        return Light.WARNING if age > BROADCAST_OLD else Light.OK
    if age > OUTBOX_TOO_OLD:
        return Light.FAILED
    return Light.WARNING if age > OUTBOX_OLD else Light.OK


def _words(oldest: Waiting, age: float) -> str:
    kind = Priority(oldest.priority).label
    since = f"The oldest message that is due ({kind}) has waited for {lasting(age)}"
    if _light(oldest, age) is Light.OK:
        return f"{since}."
    return f"{since}: is Telegram away, a chat flooded, or no bot process alive?"
