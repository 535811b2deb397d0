"""The loop that runs jobs: in threads of their own, with an end for those that take too long, raise or hang."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

from django.db import DataError
from django.test import TransactionTestCase

from botcore import metrics
from botcore.database import in_database
from botcore.models import Job, JobRun, User
from botcore.runtime.jobs import runner, store
from botcore.runtime.jobs.registry import Plan
from botcore.runtime.jobs.run import Outcome, Run
from botcore.runtime.jobs.runner import JobRunner
from botcore.runtime.jobs.store import Claim
from tests.database.jobs import MINUTE, SECOND, move, next_at, plan, row, states

PATIENCE = 30  # seconds: a bound for a machine under load


class RunnerTests(TransactionTestCase):
    """One or two runners on real rows."""

    def setUp(self) -> None:
        """Nothing runs yet."""
        self.began, self.release = threading.Event(), threading.Event()
        self.addCleanup(self.release.set)
        self.tasks: list[asyncio.Task[None]] = []
        patcher = patch.multiple(runner, LOOK_SECONDS=0.01, NOTICE_SECONDS=0.05, STOP_SECONDS=0.05)
        patcher.start()
        self.addCleanup(patcher.stop)

    def hang(self, _: Run) -> str:
        """Do not come back before the test is over."""
        self.began.set()
        self.release.wait(PATIENCE)
        return "came back"

    def obey(self, run: Run) -> str:
        """Go on until told to end."""
        self.began.set()
        while True:
            run.pause(0.01)

    async def begin(self, *plans: Plan, process: str = "a", is_due: bool = True) -> None:
        """Run the jobs, due at once."""
        await in_database(store.sync, plans, all_known=True)
        if is_due:
            for one in plans:
                await in_database(move, one.name, next_at=-MINUTE)
        self.tasks.append(asyncio.create_task(JobRunner(process, plans).run()))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let the runners run until something has come about."""
        async with asyncio.timeout(PATIENCE):
            while not await in_database(condition):
                await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """End the runners as a process does."""
        for task in self.tasks:
            task.cancel()
        await asyncio.wait(self.tasks)

    async def test_a_job_that_is_due_is_done_once_and_its_words_are_kept(self) -> None:
        runs = metrics.JOB_RUNS.labels("work", "done")
        before = runs._value.get()
        await self.begin(plan(lambda run: f"swept for {run.name}"))
        await self.until(lambda: states() == ["done"])
        await self.stop()
        run = await JobRun.objects.aget()
        self.assertEqual((run.words, runs._value.get() - before), ("swept for work", 1))

    async def test_the_work_has_a_connection_of_its_own(self) -> None:
        def work(_: Run) -> str:
            return f"{User.objects.count()} people, on {threading.current_thread().name}"

        await self.begin(plan(work))
        await self.until(lambda: states() == ["done"])
        await self.stop()
        self.assertEqual((await JobRun.objects.aget()).words, "0 people, on job work")

    async def test_two_processes_do_each_time_once(self) -> None:
        done: list[str] = []

        def work(run: Run) -> str:
            done.append(run.name)
            return "done"

        plans = [plan(work, f"job{number}") for number in range(5)]
        await self.begin(*plans, process="a", is_due=False)
        await self.begin(*plans, process="b")
        await self.until(lambda: JobRun.objects.filter(state="done").count() == 5)
        await self.stop()
        self.assertEqual((sorted(done), await JobRun.objects.acount()), ([one.name for one in plans], 5))

    async def test_a_job_that_raises_is_failed_with_its_error_which_is_captured_as_that_of_a_job(self) -> None:
        def work(_: Run) -> str:
            raise ValueError("no such thing")

        with self.assertLogs("tests.database.jobs", "ERROR") as logs:
            await self.begin(plan(work))
            await self.until(lambda: states() == ["failed"])
        await self.stop()
        run, job = await JobRun.objects.aget(), await Job.objects.aget()
        self.assertEqual((run.words, job.failures), ("ValueError: no such thing", 1))
        self.assertIn("job", logs.records[0].fields)  # type: ignore[attr-defined]
        self.assertGreater(await in_database(next_at), run.started_at)

    async def test_a_job_that_would_end_the_process_only_fails_and_is_told_of(self) -> None:
        def work(_: Run) -> str:
            raise SystemExit(3)

        with self.assertLogs("botcore.runtime.jobs.runner", "ERROR") as logs:
            await self.begin(plan(work))
            await self.until(lambda: states() == ["failed"])
        await self.stop()
        self.assertIn("SystemExit: 3", logs.output[0])

    async def test_an_end_that_cannot_be_noted_as_it_is_is_a_failure_and_the_work_is_not_done_again(self) -> None:
        complete = store.complete

        def refuse(begun: Claim, plan: Plan, outcome: Outcome) -> bool:
            if outcome.words == "done":
                raise DataError("no such \x00 words")
            return complete(begun, plan, outcome)

        with (
            patch.object(store, "complete", refuse),
            self.assertLogs("botcore.runtime.jobs.runner", "ERROR") as logs,
        ):
            await self.begin(plan())
            await self.until(lambda: states() == ["failed"])
            await self.stop()
        run = await JobRun.objects.aget()
        self.assertEqual(run.words, "done, but that could not be noted: DataError: no such  words")
        self.assertIn("how a run of work ended could not be noted", logs.output[0])
        self.assertEqual((await in_database(row)).owner, "")

    async def test_a_job_that_takes_too_long_is_told_to_end_and_has_timed_out(self) -> None:
        await self.begin(plan(self.obey, timeout=timedelta(seconds=0.1)))
        await self.until(lambda: states() == ["timed_out"])
        await self.stop()
        self.assertIn("longer than 0.1 s", (await JobRun.objects.aget()).words)

    async def test_a_job_that_hangs_is_left_behind_told_of_once_and_not_begun_again_here(self) -> None:
        with self.assertLogs("botcore.runtime.jobs.runner", "ERROR") as logs:
            await self.begin(plan(self.hang, timeout=timedelta(seconds=0.1)), plan(name="other"))
            await self.until(lambda: states() == ["timed_out"] and states("other") == ["done"])
            await in_database(move, next_at=-MINUTE)
            await in_database(move, "other", next_at=-MINUTE)
            await self.until(lambda: states("other") == ["done", "done"])  # it looked, and left the other alone
        self.assertEqual((len(logs.records), await in_database(states)), (1, ["timed_out"]))
        self.release.set()
        await self.until(lambda: states() == ["timed_out", "done"])
        await self.stop()

    async def test_hanging_jobs_hold_up_no_others(self) -> None:
        hanging = [plan(self.hang, f"hang{number}", timeout=timedelta(seconds=0.1)) for number in range(4)]
        with self.assertLogs("botcore.runtime.jobs.runner", "ERROR"):
            await self.begin(*hanging, plan(name="work"))
            await self.until(lambda: states() == ["done"])
        await self.stop()

    async def test_a_stop_ends_the_runs_and_leaves_them_to_the_next_process(self) -> None:
        await self.begin(plan(self.obey))
        await self.until(self.began.is_set)
        await self.stop()
        job = await in_database(row)
        self.assertEqual((await in_database(states), job.owner, job.failures), (["lost"], "", 0))
        self.assertEqual((await JobRun.objects.aget()).words, "the process stopped")

    async def test_a_stop_does_not_wait_for_a_job_that_hangs(self) -> None:
        await self.begin(plan(self.hang))
        await self.until(self.began.is_set)
        await self.stop()
        self.assertEqual(await in_database(states), ["lost"])

    async def test_a_lease_is_renewed_while_the_work_lasts(self) -> None:
        with patch.object(runner, "RENEW_SECONDS", 0.02):
            await self.begin(plan(self.obey))
            await self.until(self.began.is_set)
            await in_database(move, lease_until=SECOND)
            await self.until(lambda: (row().lease_until or row().last_started_at) > row().last_started_at + 30 * SECOND)  # type: ignore[operator]
        await self.stop()

    async def test_a_run_whose_job_was_taken_over_ends_and_changes_nothing(self) -> None:
        with (
            patch.object(runner, "RENEW_SECONDS", 0.02),
            self.assertLogs("botcore.runtime.jobs.runner", "WARNING") as logs,
        ):
            await self.begin(plan(self.obey))
            await self.until(self.began.is_set)
            await in_database(Job.objects.update, owner="b:1")
            await self.until(lambda: bool(logs.records))
        self.assertIn("taken its job over", logs.output[0])
        self.assertEqual((await in_database(row)).owner, "b:1")
        await self.stop()

    async def test_a_retired_job_is_declared_again_by_the_process_that_has_it(self) -> None:
        with patch.object(runner, "SYNC_SECONDS", 0.02):
            await self.begin(plan(), is_due=False)
            await in_database(Job.objects.update, next_at=None)
            await self.until(lambda: row().next_at is not None)
        await self.stop()
