"""A process that runs one job: `python -m tests.process.job_runner slow|quick` prints when a run begins."""

import asyncio
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402

from botcore.database import database_threads, in_database  # noqa: E402
from botcore.models import Job  # noqa: E402
from botcore.monitoring.identity import process_name  # noqa: E402
from botcore.runtime.jobs import runner, store  # noqa: E402
from botcore.runtime.jobs.registry import job, plan_of  # noqa: E402
from botcore.runtime.jobs.run import Run  # noqa: E402

runner.LEASE_SECONDS, runner.RENEW_SECONDS, runner.LOOK_SECONDS = 2.0, 0.5, 0.05


@job("work", every=timedelta(days=1))
def work(run: Run) -> str:
    """Go on for ever in a slow process, and end at once in a quick one."""
    print("began", flush=True)
    while sys.argv[1] == "slow":
        run.pause(0.05)
    return "done"


async def main() -> None:
    """Run jobs until killed; a slow process makes its job due first."""
    plan = plan_of(work)
    assert plan
    async with database_threads(2):
        if sys.argv[1] == "slow":
            await in_database(store.sync, [plan], all_known=True)
            await in_database(Job.objects.update, next_at=timezone.now())
        await runner.JobRunner(process_name(), [plan]).run()


if __name__ == "__main__":
    asyncio.run(main())
