"""Where a process reads its series: its own metrics, and what the system says of it. Read by the sampler.

The database's own series are in facts.py, those of updates come from UpdateCount.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.samples import Sample

from botcore import metrics
from botcore.monitoring.vitals import memory

Labels = Mapping[str, tuple[str, ...]]
Counts = tuple[float, tuple[int, ...]]  # the sum of a histogram's values and the count in each of its buckets

NONE: Labels = {}
LONG_POLLS: Labels = {"method": ("getUpdates",)}  # they wait, and that is well
SAYING = tuple(
    name for name in metrics.METHODS if name.startswith(("send", "forward", "copy")) and name != "sendChatAction"
)
FAILED = ("network", "timeout", "client", "server", "unsent", "pool")


def total(metric: Counter | Gauge, *, only: Labels = NONE, apart: Labels = NONE) -> Callable[[], float]:
    """Return what reads the sum of a metric's values, those with some labels only, or apart from some."""
    return lambda: sum(sample.value for sample in _samples(metric, only, apart))


def buckets(metric: Histogram, *, apart: Labels = NONE) -> Callable[[], Counts]:
    """Return what reads a histogram, all its labels together."""

    def read() -> Counts:
        seconds, below = 0.0, defaultdict[float, int](int)
        for sample in _samples(metric, NONE, apart):
            if sample.name.endswith("_bucket"):
                below[float(sample.labels["le"])] += int(sample.value)
            elif sample.name.endswith("_sum"):
                seconds += sample.value
        counts = [below[bound] for bound in sorted(below)]
        return seconds, tuple(high - low for low, high in zip([0, *counts], counts, strict=False))

    return read


def _samples(metric: MetricWrapperBase, only: Labels, apart: Labels) -> Iterator[Sample]:
    for family in metric.collect():
        for sample in family.samples:
            labels = sample.labels
            wanted = all(labels[name] in values for name, values in only.items())
            if wanted and not any(labels[name] in values for name, values in apart.items()):
                yield sample


COUNTERS: dict[str, Callable[[], float]] = {
    "updates_retried": total(metrics.RETRIES),
    "updates_duplicate": total(metrics.UPDATES_DUPLICATE),
    "handler_errors": total(metrics.HANDLER_ERRORS),
    "leases_lost": total(metrics.LEASES_LOST),
    "polls": total(metrics.POLLS),
    "poll_errors": total(metrics.POLLS, only={"outcome": ("conflict", "error")}),
    "webhook_requests": total(metrics.WEBHOOK_REQUESTS),
    "api_requests": total(metrics.API_REQUESTS, apart=LONG_POLLS),
    "api_errors": total(metrics.API_REQUESTS, only={"outcome": FAILED}, apart=LONG_POLLS),
    "flood_waits": total(metrics.FLOOD_WAITS),
    "flood_seconds": total(metrics.FLOOD_WAIT_SECONDS),
    "api_retries": total(metrics.API_RETRIES),
    "messages_sent": total(metrics.OUTGOING, only={"state": ("sent",)}),
    "messages_said": total(metrics.API_REQUESTS, only={"method": SAYING, "outcome": ("ok",)}),
    "messages_failed": total(metrics.OUTGOING, only={"state": ("failed",)}),
    "messages_uncertain": total(metrics.OUTGOING, only={"state": ("uncertain",)}),
    "chats_lost": total(metrics.CHATS_LOST),
    "errors": total(metrics.ERRORS),
    "alerts_sent": total(metrics.ALERTS, only={"outcome": ("sent",)}),
    "alerts_failed": total(metrics.ALERTS, only={"outcome": ("failed",)}),
    "records_written": total(metrics.RECORDS_WRITTEN),
    "records_spilled": total(metrics.RECORDS_SPILLED),
    "records_dropped": total(metrics.RECORDS_DROPPED),
    "database_errors": total(metrics.DATABASE_ERRORS),
    "cache_requests": total(metrics.CACHE_REQUESTS),
    "cache_hits": total(metrics.CACHE_REQUESTS, only={"result": ("hit", "shared")}),
    "cpu": time.process_time,
}
GAUGES: dict[str, Callable[[], float]] = {
    "updates_in_progress": total(metrics.UPDATES_IN_PROGRESS),
    "api_in_progress": total(metrics.API_IN_PROGRESS),
    "records_spooled": total(metrics.RECORDS_SPOOLED),
    "memory": memory,
}
HISTOGRAMS: dict[str, Callable[[], Counts]] = {
    "update_delay": buckets(metrics.UPDATE_DELAY),
    "update_processing": buckets(metrics.UPDATE_PROCESSING),
    "update_latency": buckets(metrics.UPDATE_LATENCY),
    "handler_duration": buckets(metrics.HANDLER_DURATION),
    "api_duration": buckets(metrics.API_DURATION, apart=LONG_POLLS),
    "loop_lag": buckets(metrics.LOOP_LAG),
}
