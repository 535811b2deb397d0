"""start(): a job's work in a daemon thread of its own, so that one that hangs holds up neither the bot nor its end."""

import threading
from concurrent.futures import Future

from django.db import connections

from botcore.audit.actor import Actor, acting
from botcore.exceptions import safe_execute
from botcore.logs import error_text, in_context
from botcore.runtime.jobs.registry import Plan
from botcore.runtime.jobs.run import Outcome, Run, RunOver
from botcore.runtime.models import RunState

RETRIES = 2  # after passing trouble, such as a database that is away for a moment


def start(plan: Plan, run: Run) -> Future[Outcome]:
    """Begin the work and return what will be its end."""
    ended: Future[Outcome] = Future()
    threading.Thread(target=in_context(_fill), args=(ended, plan, run), name=f"job {plan.name}", daemon=True).start()
    return ended


def _fill(ended: Future[Outcome], plan: Plan, run: Run) -> None:
    try:
        ended.set_result(_work(plan, run))
    except BaseException as exc:  # SystemExit too: the loop that waits decides
        ended.set_exception(exc)
    finally:
        connections.close_all()


def _work(plan: Plan, run: Run) -> Outcome:
    """Do the work; an error is recorded with its source `job`."""
    guarded = safe_execute(fallback=_failed, retry=RETRIES, reraise=RunOver)(plan.work)
    try:
        with acting(Actor(name=plan.name)):
            said = guarded(run)
    except RunOver as over:
        return over.outcome
    return said if isinstance(said, Outcome) else Outcome(RunState.DONE, str(said))


def _failed(error: BaseException) -> Outcome:
    return Outcome(RunState.FAILED, error_text(error))
