"""A process that is killed in the middle of a job: another one goes on after the lease, and only one of them."""

import os
import signal
import unittest

from tests.environment import SERVER
from tests.processes import Running, Stack, eventually

OTHERS = 2 if SERVER else 1


class KilledTests(unittest.TestCase):
    """One process that works, and others that wait."""

    def setUp(self) -> None:
        """A database with the job in it."""
        settings = os.environ["DJANGO_SETTINGS_MODULE"]
        self.stack = self.enterContext(Stack(DJANGO_SETTINGS_MODULE=settings))
        self.stack.migrate()

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def start(self, how: str) -> Running:
        """Start a process that runs the job."""
        return self.stack.run("-m", "tests.process.job_runner", how)

    def test_another_goes_on_after_the_lease_and_does_it_once(self) -> None:
        first = self.start("slow")
        eventually(lambda: "began" in first.output, what="the run begins")
        others = [self.start("quick") for _ in range(OTHERS)]
        first.signal(signal.SIGKILL)
        first.wait()
        eventually(lambda: any("began" in other.output for other in others), what="another process goes on")
        states = "list(JobRun.objects.order_by('pk').values_list('state', flat=True))"
        told = f"({states}, Job.objects.get().failures, Job.objects.get().owner)"
        eventually(lambda: self.rows(told) == "(['lost', 'done'], 0, '')", what="it has done the job")
        self.assertEqual(sum(other.output.count("began") for other in others), 1)
