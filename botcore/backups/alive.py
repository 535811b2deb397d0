"""Who works on the database: a restore takes its place only when nobody does."""

import psycopg
from django.db import DatabaseError, connection
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from botcore.backups.failures import RestoreRefused
from botcore.monitoring.selectors import live_heartbeats

SESSIONS = """
    SELECT pid, coalesce(usename, ''), application_name, coalesce(host(client_addr), 'this machine')
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid
"""
MOST = 5  # that are named
LEAVING_SECONDS = 3  # the server sees a little later that a client has gone


def refuse_while_used(*, force: bool) -> None:
    """Raise RestoreRefused while a bot beats or anybody is connected to the server; `force` overlooks the latter.

    SQLite knows by itself whether the file is open, see sqlite_restore; and its bot holds a lock.
    """
    if connection.vendor != "postgresql":
        return
    if bots := _bots():
        raise RestoreRefused(f"A bot runs: {', '.join(bots)}. Stop all bots and pages first.")
    if not force and (sessions := _sessions_that_stay()):
        more = f" and {len(sessions) - MOST} more" if len(sessions) > MOST else ""
        raise RestoreRefused(
            f"The database is in use by {', '.join(sessions[:MOST])}{more}. Stop all bots and pages first; "
            "if none of these is one, such as a collector of metrics, add --force."
        )


def _bots() -> list[str]:
    try:
        return [f"{process.role} {process.process}" for process in live_heartbeats()]
    except DatabaseError:  # empty, of another version, or damaged: that is why somebody restores
        return []


def _sessions_that_stay() -> list[str]:
    look = Retrying(
        retry=retry_if_result(bool),
        wait=wait_fixed(0.1),
        stop=stop_after_delay(LEAVING_SECONDS),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else [],
    )
    return look(_sessions)


def _sessions() -> list[str]:
    """Name everybody but us: without the pool, whose connections would be somebody else, too."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with psycopg.connect(**connection.get_connection_params()) as alone:
        rows = alone.execute(SESSIONS).fetchall()
    return [f"{user} from {where} ({program or 'nameless'}, process {pid})" for pid, user, program, where in rows]
