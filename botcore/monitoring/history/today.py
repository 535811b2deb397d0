"""Today beside yesterday until the same time (UTC), and how long updates take now, waits included: one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from botcore.monitoring.history.periods import start
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.store import read_spans
from botcore.monitoring.history.values import Values, over_time, quantiles
from botcore.monitoring.models import Step

COUNTED = ("updates_received", "updates_failed", "errors", "messages_said")
SPEED = "update_latency"
NAMES = (*COUNTED, "people", "people_active", SPEED)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATELY = timedelta(minutes=10)  # what "now" means for how long updates take
SHARES = (0.5, 0.95)


@dataclass(frozen=True)
class Pair:
    """A number of today and of yesterday until the same time; None is not known."""

    today: float | None
    yesterday: float | None


@dataclass(frozen=True)
class Today:
    """What was counted since midnight, who came and who was active; p50 and p95 in seconds."""

    updates: Pair
    failed: Pair
    errors: Pair
    said: Pair
    new_people: Pair
    active_people: Pair
    p50: float | None
    p95: float | None


def today(now: datetime | None = None) -> Today:
    """Return it up to the newest minute that the history has."""
    now = now or timezone.now()
    hour, midnight = start(now, Step.HOUR), start(now, Step.DAY)
    spans = (
        (Step.HOUR, midnight - DAY - HOUR, hour),
        (Step.MINUTE, min(hour, now - LATELY), now),
        (Step.MINUTE, hour - DAY, now - DAY),
    )
    hours, minutes, before = read_spans(NAMES, spans)
    end = datetime.fromtimestamp(max(minutes), UTC) + MINUTE if minutes else hour
    mine = _within(hours, midnight, hour) + _within(minutes, hour, end)
    theirs = _within(hours, midnight - DAY, hour - DAY) + _within(before, hour - DAY, end - DAY)
    pairs = {name: Pair(_total(name, mine), _total(name, theirs)) for name in COUNTED}
    people = [_newest("people", values) for values in (mine, theirs)]
    grown = (_grown(_people_at(midnight - DAY * ago, hours), people[ago]) for ago in (0, 1))
    p50, p95 = _speed(_within(minutes, now - LATELY, now))
    return Today(
        updates=pairs["updates_received"],
        failed=pairs["updates_failed"],
        errors=pairs["errors"],
        said=pairs["messages_said"],
        new_people=Pair(*grown),
        active_people=Pair(_newest("people_active", mine), _newest("people_active", theirs)),
        p50=p50,
        p95=p95,
    )


def _within(found: Mapping[int, Values], since: datetime, until: datetime) -> list[Values]:
    """Return what lies in a part of the time, in order."""
    return [values for second, values in sorted(found.items()) if since.timestamp() <= second < until.timestamp()]


def _total(name: str, found: list[Values]) -> float | None:
    """Add up what was counted."""
    counted = [values[name].total for values in found if name in values]
    return sum(counted) if counted else None


def _newest(name: str, found: list[Values]) -> float | None:
    """Return what was measured last; of an hour its highest, since people only become more."""
    return next((values[name].high for values in reversed(found) if name in values), None)


def _people_at(midnight: datetime, hours: Mapping[int, Values]) -> float | None:
    """Return how many people there were at midnight: at the end of the hour before."""
    return _newest("people", _within(hours, midnight - HOUR, midnight))


def _grown(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else max(0.0, after - before)


def _speed(found: list[Values]) -> tuple[float | None, float | None]:
    """Return p50 and p95; None where nothing was handled."""
    known = [values[SPEED] for values in found if SPEED in values]
    shares = quantiles(SERIES[SPEED], over_time(known).buckets, SHARES) if known else []
    return (shares[0], shares[1]) if shares else (None, None)
