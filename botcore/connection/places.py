"""Places: how many calls may be under way at once, so that the transport's pool is never full with broadcasts."""

from botcore.outbox.models import Priority

FOR_OTHERS = 3 / 4  # of the places; the rest is kept for replies


class Places:
    """Counts calls that went and have not ended; `limit` 0 means any number."""

    def __init__(self, limit: int) -> None:
        self._limits = {
            priority: limit if priority == Priority.REPLY else max(1, int(limit * FOR_OTHERS)) for priority in Priority
        }
        self._bounded = limit > 0
        self.taken = 0

    def room(self, priority: Priority) -> bool:
        """Tell whether one more may go."""
        return not self._bounded or self.taken < self._limits[priority]

    def take(self) -> None:
        """Count a call that goes."""
        self.taken += 1

    def leave(self) -> bool:
        """Count a call that ended; return whether somebody may go now who could not before."""
        self.taken -= 1
        return self._bounded and self.taken + 1 in self._limits.values()
