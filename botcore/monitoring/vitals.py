"""Vitals: how a bot process itself is (memory, event loop, worker, queue, disk, clock), told with each heartbeat.

bot.py gathers them; Heartbeat.vitals keeps them as JSON; monitoring.selectors and health read them.
"""

import json
import math
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

STATM = Path("/proc/self/statm")  # sizes in pages; the second is what is resident, see proc_pid_statm(5)
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a process knows of itself. 0 and None mean that it is not known, or not yet.

    `loop_lag` is the event loop's worst lateness since the last beat, `worker_age` the time since the worker last
    looked for work, `poll_age` the time since Telegram last answered getUpdates (None: this process does not poll),
    all in seconds and by a clock that nobody sets. `memory` and the disk of SPOOL_DIR are bytes, `in_progress` counts
    updates, `queue` the records that wait in memory for the database. `clock_skew` is this machine's clock minus the
    database's, in seconds.
    """

    loop_lag: float = 0.0
    memory: int = 0
    worker_age: float | None = None
    poll_age: float | None = None
    in_progress: int = 0
    queue: int = 0
    queue_capacity: int = 0
    disk_free: int = 0
    disk_total: int = 0
    clock_skew: float | None = None

    @classmethod
    def read(cls, text: str) -> "Vitals":
        """Read what as_json() wrote, perhaps in another version; what makes no sense is taken as not known."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return cls()
        known = {field.name: field.default for field in fields(cls)}
        given = found.items() if isinstance(found, dict) else ()
        return cls(**{name: _like(known[name], value) for name, value in given if name in known and _is_number(value)})

    def as_json(self) -> str:
        """Return a JSON object."""
        return json.dumps({name: round(value, 4) for name, value in asdict(self).items() if value is not None})


def memory() -> int:
    """Return the bytes of memory that this process has now; 0 where nobody says."""
    with suppress(OSError, ValueError, IndexError):
        return int(STATM.read_text().split()[1]) * PAGE
    return 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _like(default: Any, value: float) -> Any:
    """Return the number as the field keeps it: a whole one where its default is."""
    return int(value) if isinstance(default, int) and not isinstance(default, bool) else float(value)
