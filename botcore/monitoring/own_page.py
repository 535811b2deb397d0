"""What the web counts: of this process, or of all workers of its gunicorn, who count in files of one directory.

botproject/gunicorn_config.py makes that directory; bots never share it.
"""

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from botcore import instruments
from botcore.instruments import DECLARED, WEB_REGISTRY
from botcore.monitoring.writer import text_of


def own_pages() -> tuple[str, str]:
    """Return django-prometheus' figures, and ours."""
    if not instruments.SHARED:
        return generate_latest(REGISTRY).decode(), text_of(DECLARED[WEB_REGISTRY])
    ours = {family.name for metric in DECLARED[WEB_REGISTRY] for family in metric.describe()}
    families: list[Metric] = list(MultiProcessCollector(None).collect())  # type: ignore[no-untyped-call]
    of_django = [family for family in families if not family.name.startswith("botdeck_")]
    return _text(of_django), _text([family for family in families if family.name in ours])


class _Families(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        """Return them."""
        return self._families


def _text(families: list[Metric]) -> str:
    registry = CollectorRegistry()
    registry.register(_Families(families))
    return generate_latest(registry).decode()
