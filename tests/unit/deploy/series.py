"""Which series a scrape of the web has, with their labels: of bots, of the web, of django-prometheus, of Prometheus."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import prometheus_client
from django_prometheus.middleware import Metrics
from prometheus_client.metrics import Counter, Histogram, MetricWrapperBase
from prometheus_client.utils import floatToGoString

from botcore import metrics
from botcore.instruments import Reading

ADDED = frozenset({"job", "instance", "process"})  # the first two by Prometheus, the third by the web, to bots' series
OPEN = frozenset({"method", "handler", "command"})  # the code says which values there are, not metrics.py


@dataclass(frozen=True)
class Series:
    """A sample's labels; `values` of those labels whose values metrics.py lists."""

    labels: frozenset[str]
    values: Mapping[str, frozenset[str]]


@cache
def known() -> Mapping[str, Series]:
    """Return all by the name of the sample."""
    Metrics.get_instance()  # django-prometheus declares its metrics with its middleware
    found = {"up": Series(ADDED, {}), "ALERTS": Series(ADDED | {"alertname", "alertstate", "severity"}, {})}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            found |= dict(_samples(metric))
        elif isinstance(metric, Reading):
            found[metric.name] = Series(frozenset(metric.labels) | ADDED, {})
    for name, collector in prometheus_client.REGISTRY._names_to_collectors.items():
        found[name] = Series(frozenset(getattr(collector, "_labelnames", ())) | {"le"} | ADDED, {})
    return found


def _samples(metric: MetricWrapperBase) -> Iterator[tuple[str, Series]]:
    (family,) = metric.describe()
    labels = metric._labelnames
    children = [tuple(map(str, values)) for values in metric._metrics] if labels else []
    closed = {
        label: frozenset(values[place] for values in children)
        for place, label in enumerate(labels)
        if children and label not in OPEN
    }
    if isinstance(metric, Histogram):
        bounds = frozenset(map(floatToGoString, metric._upper_bounds))
        yield f"{family.name}_bucket", Series(frozenset(labels) | {"le"} | ADDED, {**closed, "le": bounds})
        for suffix in ("_count", "_sum"):
            yield f"{family.name}{suffix}", Series(frozenset(labels) | ADDED, closed)
    else:
        suffix = "_total" if isinstance(metric, Counter) else ""
        yield f"{family.name}{suffix}", Series(frozenset(labels) | ADDED, closed)
