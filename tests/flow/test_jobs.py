"""/jobs: the list, a card, running, pausing and resuming by buttons, and who may."""

from datetime import timedelta

from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.runtime.models import Job, JobRun, RunState
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

HOUR = timedelta(hours=1)


class JobsTests(BotTestCase):
    """Alice looks after the jobs."""

    def setUp(self) -> None:
        super().setUp()
        now = timezone.now()
        self.job = Job.objects.create(name="work", schedule="every 3600 s", next_at=now + HOUR)
        facts = {"owner": "host:1:x", "due_at": now, "started_at": now - HOUR}
        JobRun.objects.create(job=self.job, state=RunState.FAILED, ended_at=now, words="No <disk>.", **facts)

    async def row(self) -> Job:
        """Read the job again."""
        return await Job.objects.aget(pk=self.job.pk)

    async def test_lists_them_and_shows_one_with_its_runs(self) -> None:
        await self.alice.says("/jobs")
        self.assertRegex(self.alice.sees, r"^Jobs\n\n1\. 🟢 work next .*UTC, last 1 h ago$")
        self.assertEqual(self.alice.buttons, ["1", "↻"])
        await self.alice.presses("1")
        self.assertIn("work\nevery 3600 s\nNext: ", self.alice.sees)
        self.assertIn("1 h ago: failed\nNo <disk>.", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Run now", "Pause", "↻", "All jobs"])
        await self.alice.presses("All jobs")
        await self.alice.presses("↻")
        self.assertEqual(len(self.alice.answers), 1)

    async def test_runs_it_now_once(self) -> None:
        await self.alice.says("/jobs")
        await self.alice.presses("1")
        self.assertEqual(await self.alice.presses("Run now"), ["It runs as soon as a bot looks"])
        self.assertEqual((await self.row()).wanted_by, "Alice (Telegram 1)")
        self.assertIn("A run was asked for · Alice (Telegram 1)", self.alice.sees)
        self.assertIn("was asked for already", str((await self.alice.presses("Run now"))[0]))

    async def test_pauses_and_resumes_it(self) -> None:
        await self.alice.says("/jobs")
        await self.alice.presses("1")
        self.assertEqual(await self.alice.presses("Pause"), ["Paused"])
        self.assertEqual(((await self.row()).is_paused, (await self.row()).paused_by), (True, "Alice (Telegram 1)"))
        self.assertIn("Paused · Alice (Telegram 1)", self.alice.sees)
        self.assertEqual(await self.alice.presses("Resume"), ["Resumed"])
        self.assertFalse((await self.row()).is_paused)

    async def test_pages_of_eight(self) -> None:
        for number in range(9):
            await in_database(
                Job.objects.create, name=f"a{number}", schedule="every 60 s", next_at=timezone.now() + HOUR
            )
        await self.alice.says("/jobs")
        self.assertNotIn("work", self.alice.sees)
        await self.alice.presses("»")
        self.assertIn("2. 🟢 work", self.alice.sees)

    async def test_one_that_is_gone_has_no_switches(self) -> None:
        await Job.objects.aupdate(next_at=None)
        await self.alice.says("/jobs")
        await self.alice.presses("1")
        self.assertEqual(self.alice.buttons, ["↻", "All jobs"])
        self.assertIn("no job", str(await self.alice.forges("job_run:work")))
        self.assertEqual(await self.alice.forges("job:none"), "There is no such job any more.")

    async def test_it_is_for_admins(self) -> None:
        await self.alice.says("/jobs now")
        self.assertTrue(self.alice.sees.startswith("That is more than this command takes."))
        await self.charlie.says("/jobs")
        self.assertEqual(self.charlie.sees, DENIED)
        for data in ("jobs:|", "job:work", "job_run:work", "job_pause:work", "job_resume:work"):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        row = await self.row()
        self.assertEqual((row.is_paused, row.wanted_at), (False, None))
        self.assertFalse(await AuditEntry.objects.aexists())
