"""The rows of jobs: in step with the code, claimed by one process at a time, completed only by who has the claim."""

from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from botcore.inbox.takeover import bury_the_dead
from botcore.models import Heartbeat, Job, JobRun
from botcore.monitoring.identity import machine
from botcore.runtime.jobs import services, store
from botcore.runtime.jobs.registry import CatchUp
from botcore.runtime.jobs.run import Outcome
from botcore.runtime.models import RunState
from tests.database.jobs import DONE, FAILED, HOUR, LEASE, MINUTE, SECOND, claim, move, next_at, plan, row, states


class SyncTests(TestCase):
    """Rows follow the code."""

    def test_a_new_job_is_due_at_its_next_regular_time_not_at_once(self) -> None:
        hourly = plan()
        store.sync([hourly], all_known=True)
        self.assertEqual((row().schedule, next_at()), ("every hour", hourly.next_after(timezone.now())))

    def test_a_row_that_fits_stays_as_it_is(self) -> None:
        store.sync([plan()], all_known=True)
        move(next_at=-MINUTE)
        before = next_at()
        store.sync([plan()], all_known=True)
        self.assertEqual(next_at(), before)

    def test_another_schedule_counts_at_once(self) -> None:
        store.sync([plan()], all_known=True)
        daily = plan(every=24 * HOUR)
        store.sync([daily], all_known=True)
        self.assertEqual((row().schedule, next_at()), ("every day", daily.next_after(timezone.now())))

    def test_a_time_that_a_clock_set_back_left_in_the_far_future_is_mended(self) -> None:
        store.sync([plan()], all_known=True)
        move(next_at=24 * HOUR)
        store.sync([plan()], all_known=False)
        self.assertLess(next_at(), timezone.now() + HOUR)

    def test_a_job_that_the_code_no_longer_has_is_retired_and_comes_back_with_it(self) -> None:
        store.sync([plan(), plan(name="old")], all_known=True)
        store.sync([plan()], all_known=True)
        self.assertIsNone(row("old").next_at)
        store.sync([plan(), plan(name="old")], all_known=False)
        self.assertIsNotNone(row("old").next_at)

    def test_a_retired_job_loses_a_run_that_never_ended_once_its_lease_is_over(self) -> None:
        old = plan(name="old")
        store.sync([plan(), old], all_known=True)
        move("old", next_at=-MINUTE)
        (begun,) = claim(old)
        store.sync([plan()], all_known=True)
        self.assertEqual((states("old"), row("old").owner), (["running"], begun.owner))  # an older release is at it
        move("old", lease_until=-SECOND)
        store.sync([plan()], all_known=False)
        self.assertEqual((states("old"), row("old").owner, row("old").lease_until), (["lost"], "", None))
        self.assertIsNone(row("old").next_at)


