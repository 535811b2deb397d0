"""What processes leave behind, and what of logins is over, goes each hour."""

import uuid

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import TestCase
from django.utils import timezone

from botcore.accounts.models import AccountSession, KnownBrowser
from botcore.errors.models import ErrorReceipt
from botcore.models import (
    CallbackData,
    Heartbeat,
    ProcessSample,
    RuntimeSetting,
)
from botcore.retention import clock
from botcore.retention.leftovers import clean_up
from botcore.runtime.jobs.run import Outcome, Run, RunOver
from botcore.runtime.models import Job, RunState
from tests.database.dashboard.data import (
    heartbeat,
)
from tests.database.retention import ago


class LeftoverTests(TestCase):
    """What processes leave behind."""

    def test_it_goes_when_nobody_can_ask_for_it_again(self) -> None:
        for process, days in (("young", 6), ("silent", 8)):
            heartbeat(process, seconds_ago=days * 86400)
            ErrorReceipt.objects.create(key=uuid.uuid4(), at=ago(days))
        for key, days in (("gone", 1), ("works", -1)):
            CallbackData.objects.create(key=key, data="x", chat_id=1, expires_at=ago(days))
            RuntimeSetting.objects.create(name=key, value="1", until=ago(days), at=ago(2))
        RuntimeSetting.objects.create(name="always", value="1", at=ago(2))
        Job.objects.create(name="retired", schedule="every hour", last_started_at=ago(31))
        Job.objects.create(name="lives", schedule="every hour", last_started_at=ago(31), next_at=timezone.now())
        alice = User.objects.create_user("alice")
        for key, days in (("over", 1), ("on", -1)):
            session = Session.objects.create(session_key=key, session_data="", expire_date=ago(days))
            AccountSession.objects.create(session=session, account=alice, created_at=ago(2), seen_at=ago(2))
            KnownBrowser.objects.create(account=alice, digest=key, at=ago(2), until=ago(days))
        gone = clean_up(Run("stale_cleanup"))
        expected = ["processes", "receipts", "buttons", "settings", "sessions", "remembered browsers", "retired jobs"]
        self.assertEqual(gone, dict.fromkeys(expected, 1))
        self.assertEqual([row.session_id for row in AccountSession.objects.all()], ["on"])
        self.assertEqual([row.digest for row in KnownBrowser.objects.all()], ["on"])
        self.assertEqual([row.process for row in Heartbeat.objects.all()], ["young"])
        self.assertEqual([row.key for row in CallbackData.objects.all()], ["works"])
        names = RuntimeSetting.objects.exclude(name=clock.SETTING).order_by("name").values_list("name", flat=True)
        self.assertEqual((list(names), Job.objects.get().name), (["always", "works"], "lives"))

    def test_a_run_that_is_to_end_ends_after_the_batch(self) -> None:
        for process in ("first", "second"):
            heartbeat(process, seconds_ago=8 * 86400)
        ErrorReceipt.objects.create(key=uuid.uuid4(), at=ago(8))
        run = Run("stale_cleanup")
        run.end(Outcome(RunState.LOST, "the process stopped"))
        with self.assertRaises(RunOver):
            clean_up(run)
        self.assertEqual((Heartbeat.objects.count(), ErrorReceipt.objects.count()), (0, 1))

    def test_samples_of_processes_stay_as_long_as_late_ones_of_their_minute_may_come(self) -> None:
        for days in (3, 4.9, 5.1):
            facts = {"process": "a", "minute": ago(days), "values": "{}", "in_history": True}
            ProcessSample.objects.create(key=uuid.uuid4(), **facts)
        self.assertEqual(clean_up(Run("stale_cleanup")), {"process samples": 1})
        self.assertEqual(ProcessSample.objects.count(), 2)
