"""Running a program anew in the same process: what it is told, what it does not inherit, stops that come between."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.test import SimpleTestCase

from tests.processes import ROOT

PROGRAM = """
import json, os, signal, sys
import django
django.setup()
from botcore import anew
from botcore.logs import LineHandler
class Late(LineHandler):
    def flush(self, seconds=0.0):
        os.kill(os.getpid(), signal.SIGTERM)
note, lock = anew.take_note(), sys.argv[2]
if not note:
    open(lock, "w")
    held = open(lock)
    if sys.argv[1] == "stopped":
        late = Late()
    sys.stderr.write(f"{os.getpid()}\\n")
    anew.begin_anew("key host:1")
stopped = anew.was_stopped_between()
blocked = [number.name for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])]
paths = [f"/proc/self/fd/{fd}" for fd in os.listdir("/proc/self/fd")]
opened = [os.readlink(path) for path in paths if os.path.exists(path)]
print(json.dumps({
    "pid": os.getpid(), "note": note, "stopped": stopped, "blocked": blocked, "locks": opened.count(lock),
    "variable": anew.VARIABLE in os.environ, "arguments": sys.argv[1:],
}))
"""


class BeginAnewTests(SimpleTestCase):
    """A small program with two lives."""

    def run_twice(self, mode: str) -> tuple[int, dict[str, Any]]:
        """Return the number of the process in its first life, and what its second life saw."""
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "botproject.settings"}
        command = [sys.executable, "-c", PROGRAM, mode, str(directory / "lock")]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        self.assertEqual(found["arguments"], [mode, str(directory / "lock")])
        return int(done.stderr.split()[0]), found

    def test_the_process_goes_on_with_its_note_and_without_what_was_open(self) -> None:
        pid, found = self.run_twice("calm")
        self.assertEqual((found["pid"], found["note"], found["variable"]), (pid, "key host:1", False))
        self.assertEqual((found["stopped"], found["blocked"], found["locks"]), (False, [], 0))

    def test_a_stop_that_comes_between_is_not_lost(self) -> None:
        _, found = self.run_twice("stopped")
        self.assertTrue(found["stopped"])
