"""When to try again what failed: after growing random waits, so that many processes do not come at once."""

import time
from secrets import SystemRandom

LONGEST_WAIT = 10.0  # seconds


class Patience:
    """Growing random waits between tries of something that failed."""

    def __init__(self) -> None:
        self._failures = 0
        self._next = 0.0

    @property
    def fine(self) -> bool:
        """Did the last try succeed?"""
        return not self._failures

    @property
    def left(self) -> float:
        """Seconds until the next try is due; 0 when it is."""
        return 0.0 if self.fine else max(0.0, self._next - time.monotonic())

    def failed(self) -> None:
        """Wait before the next try, longer than before."""
        self._failures += 1
        longest = min(LONGEST_WAIT, 0.2 * 2 ** min(self._failures, 10))
        self._next = time.monotonic() + SystemRandom().uniform(longest / 2, longest)

    def succeeded(self) -> bool:
        """Try freely again; tell whether that is news."""
        news, self._failures = not self.fine, 0
        return news
