"""How metrics.py declares a metric: with closed sets of label values, so that every series is there from the start.

Metrics of the bot and of the web are shown apart, so that a web process does not show zeros for what only bots count.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeVar

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

Metric = TypeVar("Metric", bound=MetricWrapperBase)
Labels = Mapping[str, Sequence[str]]
Mode = Literal["livesum", "livemax", "max"]

REGISTRY = CollectorRegistry()  # what a bot process counts
WEB_REGISTRY = CollectorRegistry()  # what a web process counts
BOT, WEB, BOTH = (REGISTRY,), (WEB_REGISTRY,), (REGISTRY, WEB_REGISTRY)
Where = tuple[CollectorRegistry, ...]
DECLARED: dict[CollectorRegistry, list[MetricWrapperBase]] = {REGISTRY: [], WEB_REGISTRY: []}

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
LATER: Sequence[str] = ()  # label values that only the start knows, such as the handlers' names
NONE: Labels = {}
# Several workers of gunicorn count together, in files; what only a bot counts need not be in them. Files belong to a
# worker's number (botproject/gunicorn_config.py), so that the next one counts on.
SHARED = "PROMETHEUS_MULTIPROC_DIR" in os.environ
if number := os.environ.get("BOTDECK_WEB_WORKER"):
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]


def counter(name: str, help_text: str, labels: Labels = NONE, *, where: Where = BOT) -> Counter:
    """Declare a counter; its name in the exposition ends with _total."""
    return _made(Counter(name, help_text, list(labels), registry=None), labels, where)


def gauge(name: str, help_text: str, labels: Labels = NONE, *, where: Where = BOT, mode: Mode = "livesum") -> Gauge:
    """Declare a gauge; `mode` says what becomes of the values of several workers of the web."""
    return _made(Gauge(name, help_text, list(labels), registry=None, multiprocess_mode=mode), labels, where)


def histogram(
    name: str, help_text: str, labels: Labels = NONE, *, where: Where = BOT, buckets: Sequence[float] = SECONDS
) -> Histogram:
    """Declare a histogram."""
    return _made(Histogram(name, help_text, list(labels), registry=None, buckets=buckets), labels, where)


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge that the web's page reads from the database; see monitoring/exposition.py."""

    name: str
    help_text: str
    labels: Sequence[str] = ()

    def of(self, value: float) -> GaugeMetricFamily:
        """Return it with its one value."""
        return GaugeMetricFamily(self.name, self.help_text, value)

    def by(self, values: Iterable[tuple[Sequence[str], float]]) -> GaugeMetricFamily:
        """Return it with a value for each combination of labels."""
        family = GaugeMetricFamily(self.name, self.help_text, labels=list(self.labels))
        for labels, value in values:
            family.add_metric(list(labels), value)
        return family


class Series(dict[tuple[str, ...], Metric]):
    """A metric's series by their label values, each looked up once: labels() takes a lock and makes texts each time."""

    def __init__(self, metric: Metric) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> Metric:
        """Return the series, and remember it."""
        series = self[labels] = self._metric.labels(*labels)
        return series


def _made(metric: Metric, labels: Labels, where: Where) -> Metric:
    for registry in where:
        registry.register(metric)
        DECLARED[registry].append(metric)
    if labels and (WEB_REGISTRY in where or not SHARED):
        for values in product(*labels.values()):
            metric.labels(*values)
    return metric
