"""Watches polling: when Telegram last answered, who else polls the token, whether the loop itself still turns."""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from botcore import metrics
from botcore.tell import Tell

logger = logging.getLogger(__name__)

SETTLING = 30.0  # seconds after a take-over in which one 409 may come from the process that polled before
QUIET = 60.0  # seconds without a 409 after which nobody else polls
WEBHOOK = "webhook"  # in Telegram's text: "can't use getUpdates method while webhook is active"


class Watch:
    """What is known of intake; `role` and `trouble` are what the heartbeat says of it."""

    def __init__(self, tell: Tell, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.role = ""
        self.trouble = ""
        self.last_poll_at: datetime | None = None
        self._tell = tell
        self._clock = clock
        self._began = self._turned = clock()
        self._answered: float | None = None
        self._conflicts: list[float] = []

    def begin(self) -> None:
        """Polling begins, perhaps again."""
        self._began = self._turned = self._clock()

    def end(self) -> None:
        """This process polls no more; whoever does says what is wrong."""
        self._conflicts.clear()
        self._name("")

    def answered(self) -> None:
        """A getUpdates succeeded."""
        self._turned = self._answered = self._clock()
        self.last_poll_at = timezone.now()
        metrics.LAST_POLL.set_to_current_time()
        metrics.HEARTBEAT.labels("intake").set_to_current_time()
        if self.trouble and all(self._clock() - at > QUIET for at in self._conflicts):
            self._name("")
            self._tell("foreign_poller", "Nobody else polls this token any more.")

    def failed(self, wait: float = 0.0) -> None:
        """A getUpdates failed, as it does while Telegram is away; the next one follows after `wait` seconds."""
        self._turned = self._clock() + wait

    def conflict(self, words: str) -> None:
        """Telegram refused a getUpdates because of somebody else."""
        self._turned = now = self._clock()
        self._conflicts = [*(at for at in self._conflicts if now - at <= QUIET), now]
        settling = now - self._began < SETTLING and len(self._conflicts) < 2
        logger.log(logging.INFO if settling else logging.WARNING, "someone else polls this token: %s", words)
        if settling or self.trouble:
            return
        if WEBHOOK in words.lower():
            self._name("Someone has set a webhook for this token: updates go there. Restart the bot to remove it.")
        else:
            self._name(
                "Someone else polls this token: another deployment, or a colleague's machine. Stop it, or /revoke."
            )
        self._tell("foreign_poller", self.trouble, level="error")

    def _name(self, trouble: str) -> None:
        self.trouble = trouble
        metrics.FOREIGN_POLLER.set(bool(trouble))

    def stuck_for(self) -> float:
        """Return the seconds since a getUpdates last ended, well or badly."""
        return self._clock() - self._turned

    def deaf_for(self) -> float:
        """Return the seconds since a getUpdates last succeeded, or since polling began."""
        return self._clock() - max(self._began, self._answered or self._began)
