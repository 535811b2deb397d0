"""Each hour, what processes leave behind goes; see botcore/retention/leftovers.py."""

from datetime import timedelta

from botcore.retention.clock import ClockInDoubt
from botcore.retention.leftovers import clean_up
from botcore.retention.services import told
from botcore.runtime.jobs.registry import job
from botcore.runtime.jobs.run import Run


@job("stale_cleanup", every=timedelta(hours=1), jitter=timedelta(minutes=5))
def clean_up_leftovers(run: Run) -> str:
    """Delete what processes that ended have left behind."""
    try:
        return told(clean_up(run))
    except ClockInDoubt as exc:  # people were told; within a day it goes on
        return str(exc)
