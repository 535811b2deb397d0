"""Patience: how long one call bears floods, over all its attempts."""


class Patience:
    """Seconds of floods that a call bears; waiting for the normal pace of its chat, or of all, uses nothing up."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._borne_until = float("-inf")

    def bears(self, until: float, now: float) -> bool:
        """Tell whether the call waits for a flood to end, and if so, count the time."""
        more = until - max(now, self._borne_until)
        if more > self._left:
            return False
        if more > 0:
            self._left -= more
            self._borne_until = until
        return True
