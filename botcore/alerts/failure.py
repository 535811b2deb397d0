"""What fails within alerts: NotDelivered, by which a channel says so, and warn() for bugs, which alert nobody."""

import logging
from datetime import timedelta

from botcore.logs import error_text

logger = logging.getLogger(__name__)


class NotDelivered(Exception):  # noqa: N818 (an outcome)
    """A try failed; `wait` is what the receiver asked for."""

    def __init__(self, words: str, *, again: bool, wait: timedelta = timedelta()) -> None:
        super().__init__(words)
        self.again = again
        self.wait = wait


def warn(what: str, error: Exception) -> None:
    """Log it, and record it as an error of the source that never makes an alert."""
    logger.warning("%s failed: %s", what, error_text(error), exc_info=error, extra={"capture": True})
