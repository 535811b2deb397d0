"""When a failed delivery is tried again; the numbers are those of telegram-bot-api's WebhookActor.cpp."""

from dataclasses import dataclass
from secrets import randbelow

LONGEST_WAIT_SECONDS = 60  # and up to twice as long, by chance
LONGEST_RETRY_AFTER_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Setback:
    """How often an update could not be delivered, and from when on it may be tried again."""

    failures: int = 0
    delay: int = 1
    until: float = 0.0

    def next(self, now: float, retry_after: int) -> "Setback":
        """Return what follows one more failure: at once, then after 2, 4, 8 … s, or when the receiver wished."""
        delay, wait = self.delay, min(retry_after, LONGEST_RETRY_AFTER_SECONDS)
        if not wait and self.failures:
            longest = LONGEST_WAIT_SECONDS + randbelow(LONGEST_WAIT_SECONDS + 1)
            delay = wait = min(2 * delay, longest)
        return Setback(self.failures + 1, delay, now + wait)
