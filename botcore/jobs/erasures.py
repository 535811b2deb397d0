"""Each minute, people who are to be forgotten are; see botcore/erasure/services.py."""

from datetime import timedelta

from django.db import DatabaseError, InterfaceError

from botcore.erasure import services
from botcore.exceptions import BotdeckError, safe_execute
from botcore.runtime.jobs.registry import CatchUp, job
from botcore.runtime.jobs.run import Run, RunOver


@job("erasures", every=timedelta(minutes=1), timeout=timedelta(hours=2), catch_up=CatchUp.SKIP)
def forget_people(run: Run) -> str:
    """Forget the people who asked for it, or whom operators want forgotten."""
    done = [_proceed(pk, run) for pk in services.due()]
    if failed := done.count(None):
        raise BotdeckError(f"erasures that failed: {failed}")
    words = f"people forgotten: {done.count(True)}"
    return words if all(done) else f"{words}; something of others is still under way"


@safe_execute(reraise=(DatabaseError, InterfaceError, RunOver))
def _proceed(pk: int, run: Run) -> bool | None:
    """Go on with one; None when it failed, which holds up no other."""
    return services.proceed(pk, run)
