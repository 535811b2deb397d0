"""The database's clock, the one that all machines share: what it says, and by how much this machine's differs."""

import time
from dataclasses import dataclass
from datetime import datetime

from botcore import sql

UNSURE_SECONDS = 2.0  # an answer that took so long says too little about the moment it was made


@dataclass(frozen=True, slots=True)
class Begun:
    """When a question was asked."""

    wall: float
    monotonic: float


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
    begun = begin()
    ((answer,),) = sql.execute(f"SELECT {sql.now()}")
    return reading(begun, sql.read_time(answer))


def begin() -> Begun:
    """Look at this machine's clocks before a question."""
    return Begun(time.time(), time.monotonic())


def reading(begun: Begun, now: datetime) -> Reading:
    """Return what a time says that just came as, or beside, an answer of the database."""
    seconds = time.monotonic() - begun.monotonic
    skew = begun.wall + seconds / 2 - now.timestamp()
    return Reading(now, seconds, skew if seconds < UNSURE_SECONDS else None)
