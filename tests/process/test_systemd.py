"""What real processes tell systemd: ready, alive for as long as they work, and stopping."""

import os
import signal
import unittest
from pathlib import Path

from tests.processes import Stack, eventually, fetch
from tests.systemd import Systemd


class SystemdCase(unittest.TestCase):
    """A stack, and somebody who listens."""

    def setUp(self) -> None:
        """Begin to listen."""
        self.stack = self.enterContext(Stack(BOT_STOP_SECONDS="1"))
        self.stack.migrate()
        self.systemd = Systemd(self.stack.directory / "notify")
        self.stack.environment.update(NOTIFY_SOCKET=self.systemd.path, WATCHDOG_USEC="1500000")


class BotTests(SystemdCase):
    """A bot."""

    def test_it_is_ready_alive_and_stops(self) -> None:
        bot = self.stack.start_bot(connects=False)  # also without Telegram
        eventually(lambda: self.systemd.states == ["READY=1"], what="it is ready")
        eventually(lambda: self.systemd.signs > 2, what="it lives")
        self.stack.start_sandbox()
        eventually(lambda: "took over: poller" in bot.output or not bot.alive, what="it takes updates")
        self.assertEqual(bot.stop(), 0, bot.output)
        eventually(lambda: self.systemd.states == ["READY=1", "STOPPING=1"], what="it stops")

    def test_a_loop_that_is_blocked_gives_no_sign_of_life(self) -> None:
        self.stack.start_sandbox()
        bot = self.stack.start_bot(command=("-m", "tests.process.watched"))
        self.stack.say(1, "/block")
        page = f"http://127.0.0.1:{self.stack.metrics_port}/healthz"
        eventually(lambda: fetch(page)[0] == 503, what="it is known to be blocked")
        signs = self.systemd.signs
        self.assertEqual(bot.wait(), 1, bot.output)  # by its own watchdog, seconds later
        self.assertIn("the event loop has been blocked", bot.output)
        self.assertLessEqual(self.systemd.signs, signs + 1)


class WebTests(SystemdCase):
    """The pages."""

    def test_they_are_ready_and_alive_only_while_a_worker_answers(self) -> None:
        web = self.stack.start_web()
        eventually(lambda: self.systemd.states == ["READY=1"], what="they are ready")
        eventually(lambda: self.systemd.signs > 2, what="they live")
        worker = int(Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text())

        def silent(times: int) -> bool:
            return web.output.count("no worker answers within") >= times

        os.kill(worker, signal.SIGSTOP)
        eventually(lambda: silent(2), what="nobody answers")
        signs = self.systemd.signs
        eventually(lambda: silent(4), what="still nobody")
        self.assertEqual(self.systemd.signs, signs)
        os.kill(worker, signal.SIGCONT)
        eventually(lambda: self.systemd.signs > signs, what="the worker answers again")
        self.assertEqual(web.stop(), 0, web.output)
