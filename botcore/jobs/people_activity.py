"""Who wrote on which day, and who came again: counted from the updates every minute."""

from datetime import timedelta

from botcore.monitoring.health.check import counted
from botcore.people.activity.services import count_activity
from botcore.runtime.jobs.registry import CatchUp, job
from botcore.runtime.jobs.run import Run


@job("people_activity", every=timedelta(minutes=1), timeout=timedelta(minutes=10), catch_up=CatchUp.SKIP)
def count_people(run: Run) -> str:
    """Count by days who wrote, for the charts of people."""
    days, weeks, more = count_activity(check=run.check)
    words = f"counted {counted(days, 'day')} and {counted(weeks, 'week')} anew"
    return f"{words}; older updates are still to be counted" if more else words
