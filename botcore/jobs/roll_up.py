"""The history of metrics: what processes put on record, by minutes, hours and days."""

from datetime import timedelta

from botcore.monitoring.health.check import counted
from botcore.monitoring.history.rollup import roll_up
from botcore.runtime.jobs.registry import CatchUp, job
from botcore.runtime.jobs.run import Run


@job("roll_up", every=timedelta(minutes=1), timeout=timedelta(minutes=5), catch_up=CatchUp.SKIP)
def roll_up_history(run: Run) -> str:
    """Bring what processes have measured into the history of metrics."""
    minutes = roll_up(check=run.check)
    return f"rolled up {counted(minutes, 'minute')}"
