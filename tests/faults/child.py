"""An instrumented process, and the line to it."""

import json
import subprocess
import sys
import threading
from queue import Empty, Queue
from typing import Any

from tests.faults.waits import OBEY_SECONDS, START_SECONDS, UnansweredError
from tests.processes import ROOT, Stack


class Child:
    """The instrumented process: one JSON line to it, one from it."""

    def __init__(self, stack: Stack, module: str) -> None:
        self.log = stack.directory / f"{module}.log"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env=stack.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.captured = 0  # injected errors that its log's handler took
        self._answers: Queue[str] = Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._answers.put(line)
        self._answers.put("")  # it has ended: nobody waits for an answer

    @property
    def alive(self) -> bool:
        """Is the process still there?"""
        return self._process.poll() is None

    def tell(self, do: str, **given: Any) -> dict[str, Any]:
        """Tell it what to do and return what it answers; raise UnansweredError when it does not."""
        if not self._process.stdin:
            raise UnansweredError("the process has no stdin")
        try:
            self._process.stdin.write(json.dumps({"do": do, **given}) + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._answers.get(timeout=OBEY_SECONDS))
        except (OSError, ValueError, Empty) as exc:
            raise UnansweredError(f"the process does not obey: {do}") from exc
        self.captured = answer.get("captured", self.captured)
        return answer

    def end(self) -> int:
        """Let it stop in order, else kill it; return its exit code."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            code = self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._reader.join(START_SECONDS)
        if self._process.stdout:
            self._process.stdout.close()
        return code
