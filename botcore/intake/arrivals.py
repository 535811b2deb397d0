"""Counts what intake has stored, by whichever way it came: getUpdates, the webhook's server, or Django's view."""

from collections.abc import Sequence

from botcore import metrics
from botcore.inbox.envelope import Envelope
from botcore.instruments import Series

_received = Series(metrics.UPDATES_RECEIVED)


def note_arrivals(new: Sequence[Envelope], *, delivered: int) -> None:
    """Count so many delivered updates, of which these were new; after their commit."""
    for envelope in new:
        _received[metrics.kind_label(envelope.kind),].inc()
    metrics.UPDATES_DUPLICATE.inc(delivered - len(new))
    if new:
        metrics.LAST_UPDATE.set_to_current_time()
