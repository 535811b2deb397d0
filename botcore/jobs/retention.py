"""Once a day, at night in UTC, what is old goes; see botcore/retention/kinds.py for what and when."""

from datetime import timedelta

from botcore.retention import services
from botcore.retention.clock import ClockInDoubt
from botcore.retention.kinds import KINDS
from botcore.runtime.jobs.registry import job
from botcore.runtime.jobs.run import Run


@job("retention", cron="17 3 * * *", jitter=timedelta(minutes=10), timeout=timedelta(hours=2))
def let_old_rows_go(run: Run) -> str:
    """Let old rows of every kind go, as the page Retention says."""
    try:
        return services.let_go(KINDS.values(), run)
    except ClockInDoubt as exc:  # people were told; the next night it goes on
        return str(exc)
