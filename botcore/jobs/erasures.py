"""Each minute, people who are to be forgotten are; see botcore/erasure/services.py."""

from datetime import timedelta

from botcore.erasure import services
from botcore.runtime.jobs.registry import CatchUp, job
from botcore.runtime.jobs.run import Run


@job("erasures", every=timedelta(minutes=1), timeout=timedelta(hours=2), catch_up=CatchUp.SKIP)
def forget_people(run: Run) -> str:
    """Forget the people who asked for it, or whom operators want forgotten."""
    done = [services.proceed(pk, run) for pk in services.due()]
    words = f"people forgotten: {sum(done)}"
    return words if all(done) else f"{words}; something of others is still under way"
