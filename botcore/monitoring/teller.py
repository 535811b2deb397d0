"""Teller: how the parts of a bot process note events; the recorder behind it writes them, database or not."""

import logging
from collections.abc import Callable

from botcore import metrics
from botcore.monitoring.events import event
from botcore.monitoring.models import Level
from botcore.recorder import EVENT, Recorder

logger = logging.getLogger(__name__)

LOG_LEVELS = {Level.INFO: logging.INFO, Level.WARNING: logging.WARNING, Level.ERROR: logging.ERROR}


class Teller:
    """A botcore.tell.Tell that logs the event and hands it to the recorder."""

    def __init__(self, recorder: Recorder, *, process: str, bot_id: Callable[[], int | None]) -> None:
        self._recorder = recorder
        self._process = process
        self._bot_id = bot_id

    def __call__(self, kind: str, text: str, *, level: str = "info") -> None:
        """Note what happened; returns at once."""
        grade = Level(level)
        template = f"{kind.replace('%', '%%')}: %s"  # errors are grouped by it: each kind is one
        logger.log(LOG_LEVELS[grade], template, text)
        self._recorder.put(EVENT, event(kind, text, level=grade, process=self._process, bot_id=self._bot_id()))

    def clock_jumped(self, seconds: float) -> None:
        """Note that the wall clock was set: ages and times of that moment are off by so much."""
        metrics.CLOCK_JUMPS.inc()
        self(
            "clock",
            f"The clock of this machine was set by {seconds:+.0f} s; leases and ages allow for it.",
            level="warning",
        )
