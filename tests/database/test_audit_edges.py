"""Who acts where nobody is logged in: commands are their user's doing, jobs the system's; a run is one entry."""

import io
import os
import pwd
from datetime import timedelta

from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone

from botcore.audit.actor import current
from botcore.models import AuditEntry, Channel, State
from botcore.retention import services
from botcore.retention.kinds import KINDS
from botcore.runtime.jobs.run import Run, RunOver
from botcore.runtime.jobs.thread import start
from tests.database.dashboard.data import update
from tests.database.jobs import DONE, plan

OLD = timedelta(days=100)


class EdgeTests(TestCase):
    """Commands and jobs."""

    def entry(self) -> tuple[str, str, str, str]:
        """Return what the only entry says: where, who, what and to which target."""
        row = AuditEntry.objects.get()
        return row.channel, row.actor, row.action, row.target

    def test_a_command_is_the_doing_of_the_systems_user_and_one_entry(self) -> None:
        me = pwd.getpwuid(os.getuid()).pw_name
        for _ in range(3):
            update(State.DEAD)
        call_command("replay", "--state", "dead", stdout=io.StringIO())
        self.assertFalse(AuditEntry.objects.exists())
        call_command("replay", "--state", "dead", "--apply", stdout=io.StringIO())
        self.assertEqual(self.entry(), (Channel.CLI, me, "updates.replay", "updates:selected"))
        self.assertIn('"again": {"dead": 3}', AuditEntry.objects.get().after)
        self.assertEqual(current().channel, Channel.SYSTEM)

    def test_a_run_of_retention_is_one_entry_and_none_when_nothing_went(self) -> None:
        services.let_go(KINDS.values(), Run("retention"))
        self.assertFalse(AuditEntry.objects.exists())
        for _ in range(2):
            update(received_at=timezone.now() - OLD)
        services.let_go([KINDS["updates"]], Run("retention"))
        self.assertEqual(self.entry(), (Channel.SYSTEM, "retention", "retention.run", "job:retention"))
        self.assertEqual(AuditEntry.objects.get().after, '{"updates": 2}')

    def test_what_went_before_a_run_was_ended_is_an_entry_too(self) -> None:
        update(received_at=timezone.now() - OLD)
        run = Run("retention")
        run.end(DONE)
        with self.assertRaises(RunOver):
            services.let_go([KINDS["updates"]], run)
        self.assertEqual(AuditEntry.objects.get().after, '{"updates": 1}')

    def test_a_job_acts_as_the_system_under_its_name(self) -> None:
        ended = start(plan(lambda _: f"{current().channel}, {current().name}", name="sweep"), Run("sweep"))
        self.assertEqual(ended.result(20).words, "system, sweep")
