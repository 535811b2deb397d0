"""What charts over the same time share: names of their points, round times below them, and parts to click at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.utils.translation import gettext as _

from botcore.charts.times import LATE, Tick, ticks
from dashboard.charts.ranges import Range


@dataclass(frozen=True, slots=True)
class Part:
    """Points that lead to the same window: which, its query, and when they are."""

    first: int
    count: int
    query: str
    words: str


@dataclass(frozen=True)
class Axis:
    """Points side by side, each `seconds` long; `settled` are so many of which all is known that ever will be."""

    words: str
    first: int  # where they begin, in seconds since 1970
    seconds: int
    times: Sequence[datetime]
    moment: Callable[[datetime], str]
    settled: int
    ticks: list[Tick]
    parts: list[Part]

    @cached_property
    def moments(self) -> list[str]:
        """Its points' names."""
        return [self.moment(at) for at in self.times]


def axis(times: Sequence[datetime], width: timedelta, chosen: Range) -> Axis:
    """Return what charts of these points share."""
    return Axis(
        words=chosen.words,
        first=int(times[0].timestamp()),
        seconds=int(width.total_seconds()),
        times=times,
        moment=chosen.moment,
        settled=sum(at + width <= chosen.now - LATE for at in times),
        ticks=ticks(times[0], times[-1] + width),
        parts=list(_parts(times, width, chosen)),
    )


def _parts(times: Sequence[datetime], width: timedelta, chosen: Range) -> Iterator[Part]:
    for window, run in groupby(range(len(times)), key=lambda at: chosen.closer(times[at] + width / 2)):
        numbers = list(run)
        first, last = times[numbers[0]], times[numbers[-1]] + width
        words = _("%(first)s to %(last)s") % {"first": chosen.moment(first), "last": chosen.moment(last)}
        yield Part(numbers[0], len(numbers), window.query, words)