class ClaimTests(TestCase):
    """Who runs a job, and when."""

    def setUp(self) -> None:
        """An hourly job that is due since a minute."""
        self.plan = plan()
        store.sync([self.plan], all_known=True)
        move(next_at=-MINUTE)

    def test_what_is_not_due_is_not_begun(self) -> None:
        move(next_at=MINUTE)
        self.assertEqual(claim(self.plan), [])

    def test_one_process_begins_what_is_due_and_no_other_does(self) -> None:
        (begun,) = claim(self.plan, process="a")
        self.assertEqual((claim(self.plan, process="b"), claim(self.plan, process="a")), ([], []))
        run = JobRun.objects.get()
        self.assertEqual((run.owner, run.state, run.by), (begun.owner, RunState.RUNNING, ""))
        self.assertTrue(begun.owner.startswith("a:"))

    def test_a_look_that_finds_nothing_is_one_statement_and_no_transaction(self) -> None:
        move(next_at=MINUTE)
        with self.assertNumQueries(1):
            claim(self.plan)

    def test_a_run_that_is_done_lets_the_job_wait_for_its_next_time(self) -> None:
        (begun,) = claim(self.plan)
        self.assertTrue(store.complete(begun, self.plan, Outcome(RunState.DONE, "swept 3 rows")))
        run, job = JobRun.objects.get(), row()
        self.assertEqual((run.state, run.words, job.owner, job.failures), ("done", "swept 3 rows", "", 0))
        self.assertEqual((run.ended_at, job.next_at), (job.last_success_at, self.plan.next_after(timezone.now())))
        self.assertEqual(claim(self.plan), [])

    def test_words_that_a_database_refuses_are_mended_and_cut(self) -> None:
        for words, kept in (("a\x00b\udc80c", "ab?c"), ("\x00" * 100 + "x" * 600, "x" * 500)):
            (begun,) = claim(self.plan)
            self.assertTrue(store.complete(begun, self.plan, Outcome(RunState.DONE, words)))
            run = JobRun.objects.get(pk=begun.run)
            self.assertEqual((run.state, run.words), ("done", kept))
            move(next_at=-SECOND)

    def test_failures_in_a_row_are_counted_until_a_success(self) -> None:
        for outcome, failures in ((FAILED, 1), (Outcome(RunState.TIMED_OUT, ""), 2), (DONE, 0)):
            (begun,) = claim(self.plan)
            store.complete(begun, self.plan, outcome)
            self.assertEqual(row().failures, failures)
            self.assertGreater(next_at(), timezone.now())
            move(next_at=-SECOND)
        self.assertEqual(states(), ["failed", "timed_out", "done"])

    def test_a_run_that_the_process_stop_cut_off_is_made_up_for_by_the_next_process(self) -> None:
        (begun,) = claim(self.plan)
        store.complete(begun, self.plan, Outcome(RunState.LOST, "the process stopped"))
        self.assertEqual(len(claim(self.plan, process="b")), 1)
        self.assertEqual((states(), row().failures), (["lost", "running"], 0))

    def test_only_the_newest_runs_are_kept(self) -> None:
        job = row()
        facts = {"job": job, "owner": "a:1", "state": RunState.DONE, "due_at": job.next_at, "started_at": job.next_at}
        JobRun.objects.bulk_create([JobRun(**facts) for _ in range(store.RUNS)])
        (begun,) = claim(self.plan)
        store.complete(begun, self.plan, DONE)
        self.assertEqual((JobRun.objects.count(), JobRun.objects.filter(pk=begun.run).count()), (store.RUNS, 1))


class LostTests(TestCase):
    """A process that ends in the middle of a run."""

    def setUp(self) -> None:
        """A run that was begun by a process which is gone."""
        self.plan = plan()
        store.sync([self.plan], all_known=True)
        move(next_at=-MINUTE)
        (self.begun,) = claim(self.plan, process="dead")

    def test_while_the_lease_lasts_the_job_is_its(self) -> None:
        move(lease_until=SECOND)
        self.assertEqual(claim(self.plan, process="b"), [])

    def test_after_the_lease_another_process_goes_on_and_the_run_is_lost(self) -> None:
        move(lease_until=-SECOND)
        (begun,) = claim(self.plan, process="b")
        self.assertEqual((states(), row().failures, row().owner), (["lost", "running"], 1, begun.owner))

    def test_who_comes_back_late_completes_nothing(self) -> None:
        move(lease_until=-SECOND)
        (begun,) = claim(self.plan, process="b")
        self.assertFalse(store.complete(self.begun, self.plan, DONE))
        self.assertEqual((states(), row().owner, row().last_success_at), (["lost", "running"], begun.owner, None))

    def test_a_lease_that_ran_out_but_was_taken_by_nobody_still_counts(self) -> None:
        move(lease_until=-SECOND)
        self.assertTrue(store.complete(self.begun, self.plan, DONE))
        self.assertEqual(states(), ["done"])

    def test_renewing_prolongs_only_what_is_still_held(self) -> None:
        move(lease_until=SECOND)
        self.assertEqual(store.renew([self.begun.owner, "b:1"], seconds=LEASE), {self.begun.owner})
        until = row().lease_until
        assert until
        self.assertGreater(until, timezone.now() + 50 * SECOND)

    def test_a_lease_of_a_clock_that_was_set_back_does_not_last_for_ever(self) -> None:
        move(lease_until=HOUR)
        self.assertEqual(len(claim(self.plan, process="b")), 1)

    def test_a_job_that_ends_every_process_waits_for_its_regular_time_at_last(self) -> None:
        for process in "bc":
            move(lease_until=-SECOND)
            self.assertEqual(len(claim(self.plan, process=process)), 1)
        move(lease_until=-SECOND)
        self.assertEqual(claim(self.plan, process="d"), [])
        self.assertEqual((states(), row().failures, row().owner), (["lost"] * 3, 3, ""))
        self.assertEqual(next_at(), self.plan.next_after(timezone.now()))

    def test_a_run_lost_by_a_job_that_was_paused_meanwhile_is_noted_but_not_made_again(self) -> None:
        services.pause("work", by="Alice")
        move(lease_until=-SECOND)
        self.assertEqual((claim(self.plan, process="b"), states(), row().owner), ([], ["lost"], ""))

    def test_a_dead_process_of_this_machine_gives_its_jobs_up_at_once(self) -> None:
        name, now = "here:4194305-dead", timezone.now()  # no such process: Linux counts up to 4194304
        facts = {"role": "bot", "version": "1", "state": "running", "machine": machine(), "bot_id": 1}
        Heartbeat.objects.create(process=name, started_at=now, beat_at=now, **facts)
        Job.objects.update(owner=f"{name}:1")
        bury_the_dead(1, process="b")
        self.assertEqual(len(claim(self.plan, process="b")), 1)


