"""The bot processes as the checks see them, and how one check is made of what is found of each process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from botcore.monitoring.health.check import GRAVITY, Check, Light
from botcore.monitoring.selectors import Beats, Condition, Process, processes

STARTING_SECONDS = 30.0  # what a process needs at most to connect and begin; a start takes about one second
NOBODY = "No bot process is alive"

Finding = tuple[Light, str]


@dataclass(frozen=True)
class Fleet:
    """Living bot processes, and the last words of those that are gone; `now` is the database's time."""

    now: datetime
    alive: Sequence[Process]
    gone: Sequence[Process]

    def age(self, process: Process) -> float:
        """Return the age of a process' heartbeat in seconds."""
        return max(0.0, (self.now - process.beat_at).total_seconds())

    def runs_for(self, process: Process) -> float:
        """Return for how many seconds a process has been running."""
        return max(0.0, (self.now - process.started_at).total_seconds())

    def is_starting(self, process: Process) -> bool:
        """Tell a process that need not do everything yet."""
        return self.runs_for(process) < STARTING_SECONDS

    @property
    def nobody(self) -> str:
        """Say that no process is alive, and what to do; one that fell silent may hang."""
        if any(process.condition is Condition.SILENT for process in self.gone):
            return f"{NOBODY}: start or restart `manage.py runbot`; its log says why the last one fell silent."
        return f"{NOBODY}: start `manage.py runbot`; its log says why the last one ended."

    @property
    def newest(self) -> float | None:
        """The age of the newest heartbeat; None when there is none."""
        return min((self.age(process) for process in (*self.alive, *self.gone)), default=None)


def fleet(now: datetime, beats: Beats | None = None) -> Fleet:
    """Read the processes, if their beats are not read already."""
    seen = [process for process in (beats.current if beats else processes(now)) if process.role == "bot"]
    return Fleet(now, [one for one in seen if one.is_alive], [one for one in seen if not one.is_alive])


def of_each(
    name: str, seen: Fleet, judge: Callable[[Process], Finding], *, well: str, shared: bool = False, without: Light
) -> Check:
    """Make one check of what `judge` finds of each living process.

    `shared` work goes on while one of them is well: then what others have failed at is a warning. `without` any process
    there is that light.
    """
    if not seen.alive:
        return Check(name, without, seen.nobody, seen.newest)
    found = [(process, *judge(process)) for process in seen.alive]
    process, light, words = max(found, key=lambda one: GRAVITY.index(one[1]))
    if light is Light.OK:
        return Check(name, Light.OK, words or well, seen.newest)
    if shared and light is Light.FAILED and any(found_light is Light.OK for _, found_light, _ in found):
        light = Light.WARNING
    where = f"{process.process}: " if len(found) > 1 else ""
    return Check(name, light, f"{where}{words}", seen.age(process))
