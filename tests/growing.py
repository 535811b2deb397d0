"""By how much a metric grows while a test does something."""

from collections.abc import Callable

from botcore.instruments import REGISTRY


def growing(sample: str, **labels: str) -> Callable[[], float]:
    """Begin to look at a sample of the bot's; return what says by how much it has grown since."""

    def value() -> float:
        return REGISTRY.get_sample_value(sample, labels) or 0.0

    before = value()
    return lambda: value() - before
