"""Four real processes send together and keep to one overall limit."""

import os
import subprocess
import sys
import unittest

from tests.environment import SERVER
from tests.processes import PATIENCE, ROOT, Stack

PROCESSES, MESSAGES = 4, 40


@unittest.skipUnless(SERVER, "SQLite has one bot process, which paces itself")
class SharedBudgetTests(unittest.TestCase):
    """One database, one bot, four senders."""

    def test_four_processes_together_never_send_more_than_31_in_any_second(self) -> None:
        stack = self.enterContext(Stack())
        stack.migrate()
        environment = {**stack.environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
        senders = [self.start(environment, f"process-{number}") for number in range(PROCESSES)]
        for sender in senders:
            assert sender.stdout
            self.assertEqual(sender.stdout.readline(), "ready\n")
        answers = self.go(senders)
        times = sorted(float(word) for line in answers for word in line.split())
        self.assertEqual(len(times), PROCESSES * MESSAGES)
        most = max(sum(1 for at in times if start <= at < start + 1) for start in times)
        self.assertLessEqual(most, 31)
        shares = [sum(1 for word in line.split() if float(word) < times[len(times) // 2]) for line in answers]
        self.assertGreater(min(shares), 0)  # nobody is left out

    def start(self, environment: dict[str, str], name: str) -> subprocess.Popen[str]:
        """Start a sender."""
        command = [sys.executable, "-m", "tests.process.sender", name, str(MESSAGES)]
        sender = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(sender.__exit__, None, None, None)
        self.addCleanup(sender.kill)
        return sender

    @staticmethod
    def go(senders: list[subprocess.Popen[str]]) -> list[str]:
        """Let all begin; return what they print."""
        for sender in senders:
            assert sender.stdin
            sender.stdin.write("go\n")
            sender.stdin.flush()
        return [sender.communicate(timeout=PATIENCE)[0] for sender in senders]
