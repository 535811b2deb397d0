"""The web's /metrics: its own HTTP metrics, the inbox as the database tells it, and what live bots last reported.

A bot's counters travel in its heartbeat, so that one scrape of the web shows everything, with a `process` label.
"""

import logging
import threading
import time
from collections.abc import Iterable, Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from botcore.inbox import selectors as inbox
from botcore.monitoring import selectors
from botcore.outbox import selectors as outbox

logger = logging.getLogger(__name__)

CACHE_SECONDS = 10.0


def exposition() -> bytes:
    """Return the page in Prometheus' text format; the database's part is at most 10 s old."""
    return generate_latest(REGISTRY) + generate_latest(_DATABASE)


class DatabaseCollector(Collector):
    """Reads the database at most every 10 s; without it the scrape goes on and says so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._families: list[Metric] = []
        self._read_at = float("-inf")

    def collect(self) -> Iterable[Metric]:
        """Return the families."""
        with self._lock:
            if time.monotonic() - self._read_at >= CACHE_SECONDS:
                self._families = list(self._read())
                self._read_at = time.monotonic()
            return self._families

    def _read(self) -> Iterator[Metric]:
        try:
            yield from [*inbox_families(), *outbox_families(), *bot_families()]
        except (DatabaseError, ImproperlyConfigured) as exc:  # away, or DATABASE_URL is wrong
            logger.warning("metrics without the database: %s", exc)
            up = 0
        else:
            up = 1
        yield GaugeMetricFamily("botdeck_database_up", "1 when the database answered this scrape.", up)

    def describe(self) -> Iterable[Metric]:
        """Promise nothing in advance: registering must not query."""
        return []


def inbox_families() -> Iterator[Metric]:
    """Yield what waits in the inbox."""
    yield GaugeMetricFamily("botdeck_inbox_pending", "Updates that wait for a handler.", inbox.pending_count())
    yield GaugeMetricFamily(
        "botdeck_inbox_oldest_pending_seconds", "Age of the oldest of them.", inbox.oldest_pending_age()
    )


def outbox_families() -> Iterator[Metric]:
    """Yield what is in the outbox and not sent."""
    family = GaugeMetricFamily(
        "botdeck_outbox_messages",
        "Messages that are not sent, at most 10 001 of a state.",
        labels=["state"],
    )
    for state, count in outbox.counts().items():
        family.add_metric([state], count)
    yield family
    due = outbox.oldest_due()
    age = (timezone.now() - due).total_seconds() if due else 0.0
    yield GaugeMetricFamily("botdeck_outbox_oldest_due_seconds", "Since when the oldest of them could be sent.", age)


def bot_families() -> Iterator[Metric]:
    """Yield the counters of every live bot process, with its name as a label."""
    merged: dict[str, Metric] = {}
    beats = selectors.live_heartbeats()
    for beat in beats:
        for family in text_string_to_metric_families(beat.metrics):
            target = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                target.samples.append(sample._replace(labels={**sample.labels, "process": beat.process}))
    yield GaugeMetricFamily("botdeck_bots", "Bot processes that reported within 15 s.", len(beats))
    yield from merged.values()


_DATABASE = CollectorRegistry()
_DATABASE.register(DatabaseCollector())
