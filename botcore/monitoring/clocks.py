"""The database's clock, the one that all machines share: what it says, and by how much this machine's differs."""

import time
from dataclasses import dataclass
from datetime import datetime

from botcore import sql

UNSURE_SECONDS = 2.0  # an answer that took so long says too little about the moment it was made


@dataclass(frozen=True, slots=True)
class Reading:
    """The database's time, the seconds its answer took, and this machine's clock minus the database's.

    `skew` is right to half of the time the answer took, and None when that was too long.
    """

    now: datetime
    seconds: float
    skew: float | None


def read_clock() -> Reading:
    """Ask the database for its time."""
    wall, began = time.time(), time.monotonic()
    ((answer,),) = sql.execute(f"SELECT {sql.now()}")
    seconds = time.monotonic() - began
    now = sql.read_time(answer)
    skew = wall + seconds / 2 - now.timestamp()
    return Reading(now, seconds, skew if seconds < UNSURE_SECONDS else None)
