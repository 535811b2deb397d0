"""Who works on the database: a restore takes its place only when nobody does."""

from django.db import DatabaseError, connection

from botcore.backups.failures import RestoreRefused
from botcore.monitoring.selectors import live_heartbeats

SESSIONS = """
    SELECT pid, coalesce(usename, ''), application_name, coalesce(host(client_addr), 'this machine')
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY pid
"""
MOST = 5  # that are named


def refuse_while_used(*, force: bool) -> None:
    """Raise RestoreRefused while a bot beats or anybody is connected to the server; `force` overlooks the latter.

    SQLite knows by itself whether the file is open, see sqlite.put_back; and its bot holds a lock.
    """
    if connection.vendor != "postgresql":
        return
    if bots := _bots():
        raise RestoreRefused(f"A bot runs: {', '.join(bots)}. Stop all bots and pages first.")
    if not force and (sessions := _sessions()):
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


def _sessions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(SESSIONS)
        return [
            f"{user} from {where} ({program or 'nameless'}, process {pid})"
            for pid, user, program, where in cursor.fetchall()
        ]
