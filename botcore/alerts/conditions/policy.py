"""Decides what follows from a look at a condition: told, told again, told that it is over, or nothing. Pure.

The clock may jump and looks may be missed: nothing fires for time in which nobody looked, and what lies ahead of now
was written by a clock that was set back.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

GAP = timedelta(minutes=2)  # without a look: nobody knows how it was meanwhile
CALM = timedelta(minutes=3)  # that a condition must not be seen before it is over, so that it does not flap
BLIND = timedelta(minutes=15)  # after which a condition that cannot be seen any more is over
# Fires again within the first after its end: it must not be seen for the second, see Standing.calm().
AGAIN = ((timedelta(minutes=15), timedelta(minutes=30)), (timedelta(hours=1), timedelta(minutes=15)))
LONGEST_SILENCE = timedelta(days=7)
SKEW = timedelta(hours=1)  # by which the clock that wrote a silence may differ


class Act(StrEnum):
    """What is told after a look."""

    NOTHING = "nothing"
    FIRE = "fire"
    REPEAT = "repeat"
    RESOLVE = "resolve"


@dataclass(frozen=True)
class Timing:
    """How long it must have been so before it fires, and how often it is told while it lasts."""

    lasts: timedelta
    repeat: timedelta


@dataclass(frozen=True)
class Standing:
    """How a condition stands: a row's times. `told_at` and `acked_at` are those of this firing."""

    seen_since: datetime | None = None
    seen_at: datetime | None = None
    fired_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    looked_at: datetime | None = None
    acked_at: datetime | None = None
    silenced_until: datetime | None = None

    @classmethod
    def of(cls, row: object) -> "Standing":
        """Take it from a row."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})

    def is_silent(self, now: datetime) -> bool:
        """Tell whether nothing may be told; a silence longer than there can be met a clock that was set back."""
        return self.silenced_until is not None and now < self.silenced_until <= now + LONGEST_SILENCE + SKEW

    def calm(self) -> timedelta:
        """Return for how long it must not be seen before it is over: for longer, the sooner it came back.

        So what comes and goes is told once. A firing keeps the end of the one before it.
        """
        if self.fired_at is None or self.ended_at is None:
            return CALM
        gap = self.fired_at - self.ended_at
        return next((calm for within, calm in AGAIN if timedelta() <= gap < within), CALM)


def step(was: Standing, *, seen: bool | None, now: datetime, timing: Timing) -> tuple[Standing, Act]:
    """Return how it stands after a look, and what is told; `seen` None: nothing could be known."""
    known = _not_ahead(was, now)
    if seen:
        return _tell(_is_so(known, was.looked_at, now, timing.lasts), now, timing.repeat)
    if seen is None and (known.looked_at is None or now - known.looked_at < BLIND):
        return known, Act.NOTHING
    return _is_not_so(replace(known, looked_at=now), now)


def _not_ahead(was: Standing, now: datetime) -> Standing:
    """Return it with no time of the past later than now."""
    past = ("seen_since", "seen_at", "fired_at", "told_at", "looked_at", "acked_at")
    return replace(was, **{name: now for name in past if (at := getattr(was, name)) and at > now})


def _is_so(was: Standing, looked_at: datetime | None, now: datetime, lasts: timedelta) -> Standing:
    """Return it as seen; one that has not fired begins anew when looks are missing."""
    is_unbroken = looked_at is not None and timedelta() <= now - looked_at <= GAP
    since = was.seen_since if was.seen_since and (was.fired_at or is_unbroken) else now
    fires = was.fired_at or (now if now - since >= lasts else None)
    return replace(was, seen_since=since, seen_at=now, fired_at=fires, looked_at=now)


def _tell(stands: Standing, now: datetime, repeat: timedelta) -> tuple[Standing, Act]:
    if stands.fired_at is None or stands.acked_at or stands.is_silent(now):
        return stands, Act.NOTHING
    if stands.told_at is None:
        return replace(stands, told_at=now), Act.FIRE
    silence = stands.silenced_until
    lasts_beyond_silence = silence is not None and stands.told_at < silence <= now
    if lasts_beyond_silence or now - stands.told_at >= repeat:
        return replace(stands, told_at=now), Act.REPEAT
    return stands, Act.NOTHING


def _is_not_so(was: Standing, now: datetime) -> tuple[Standing, Act]:
    if was.fired_at is None:
        return replace(was, seen_since=None, seen_at=None), Act.NOTHING
    if was.seen_at and now - was.seen_at < was.calm():
        return was, Act.NOTHING
    over = Standing(ended_at=now, looked_at=now, silenced_until=was.silenced_until)
    return over, Act.RESOLVE if was.told_at and not was.is_silent(now) else Act.NOTHING
