"""How many connections to a webhook there are: deliveries slow down while nothing succeeds.

Follows `create_new_connections` of telegram-bot-api's WebhookActor.cpp: as long as a delivery succeeded within ten
seconds ten connections may be opened in any half of a second; else there is one, opened every two seconds at most.
"""

import math

from sandbox.flood import Window

FRESH_SECONDS = 10
_WHILE_FRESH, _ELSE = (10, 0.5), (1, 2.0)


class Connections:
    """Those to one webhook, as it is set now. One that was cut off or did not answer is closed."""

    def __init__(self) -> None:
        self._open = self._busy = 0
        self._succeeded_at = -math.inf
        self._opened = {limit: Window(limit[1]) for limit in (_WHILE_FRESH, _ELSE)}

    def take(self, now: float, most: int) -> float:
        """Take a connection and return 0, else the seconds until one may be opened; inf if first one must end."""
        if self._busy == self._open and (wait := self._make(now, most)):
            return wait
        self._busy += 1
        return 0.0

    def give_back(self, now: float, *, succeeded: bool, kept: bool) -> None:
        """Note how a delivery ended."""
        self._busy -= 1
        self._open -= not kept
        if succeeded:
            self._succeeded_at = now

    def _make(self, now: float, most: int) -> float:
        fresh = now <= self._succeeded_at + FRESH_SECONDS
        if self._open >= (most if fresh else 1):
            return math.inf
        limit = _WHILE_FRESH if fresh else _ELSE
        wait = self._opened[limit].wait(now, limit[0], 1)
        if wait <= 0:
            self._opened[limit].add(now, 1)
            self._open += 1
        return max(wait, 0.0)
