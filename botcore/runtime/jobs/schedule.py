"""When a job is due: at regular intervals, or by a cron line in a time zone (by cronsim, which knows summer time)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


class Schedule(Protocol):
    """When something is due."""

    @property
    def words(self) -> str:
        """Return the schedule as people read it."""

    def next_after(self, at: datetime) -> datetime:
        """Return the first regular time after this one."""


@dataclass(frozen=True)
class Every:
    """At each multiple of an interval, counted from 1970 in UTC: every process finds the same times."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < timedelta(seconds=1):
            raise ValueError("a job's interval is at least a second")

    @property
    def words(self) -> str:
        """Return such as "every 10 minutes"."""
        return f"every {length(self.interval).removeprefix('1 ')}"

    def next_after(self, at: datetime) -> datetime:
        """Return the next multiple."""
        return EPOCH + ((at - EPOCH) // self.interval + 1) * self.interval


@dataclass(frozen=True)
class Cron:
    """By a line of five fields, as Debian's cron reads it, in a time zone."""

    line: str
    zone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            next(CronSim(self.line, EPOCH.astimezone(self._zone)))
        except (CronSimError, StopIteration) as exc:
            raise ValueError(f"no cron line that ever comes: {self.line!r}") from exc

    @cached_property
    def _zone(self) -> tzinfo:
        return UTC if self.zone == "UTC" else ZoneInfo(self.zone)

    @property
    def words(self) -> str:
        """Return such as "at 03:17 every day (UTC)"."""
        said = str(CronSim(self.line, EPOCH).explain())
        return f"{said[0].lower()}{said[1:]} ({self.zone})"

    def next_after(self, at: datetime) -> datetime:
        """Return the next time; of an hour that comes twice, only the first counts."""
        times = CronSim(self.line, at.astimezone(self._zone))
        return next(time for time in times if time > at).astimezone(UTC)


def length(time: timedelta) -> str:
    """Return a length in the largest unit that divides it: 90 s is "90 seconds", 3600 s "1 hour"."""
    seconds = round(time.total_seconds())
    size, name = next((unit for unit in UNITS if seconds >= unit[0] and seconds % unit[0] == 0), UNITS[-1])
    count = seconds // size
    return f"{count} {name}{'' if count == 1 else 's'}"
