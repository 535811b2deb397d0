"""deploy/start is told to end while it checks: it does so at once, also as the first process of a container."""

import os
import shutil
import signal
import socket
import subprocess
import unittest
from pathlib import Path

from tests.processes import ROOT, Running
from tests.starting import StartTestCase

CONTAINER = ("unshare", "--pid", "--fork", "--kill-child")  # it waits, and ends with the code of process 1


class EndedTests(StartTestCase):
    """It waits for a database that says nothing."""

    def setUp(self) -> None:
        """Take the call, and be silent."""
        super().setUp()
        self.silent = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        url = f"postgres://u:p@127.0.0.1:{self.silent.getsockname()[1]}/name"
        self.stack.environment.update(DATABASE_URL=url, BOT_START_SECONDS="600")

    def waiting(self, *before: str) -> Running:
        """Begin, and return when it waits."""
        command = [*before, str(ROOT / "deploy/start"), "bot"]
        begun = Running(command, self.stack.environment, self.stack.directory / f"ended-{len(before)}.log")
        self.addCleanup(begun.signal, signal.SIGKILL)
        self.silent.settimeout(60)
        caller, _ = self.silent.accept()
        self.addCleanup(caller.close)
        return begun

    def test_it_is_ended_by_the_signal_and_has_nothing_to_say(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                begun = self.waiting()
                begun.signal(number)
                self.assertEqual(begun.wait(), -number)
                self.assertNotIn("Traceback", begun.output)

    @unittest.skipIf(os.getuid(), "only root can make a process 1")
    def test_process_1_of_a_container_does_not_ignore_it(self) -> None:
        if not shutil.which("unshare") or subprocess.run([*CONTAINER, "true"], check=False).returncode:
            self.skipTest("no process 1 can be made here: apt install util-linux, and run the tests where root may")
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                begun = self.waiting(*CONTAINER)
                children = Path(f"/proc/{begun.pid}/task/{begun.pid}/children")
                os.kill(int(children.read_text()), number)
                self.assertEqual(begun.wait(), 128 + number, begun.output)
                self.assertNotIn("Traceback", begun.output)
