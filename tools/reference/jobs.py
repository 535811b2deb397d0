"""What is done by schedule, from the registry of jobs."""

from botcore import jobs
from botcore.runtime.jobs.registry import CatchUp, Plan, discover
from botcore.runtime.jobs.schedule import length
from tools.reference.markdown import code, page, table

INTRODUCTION = """Each is a function in `botcore/jobs/`. [Handlers](../handlers.md#jobs) says how to write one; the page
**Jobs** shows how each stands, and the metric `botdeck_job_runs_total` counts their runs."""


def text() -> str:
    """Make the page."""
    rows = [
        (code(plan.name), plan.schedule.words, length(plan.timeout), _missed(plan), plan.purpose)
        for plan in discover(jobs)
    ]
    return page("Jobs", INTRODUCTION, table(("job", "when", "at most", "missed times", "what it does"), rows))


def _missed(plan: Plan) -> str:
    return "made up for by one run" if plan.catch_up is CatchUp.ONCE else "left out"
