"""What the pool of connections says of itself, as metrics; only PostgreSQL has one."""

import threading
from collections import Counter
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from botcore import metrics

COUNTED = ("requests_queued", "requests_wait_ms", "connections_num", "connections_errors")

_lock = threading.Lock()
_before: Counter[str] = Counter()


def note_pool(connection: BaseDatabaseWrapper) -> Counter[str]:
    """Look at the pool that the connection comes from; return by how much its counts have grown since the last look."""
    pool: Any = getattr(connection, "pool", None)
    if pool is None:
        return Counter()
    facts = pool.get_stats()
    size, idle = facts.get("pool_size", 0), facts.get("pool_available", 0)
    metrics.DATABASE_POOL_CONNECTIONS.labels("used").set(size - idle)
    metrics.DATABASE_POOL_CONNECTIONS.labels("idle").set(idle)
    metrics.DATABASE_POOL_WAITING.set(facts.get("requests_waiting", 0))
    grown = _grown({name: facts.get(name, 0) for name in COUNTED})
    metrics.DATABASE_POOL_WAITS.inc(grown["requests_queued"])
    metrics.DATABASE_POOL_WAIT_SECONDS.inc(grown["requests_wait_ms"] / 1000)
    return grown


def _grown(counts: dict[str, int]) -> Counter[str]:
    with _lock:
        if any(counts[name] < _before[name] for name in counts):  # the pool was made anew, and begins at 0
            _before.clear()
        grown = Counter({name: counts[name] - _before[name] for name in counts})
        _before.update(grown)
    return grown
