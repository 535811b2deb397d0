"""The watchdog: a blocked event loop ends the process; systemd hears that a healthy one lives."""

import asyncio
import contextlib
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from botcore.clock import Clock
from botcore.monitoring import systemd
from botcore.monitoring.watchdog import Watchdog

PATIENCE = 30  # seconds: a bound for a machine under load
LOG = "botcore.monitoring.watchdog"

# Is frozen for longer than its loop may be blocked, by a helper that wakes it again; then says that it lives.
FROZEN = """
import asyncio, os, signal, subprocess, time
from botcore.clock import Clock
from botcore.monitoring.watchdog import Watchdog

async def main():
    watchdog = Watchdog(Clock(), loop_seconds=2.0)
    watching = asyncio.create_task(watchdog.run())
    await asyncio.sleep(0)
    began = time.monotonic()
    helper = subprocess.Popen(["sh", "-c", f"kill -STOP {os.getpid()}; sleep 4; kill -CONT {os.getpid()}"])
    while time.monotonic() - began < 5:
        await asyncio.sleep(0.1)
    helper.wait()
    watching.cancel()

asyncio.run(main())
"""


class Stuck(logging.Handler):
    """A log that takes nothing until it is let go."""

    def __init__(self, until: threading.Event) -> None:
        super().__init__()
        self._until = until

    def emit(self, _record: logging.LogRecord) -> None:
        """Block."""
        self._until.wait(PATIENCE)


class WatchdogTests(unittest.TestCase):
    """A watchdog that would end the process by setting an event."""

    def setUp(self) -> None:
        """Be alive."""
        self.ended = threading.Event()
        self.watchdog = Watchdog(Clock(), intake_age=lambda: 3.0, loop_seconds=2.0, end=self.ended.set)

    def run_while(self, block: Callable[[], bool]) -> bool:
        """Run a loop that this call blocks, as a handler would; return its answer."""

        async def main() -> bool:
            watching = asyncio.create_task(self.watchdog.run())
            await asyncio.sleep(0)
            answer = block()
            watching.cancel()
            return answer

        return asyncio.run(main())

    def test_a_blocked_loop_ends_the_process_and_the_log_says_why(self) -> None:
        with self.assertLogs(LOG, "CRITICAL") as logs:
            self.assertTrue(self.run_while(lambda: self.ended.wait(PATIENCE)))
        self.assertIn("the event loop has been blocked for", logs.output[0])

    def test_a_log_that_blocks_does_not_keep_the_process_alive(self) -> None:
        until = threading.Event()
        handler = Stuck(until)
        logging.getLogger(LOG).addHandler(handler)
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
            try:
                self.assertTrue(self.run_while(lambda: self.ended.wait(PATIENCE)))
            finally:
                logging.getLogger(LOG).removeHandler(handler)
                until.set()
                for thread in threading.enumerate():
                    if thread.name == "last words":
                        thread.join(PATIENCE)

    def test_half_the_time_is_enough_to_be_called_dead(self) -> None:
        def until_dead() -> bool:
            while self.watchdog.health().alive and not self.ended.is_set():
                threading.Event().wait(0.01)
            return not self.ended.is_set()

        with self.assertNoLogs(LOG):
            self.assertTrue(self.run_while(until_dead))
        self.assertIn("the event loop has been blocked for", self.watchdog.health().words)

    def test_a_loop_that_turns_is_healthy_and_says_when_telegram_answered(self) -> None:
        self.assertTrue(self.run_while(lambda: self.watchdog.health().alive))
        self.assertEqual(self.watchdog.health().words, "ok; last getUpdates 3 s ago")
        self.assertEqual(Watchdog(Clock()).health().words, "ok")
        self.assertFalse(self.ended.is_set())

    def test_a_process_that_was_frozen_as_a_whole_is_not_ended_for_it(self) -> None:
        done = subprocess.run([sys.executable, "-c", FROZEN], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_real_process_whose_loop_is_blocked_exits_with_1_and_shows_its_threads(self) -> None:
        blocked = FROZEN.replace('helper = subprocess.Popen(["sh", "-c", f"', "time.sleep(60)  #")
        done = subprocess.run([sys.executable, "-c", blocked], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("in main", done.stderr)


class SystemdTests(unittest.TestCase):
    """Datagrams to a real socket."""

    def setUp(self) -> None:
        """Listen as systemd does."""
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.socket = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.socket.bind(str(directory / "notify"))
        self.socket.settimeout(PATIENCE)
        self.environment(NOTIFY_SOCKET=str(directory / "notify"))

    def environment(self, **values: str) -> None:
        """Set variables for the rest of the test."""
        self.enterContext(mock.patch.dict(os.environ, values))

    def test_a_state_is_one_datagram(self) -> None:
        systemd.notify("READY=1")
        systemd.notify("STOPPING=1")
        self.assertEqual([self.socket.recv(100), self.socket.recv(100)], [b"READY=1", b"STOPPING=1"])

    def test_an_abstract_socket_is_reached_too(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract:
            name = f"botdeck-tests-{os.getpid()}"
            abstract.bind(f"\0{name}")
            abstract.settimeout(PATIENCE)
            self.environment(NOTIFY_SOCKET=f"@{name}")
            systemd.notify("READY=1")
            self.assertEqual(abstract.recv(100), b"READY=1")

    def test_without_systemd_and_with_one_that_went_away_nothing_happens(self) -> None:
        for address in ("", "/nowhere/notify"):
            self.environment(NOTIFY_SOCKET=address)
            systemd.notify("READY=1")
        self.socket.setblocking(False)
        self.assertRaises(BlockingIOError, self.socket.recv, 100)

    def test_how_often_it_wants_to_hear_of_us(self) -> None:
        for wanted, pid, seconds in (
            ("30000000", "", 30.0),
            ("30000000", str(os.getpid()), 30.0),
            ("30000000", "1", None),  # meant for another process
            ("", "", None),
            ("soon", "", None),
        ):
            with self.subTest(wanted, pid=pid):
                self.environment(WATCHDOG_USEC=wanted, WATCHDOG_PID=pid)
                self.assertEqual(systemd.watchdog_seconds(), seconds)

    def test_a_healthy_process_says_so_and_a_blocked_one_falls_silent(self) -> None:
        self.environment(WATCHDOG_USEC="200000", WATCHDOG_PID="")
        ended = threading.Event()
        watchdog = Watchdog(Clock(), loop_seconds=2.0, end=ended.set)

        async def main() -> bytes:
            watching = asyncio.create_task(watchdog.run())
            said = await asyncio.to_thread(self.socket.recv, 100)
            ended.wait(PATIENCE)
            watching.cancel()
            return said

        with self.assertLogs(LOG, "CRITICAL"):
            self.assertEqual(asyncio.run(main()), b"WATCHDOG=1")
        self.assertFalse(watchdog.health().alive)
        self.socket.setblocking(False)
        heard = 0
        with self.assertRaises(BlockingIOError):
            while self.socket.recv(100):
                heard += 1
        self.assertLessEqual(heard, 11)  # one each 0.1 s, in the first of the two seconds only
