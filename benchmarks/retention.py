"""How fast old rows go, how long a batch holds its locks, and what memory does, beside a writer who must not wait.

`TEST_DATABASE=postgresql python -m benchmarks.retention [rows]`
"""

import resource
import statistics
import sys
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, connections
from django.test.utils import get_runner
from django.utils import timezone

from benchmarks.inbox import loops
from botcore import sql
from botcore.models import Event, Level
from botcore.monitoring.events import record_event
from botcore.retention.kinds import KINDS
from botcore.retention.services import LONGEST_PAUSE
from botcore.runtime.jobs.run import Run
from tests.environment import SERVER

ROWS = 1_000_000
FAILED_OF = 100  # every such update has an attempt that failed
NEWER_OF = 4  # a quarter as many updates are younger than the limit

FILL = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)
    INSERT INTO botcore_update (bot_id, update_id, lane_key, kind, chat_id, user_id, raw, state, attempts, handler,
        error, error_group, received_at, finished_at)
    SELECT 1, n + %s, n %% 5000, 'message', n %% 5000, n %% 5000, %s, 'done', 1, 'start.start', '', '', %s, %s
    FROM numbers
"""
ATTEMPTS = """
    INSERT INTO botcore_failedattempt (update_id, number, handler, error, error_group, started_at, ended_at)
    SELECT id, 1, 'start.start', 'KeyError: x', 'ab12', received_at, received_at FROM botcore_update WHERE id %% %s = 0
"""


def main() -> None:
    """Measure on a test database."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(
        f"{SERVER.version if SERVER else 'SQLite'}; this machine: {loops():.0f} million loops/s; {rows:,} old updates"
    )
    fill(rows)
    explain()
    sweep("updates")
    sweep("updates")  # nothing is left to do
    sql.execute("TRUNCATE botcore_update CASCADE" if SERVER else "DELETE FROM botcore_update")
    fill(rows // 5)
    sweep("updates_raw")
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def fill(rows: int) -> None:
    """Write old updates, and younger ones behind them."""
    raw = '{"message": {"text": "' + "hello " * 60 + '"}}'
    for first, count, days in ((0, rows, 100), (rows, rows // NEWER_OF, 1)):
        then = timezone.now() - timedelta(days=days)
        sql.execute(FILL, [count, first, raw, sql.adapt(then), sql.adapt(then)])
    sql.execute(ATTEMPTS, [FAILED_OF])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE botcore_update" if SERVER else "ANALYZE")


def explain() -> None:
    """Show how a batch is found."""
    kind = KINDS["updates"]
    limit = timezone.now() - timedelta(days=kind.days)
    (sweep,) = kind.sweeps
    due = sweep._due(limit, *sweep._range(limit)).order_by("pk")  # type: ignore[attr-defined]  # noqa: SLF001
    print("  " + due.values_list("pk")[:5000].explain().replace("\n", "\n  "))


def sweep(name: str) -> None:
    """Let one kind go as the job does, and print what it cost."""
    kind, run, spent, waits, total = KINDS[name], Run("retention"), [], list[float](), 0
    limit = timezone.now() - timedelta(days=kind.days)
    done = threading.Event()
    writer = threading.Thread(target=write, args=(done, waits))
    writer.start()
    memory, start = memory_now(), time.monotonic()
    began = start
    for gone in kind.sweeps[0].batches(limit):
        spent.append(time.monotonic() - began)
        total += gone
        run.pause(min(spent[-1], LONGEST_PAUSE))
        began = time.monotonic()
    took = time.monotonic() - start
    done.set()
    writer.join()
    print(
        f"  {name}, {total:,} rows: {took:.1f} s with the pauses for others, {total / sum(spent):,.0f} rows/s without; "
        f"a batch {statistics.median(spent) * 1000:.0f} ms, the longest {max(spent) * 1000:.0f} ms; "
        f"memory {memory_now() - memory:+.1f} MiB; a writer beside it waited {statistics.median(waits) * 1000:.1f} ms, "
        f"at most {max(waits) * 1000:.0f} ms ({len(waits)} writes)"
    )


def write(done: threading.Event, waits: list[float]) -> None:
    """Be somebody who writes meanwhile."""
    while not done.wait(0.01):
        start = time.monotonic()
        record_event("bench", "somebody writes", level=Level.INFO)
        waits.append(time.monotonic() - start)
    Event.objects.all().delete()
    connections.close_all()


def memory_now() -> float:
    """Return the most memory that this process has had so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
