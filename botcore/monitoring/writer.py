"""Writes our metrics in Prometheus' text format: what does not change of a line is made once.

The library makes each line anew, which for a bot's two thousand took 15 ms of CPU, at each heartbeat and scrape. A test
compares both byte by byte.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.utils import floatToGoString

Labels = Sequence[tuple[str, str]]


def text_of(metrics: Iterable[MetricWrapperBase]) -> str:
    """Return the text of these metrics, which are counters, gauges and histograms."""
    lines: list[str] = []
    for metric in metrics:
        lines.append(_head(metric))
        for one in list(metric._metrics.values()) if metric._labelnames else (metric,):
            names = _names(one)
            values = _values(one)
            lines += [f"{name} {_number(value)}\n" for name, value in zip(names, values, strict=True)]
    return "".join(lines)


def _values(metric: MetricWrapperBase) -> list[float]:
    if not isinstance(metric, Histogram):
        assert isinstance(metric, Counter | Gauge)  # noqa: S101 (there are no others)
        return [metric._value.get()]
    total, values = 0.0, []
    for bucket in metric._buckets:
        total += bucket.get()
        values.append(total)
    return [*values, total, metric._sum.get()]


def _number(value: float) -> str:
    """Return the number as the library writes it; most are small."""
    return repr(value) if 0 <= value < 1e6 else floatToGoString(value)  # type: ignore[no-untyped-call]


@cache
def _head(metric: MetricWrapperBase) -> str:
    name = f"{metric._name}_total" if isinstance(metric, Counter) else metric._name
    words = metric._documentation.replace("\\", r"\\").replace("\n", r"\n")
    return f"# HELP {name} {words}\n# TYPE {name} {metric._type}\n"


@cache
def _names(metric: MetricWrapperBase) -> list[str]:
    """Return what stands before each value."""
    labels = list(zip(metric._labelnames, metric._labelvalues, strict=True))
    if isinstance(metric, Counter):
        return [_name(f"{metric._name}_total", labels)]
    if not isinstance(metric, Histogram):
        return [_name(metric._name, labels)]
    bounds = [floatToGoString(bound) for bound in metric._upper_bounds]  # type: ignore[no-untyped-call]
    buckets = [_name(f"{metric._name}_bucket", [*labels, ("le", bound)]) for bound in bounds]
    return [*buckets, _name(f"{metric._name}_count", labels), _name(f"{metric._name}_sum", labels)]


def _name(name: str, labels: Labels) -> str:
    pairs = [f'{label}="{_escaped(value)}"' for label, value in sorted(labels)]
    return f"{name}{{{','.join(pairs)}}}" if pairs else name


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def readings(families: Iterable[GaugeMetricFamily]) -> str:
    """Return the text of what was read just now."""
    lines = []
    for family in families:
        lines.append(f"# HELP {family.name} {family.documentation}\n# TYPE {family.name} gauge\n")
        lines += [
            f"{_name(sample.name, list(sample.labels.items()))} {_number(float(sample.value))}\n"
            for sample in family.samples
        ]
    return "".join(lines)