class CatchUpTests(TestCase):
    """Times at which no process ran."""

    def test_many_missed_times_are_made_up_for_by_one_run(self) -> None:
        hourly = plan(catch_up=CatchUp.ONCE)
        store.sync([hourly], all_known=True)
        move(next_at=-5 * HOUR)
        (begun,) = claim(hourly)
        store.complete(begun, hourly, DONE)
        self.assertEqual((claim(hourly), next_at()), ([], hourly.next_after(timezone.now())))

    def test_a_job_that_skips_waits_for_its_next_regular_time(self) -> None:
        hourly = plan(catch_up=CatchUp.SKIP)
        store.sync([hourly], all_known=True)
        move(next_at=-2 * MINUTE)
        self.assertEqual((claim(hourly), states(), next_at()), ([], [], hourly.next_after(timezone.now())))

    def test_a_job_that_skips_runs_when_it_is_only_a_little_late(self) -> None:
        hourly = plan(catch_up=CatchUp.SKIP)
        store.sync([hourly], all_known=True)
        move(next_at=-30 * SECOND)
        self.assertEqual(len(claim(hourly)), 1)


class LockedTests(TransactionTestCase):
    """Rows that somebody else has locked."""

    def test_locked_jobs_hold_up_no_others(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite locks the whole file")
        plans = [plan(name=name) for name in ("first", "second", "third", "fourth")]
        store.sync(plans, all_known=True)
        for number, one in enumerate(plans):
            move(one.name, next_at=(number - 10) * MINUTE)
        other = connection.copy()
        try:
            other.set_autocommit(False)
            with other.cursor() as cursor:
                cursor.execute("SELECT 1 FROM botcore_job WHERE name IN ('first', 'second') FOR UPDATE")
                begun = store.claim(plans, process="a", most=1, seconds=LEASE)
        finally:
            other.rollback()
            other.close()
        self.assertEqual([one.job for one in begun], ["third"])


class OutOfTurnTests(TestCase):
    """What operators ask for."""

    def setUp(self) -> None:
        """An hourly job that is due in a while."""
        self.plan = plan()
        store.sync([self.plan], all_known=True)
        move(next_at=30 * MINUTE)
        self.due = next_at()

    def test_a_run_out_of_turn_names_who_asked_and_leaves_the_schedule(self) -> None:
        services.run_now("work", by="Alice")
        (begun,) = claim(self.plan)
        self.assertEqual((begun.by, JobRun.objects.get().by, row().wanted_at), ("Alice", "Alice", None))
        store.complete(begun, self.plan, DONE)
        self.assertEqual((next_at(), claim(self.plan)), (self.due, []))

    def test_a_name_that_a_database_refuses_is_mended(self) -> None:
        services.run_now("work", by="A\x00l\udc80" + "x" * 200)
        (begun,) = claim(self.plan)
        self.assertEqual(JobRun.objects.get(pk=begun.run).by, "Al?" + "x" * 147)
        services.pause("work", by="B\x00ob")
        self.assertEqual(row().paused_by, "Bob")

    def test_a_time_that_comes_during_a_run_out_of_turn_is_not_lost(self) -> None:
        services.run_now("work", by="Alice")
        (begun,) = claim(self.plan)
        Job.objects.update(next_at=begun.started_at + SECOND / 1_000_000)
        store.complete(begun, self.plan, DONE)
        self.assertEqual(len(claim(self.plan)), 1)

    def test_a_paused_job_lets_its_times_pass_and_runs_when_somebody_asks(self) -> None:
        services.pause("work", by="Bob")
        move(next_at=-HOUR)
        self.assertEqual(claim(self.plan), [])
        services.run_now("work", by="Bob")
        self.assertEqual(len(claim(self.plan)), 1)
