"""Reading retention: for how long each kind is kept, and how much would go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from botcore.monitoring.clocks import read_clock
from botcore.retention.kept import SETTING
from botcore.retention.kinds import KINDS, Kind
from botcore.runtime.setting_cache import Row, changed_rows

MOST = 10_000  # rows that a look counts of each kind


@dataclass(frozen=True)
class KindFacts:
    """A kind with its setting; `changed_by` is empty at the default."""

    name: str
    words: str
    days: int
    default: int
    least: int
    changed_by: str


@dataclass(frozen=True)
class WouldGo:
    """How many rows of a kind a run would let go now; `more`: at least so many."""

    count: int
    more: bool


def days_of(kind: Kind) -> int:
    """Return for how many days a kind is kept; 0 for ever, also when the setting cannot be read."""
    return _facts(kind, changed_rows().get(SETTING + kind.name)).days


def kinds() -> list[KindFacts]:
    """Return every kind with its days."""
    changed = changed_rows()
    return [_facts(kind, changed.get(SETTING + kind.name)) for kind in KINDS.values()]


def _facts(kind: Kind, row: Row | None) -> KindFacts:
    days, by = (row.value, row.by) if row else (kind.days, "")
    return KindFacts(kind.name, str(kind.words), days, kind.days, kind.least, by)


def would_go(days: Mapping[str, int], *, most: int = MOST) -> dict[str, WouldGo]:
    """Return what a run would let go now if kinds were kept for so many days: the dry run."""
    now = read_clock().now
    return {name: _would_go(KINDS[name], kept, now, most) for name, kept in days.items()}


def _would_go(kind: Kind, days: int, now: datetime, most: int) -> WouldGo:
    if not days:
        return WouldGo(0, more=False)
    limit = now - timedelta(days=days)
    count = sum(sweep.count(limit, most + 1) for sweep in kind.sweeps)
    return WouldGo(min(count, most), more=count > most)
