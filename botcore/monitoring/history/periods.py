"""Minutes, hours and days in UTC, and which of them a page shows."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from botcore.monitoring.models import Step

KEPT_DAYS = {Step.MINUTE: 7, Step.HOUR: 90, Step.DAY: 1825}  # if nobody says otherwise
LONGEST = {Step.MINUTE: timedelta(days=1), Step.HOUR: timedelta(days=31)}  # that one chart shows; days: all there are


def start(at: datetime, step: Step) -> datetime:
    """Return where the minute, hour or day begins in which a moment lies."""
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % step, UTC)


def starts(moments: Iterable[datetime], step: Step) -> list[datetime]:
    """Return the minutes, hours or days in which the moments lie, in order."""
    return sorted({start(at, step) for at in moments})


def step_for(since: datetime, until: datetime, oldest: Mapping[Step, datetime]) -> Step:
    """Return the finest step that suits a chart's length and is still there for all of it.

    `oldest` is where each step begins, if it does. For how long they are kept is no answer: minutes that are kept for
    30 days since yesterday do not yet reach back so far.
    """
    return next((step for step in suiting(until - since) if _reaches(step, since, oldest)), Step.DAY)


def suiting(length: timedelta) -> list[Step]:
    """Return the steps that suit a chart of this length, the finest first."""
    return [step for step, longest in LONGEST.items() if length <= longest] + [Step.DAY]


def _reaches(step: Step, since: datetime, oldest: Mapping[Step, datetime]) -> bool:
    """Tell whether a step has all that coarser ones have of the time from `since` on."""
    ends = [at + timedelta(seconds=other) for other, at in oldest.items() if other > step]  # of their first ones
    return not ends or (step in oldest and (oldest[step] <= since or oldest[step] < min(ends)))
