"""DATABASES as Django takes it: what each kind of database needs beyond its address."""

import os
import tempfile
from pathlib import Path
from typing import Any


def completed(database: dict[str, Any], *, pool_size: int) -> dict[str, Any]:
    """Return the entry with its options: SQLite for one machine and one bot process, PostgreSQL for more."""
    if database["ENGINE"].endswith("sqlite3"):
        return {
            **database,
            # FULL: a confirmed update survives a power cut, not only a crash. IMMEDIATE: writers queue, not fail.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,  # seconds
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            "CONN_MAX_AGE": None,  # a thread keeps its connection; opening one would cost more than the work
            "TEST": {"NAME": str(Path(tempfile.gettempdir()) / f"botdeck-tests-{os.getpid()}.sqlite3")},
        }
    pool = {"min_size": 1, "max_size": pool_size, "timeout": 3, "reconnect_timeout": 5}
    return {
        **database,
        "OPTIONS": {**database.get("OPTIONS", {}), "pool": pool},  # what stands behind the ? of the address, first
        "CONN_HEALTH_CHECKS": True,  # the pool must not hand out what a restart of the server killed
    }
