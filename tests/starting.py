"""deploy/start for tests: a good set-up, in which each test breaks one thing."""

import unittest
from pathlib import Path

from tests.processes import ROOT, Running, Stack

GOOD = {
    "DJANGO_SECRET_KEY": "rW3vN8wQ2zK6mB9xR3cY7hL1jF5gD0sAeUiOqWnMzXvBtHyJkLpRfGdCs",
    "METRICS_TOKEN": "q7Zk2VtX9mLw4RbN8sYd",
    "BOT_START_SECONDS": "1",
}


class StartTestCase(unittest.TestCase):
    """A stack of its own, with all tables."""

    def setUp(self) -> None:
        """Make it."""
        self.stack = self.enterContext(Stack(**GOOD))
        self.stack.migrate()

    def begin(self, *arguments: str, **environment: str) -> Running:
        """Begin deploy/start, as a supervisor does."""
        log = self.stack.directory / f"start-{len(list(self.stack.directory.iterdir()))}.log"
        running = Running([str(ROOT / "deploy/start"), *arguments], {**self.stack.environment, **environment}, log)
        self.addCleanup(_end, running)
        return running

    def check(self, role: str, **environment: str) -> tuple[int, str]:
        """Run all checks of a role; return the exit code and the table."""
        checking = self.begin(role, "--check-only", **environment)
        return checking.wait(), checking.output

    def says(self, severity: str, words: str, found: tuple[int, str]) -> None:
        """One line says it, and the exit code fits: 78 exactly when a line says error."""
        code, output = found
        lines = [line for line in output.splitlines() if words in line]
        self.assertEqual([line.split()[0] for line in lines], [severity], output)
        self.assertEqual(code, 78 if "\nerror " in f"\n{output}" else 0, output)
        self.assertNotIn("Traceback", output)

    def refuses(self, words: str, found: tuple[int, str]) -> None:
        """One line says it, and nothing starts."""
        self.says("error", words, found)

    def private(self, name: str, text: str, mode: int) -> str:
        """Write a file with such rights; return its path."""
        path: Path = self.stack.directory / name
        path.write_text(text)
        path.chmod(mode)
        return str(path)


def _end(running: Running) -> None:
    if running.alive:
        running.stop()
