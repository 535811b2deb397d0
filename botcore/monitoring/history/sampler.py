"""The sampler: each minute it puts on record what this process counted and measured since the last one.

What was counted between two samples is in the second one, whatever the clock does: a minute lived twice has two.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botcore import metrics
from botcore.monitoring.history import sources
from botcore.monitoring.history.periods import start
from botcore.monitoring.history.samples import SAMPLE, sample
from botcore.monitoring.history.values import Buckets, Value, of_gauge, over_time
from botcore.monitoring.models import Step

LOOK_SECONDS = 5.0  # how often gauges are read

Put = Callable[[str, Mapping[str, Any]], None]


class Sampler:
    """Samples one process from the first look until cancelled; finish() puts what is left. `put` is the recorder's."""

    def __init__(self, put: Put, process: str, *, wall: Callable[[], float] = time.time) -> None:
        self._put = put
        self._process = process
        self._wall = wall
        self._minute: datetime | None = None  # that the running sample began in
        self._counters: dict[str, float] = {}
        self._histograms: dict[str, tuple[float, Buckets]] = {}
        self._gauges: dict[str, Value] = {}

    async def run(self) -> None:
        """Look every few seconds, and when a minute ends."""
        while True:
            self.look()
            await asyncio.sleep(min(LOOK_SECONDS, Step.MINUTE - self._wall() % Step.MINUTE))

    def look(self) -> None:
        """Put the sample of a minute that is over, and read the gauges."""
        metrics.HEARTBEAT.labels("sampler").set_to_current_time()
        minute = self._running_minute()
        if self._minute is None:
            self._counters, self._histograms = _counters(), _histograms()  # from here on it counts
        elif minute != self._minute:
            self.finish()
        self._minute = minute
        for name, read in sources.GAUGES.items():
            value = of_gauge(read())
            self._gauges[name] = over_time([self._gauges[name], value]) if name in self._gauges else value

    def finish(self) -> None:
        """Put what was counted since the last sample, for the minute that it began in."""
        if self._minute is None:
            return
        found = sample(self._process, self._minute, self._increases(), self._gauges, self._new_values())
        self._gauges = {}
        self._put(SAMPLE, found)

    def _running_minute(self) -> datetime:
        return start(datetime.fromtimestamp(self._wall(), UTC), Step.MINUTE)

    def _increases(self) -> dict[str, float]:
        before, self._counters = self._counters, _counters()
        return {name: value - before[name] for name, value in self._counters.items()}

    def _new_values(self) -> dict[str, tuple[float, Buckets]]:
        before, self._histograms = self._histograms, _histograms()
        return {
            name: (total - before[name][0], _difference(buckets, before[name][1]))
            for name, (total, buckets) in self._histograms.items()
        }


def _counters() -> dict[str, float]:
    return {name: read() for name, read in sources.COUNTERS.items()}


def _histograms() -> dict[str, tuple[float, Buckets]]:
    return {name: read() for name, read in sources.HISTOGRAMS.items()}


def _difference(now: Buckets, before: Buckets) -> Buckets:
    """Return what each bucket got; before there may have been none, when a label's first value made them."""
    padded = (*before, *[0] * (len(now) - len(before)))
    return tuple(new - old for new, old in zip(now, padded, strict=True))
