"""The check of scheduled jobs: whether each ran when it was due, and how its last runs ended."""

from datetime import datetime, timedelta

from botcore.monitoring.health.check import GRAVITY, Check, Light, lasting
from botcore.monitoring.health.fleet import Fleet
from botcore.runtime.jobs.selectors import STALE
from botcore.runtime.models import Job

LATE = timedelta(minutes=2)  # jitter, a take-over and the job before it are in it
FAILURES = 2  # in a row: no blip any more


NOT_BEGUN = "No job is scheduled: the loop that runs them has not begun; see the bot's log."


def jobs(seen: Fleet) -> Check:
    """Judge by the rows of all jobs that are declared; each bot process writes them when it begins."""
    rows = list(Job.objects.filter(next_at__isnull=False).order_by("name"))
    if not rows:
        is_late = any(not seen.is_starting(process) for process in seen.alive)
        return Check("jobs", Light.FAILED if is_late else Light.UNKNOWN, NOT_BEGUN if seen.alive else seen.nobody, None)
    now = seen.now
    found = [_judge(row, now) for row in rows]
    light = max((light for light, _ in found), key=GRAVITY.index)
    words = " ".join(words for _, words in found if words)
    started = [row.last_started_at for row in rows if row.last_started_at]
    age = max(0.0, (now - max(started)).total_seconds()) if started else None
    return Check("jobs", light, words or _well(len(rows), len(started)), age)


def _well(count: int, begun: int) -> str:
    """Say how many ran; one that waits for its first time has not."""
    if begun == count:
        return f"All {count} ran when they were due."
    if not begun:
        return f"None of {count} has run yet: none was due."
    return f"{begun} of {count} ran when they were due; {count - begun} not yet: no time of theirs has come."


def _judge(row: Job, now: datetime) -> tuple[Light, str]:
    if row.is_paused:
        return Light.OK, f"{row.name} is paused{f' by {row.paused_by}' if row.paused_by else ''}."
    if row.failures:
        light = Light.FAILED if row.failures >= FAILURES else Light.WARNING
        times = "its last run" if row.failures == 1 else f"{row.failures} runs in a row"
        return light, f"{row.name} failed: {times}; its runs say why."
    late = now - (row.next_at or now)
    runs = row.lease_until is not None and row.lease_until > now
    if runs or late <= LATE:
        return Light.OK, ""
    light = Light.FAILED if late > STALE else Light.WARNING
    return light, f"{row.name} has been due for {lasting(late.total_seconds())}: is a bot process alive?"
