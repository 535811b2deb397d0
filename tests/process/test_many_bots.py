"""Several bot processes: one polls and the others stand by; a second one on SQLite is refused; stops that hurry."""

import re
import signal
import threading
import unittest
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.environment import SERVER
from tests.processes import PATIENCE, Running, Stack, eventually, fetch

TAKEN_OVER = "took over: poller:"


class ManyBotsCase(unittest.TestCase):
    """A database and a sandbox."""

    def setUp(self) -> None:
        """Start what all tests need."""
        self.stack = self.enterContext(Stack(BOT_POLL_SECONDS="1"))
        self.stack.migrate()
        self.sandbox = self.stack.start_sandbox()

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def answered(self, person: int, count: int) -> None:
        """Wait until the bot has written so often to the person."""
        eventually(lambda: len(self.stack.bot_texts(person)) >= count, what=f"{count} answers")

    def polls(self, bot: Running) -> None:
        """Wait until this bot has the duty."""
        eventually(lambda: TAKEN_OVER in bot.output, what="the bot polls")

    def intake(self) -> str:
        """What do the living processes say of their part?"""
        return self.rows("sorted(Heartbeat.objects.filter(state='running').values_list('intake', flat=True))")


@unittest.skipUnless(SERVER, "SQLite has one bot process; the PostgreSQL run tests this")
class TwoBotsTests(ManyBotsCase):
    """A poller and one on standby."""

    def setUp(self) -> None:
        """Start both, one after the other."""
        super().setUp()
        self.first = self.stack.start_bot()
        self.polls(self.first)
        self.second = self.stack.start_bot()
        eventually(lambda: self.intake() == "['polling', 'standby']", what="one polls, one stands by")

    def test_when_the_poller_is_killed_the_other_polls_within_seconds(self) -> None:
        self.assertNotIn(TAKEN_OVER, self.second.output)
        self.first.signal(signal.SIGKILL)
        self.first.wait()
        self.stack.say(1, "/about")
        self.answered(1, 1)
        self.assertIn(TAKEN_OVER, self.second.output)
        eventually(lambda: self.intake() == "['polling']", what="its heartbeat says so")
        self.assertIn("died", self.rows("list(Heartbeat.objects.values_list('state', flat=True))"))
        eventually(lambda: self.rows("Event.objects.filter(kind='died').count()") == "1", what="the death is told")

    def test_a_poller_that_stops_hands_over_and_nothing_is_handled_twice(self) -> None:
        self.stack.say(1, "/about")
        self.answered(1, 1)
        self.assertEqual(self.first.stop(), 0, self.first.output)
        self.assertEqual(
            self.rows(f"Lease.objects.exclude(owner='').exclude(owner__contains=':{self.second.pid}-')"),
            "<QuerySet []>",
        )
        self.stack.say(1, "/about")
        self.answered(1, 2)
        self.polls(self.second)
        self.assertEqual(len(self.stack.bot_texts(1)), 2)
        self.assertEqual(self.second.stop(), 0, self.second.output)
        for bot in (self.first, self.second):
            self.assertNotIn("Traceback", bot.output)

    def test_who_stands_by_works_too(self) -> None:
        for person in (1, 2, 3):
            for number in range(20):
                self.stack.say(person, f"/unknown{number}")
        for person in (1, 2, 3):
            self.answered(person, 20)
            named = re.findall(r"/unknown(\d+)", " ".join(self.stack.bot_texts(person)))
            self.assertEqual(named, [str(number) for number in range(20)])
        self.assertNotIn(TAKEN_OVER, self.second.output)


class ForeignPollerTests(ManyBotsCase):
    """Somebody else with the same token."""

    def test_a_foreign_poller_is_named_in_the_heartbeat_and_in_a_metric_and_when_it_is_gone_too(self) -> None:
        bot = self.stack.start_bot(BOT_POLL_SECONDS="25")
        self.polls(bot)
        gone = threading.Event()
        foreign = threading.Thread(target=self.poll_too, args=(gone,), daemon=True)
        foreign.start()
        try:
            own = f"http://127.0.0.1:{self.stack.metrics_port}/metrics"
            eventually(lambda: "botdeck_foreign_poller 1.0" in fetch(own)[1], what="the metric says so")
            trouble = "[h.trouble for h in Heartbeat.objects.all()]"
            eventually(lambda: "Someone else polls this token" in self.rows(trouble), what="the heartbeat says so")
            eventually(lambda: self.rows("Event.objects.filter(kind='foreign_poller').count()") == "1", what="told")
        finally:
            gone.set()
        foreign.join()
        self.assertNotIn("Traceback", bot.output)
        self.assertEqual(bot.stop(), 0, bot.output)

    def poll_too(self, gone: threading.Event) -> None:
        """Poll as another deployment does, without confirming anything."""
        while not gone.is_set():
            url = f"{self.stack.sandbox_url}/bot1:sandbox/getUpdates?timeout=1"
            try:
                urllib.request.urlopen(url, timeout=PATIENCE).close()
            except urllib.error.HTTPError as error:
                error.close()


@unittest.skipIf(SERVER, "PostgreSQL serves many")
class SecondOnSqliteTests(ManyBotsCase):
    """A second bot process on a SQLite file."""

    def test_it_is_refused_with_a_sentence_and_the_first_goes_on(self) -> None:
        first = self.stack.start_bot()
        second = self.stack.run("manage.py", "runbot")
        self.assertEqual(second.wait(), 78, second.output)
        (sentence,) = second.output.splitlines()
        self.assertIn(f"another runbot (process {first.pid}) works on this SQLite file", sentence)
        self.assertIn("use PostgreSQL", sentence)
        self.assertEqual(self.rows("Heartbeat.objects.count()"), "1")
        self.stack.say(1, "/about")
        self.answered(1, 1)
        first.signal(signal.SIGKILL)
        first.wait()
        self.assertEqual(self.stack.start_bot().stop(), 0)


class Gate(ThreadingHTTPServer):
    """Stands before the sandbox; calls of the held method wait until it closes."""

    daemon_threads = True

    def __init__(self, target: str, held: str) -> None:
        super().__init__(("127.0.0.1", 0), Passage)
        self.target = target
        self.held = held
        self.came = threading.Event()
        self.closed = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """The address."""
        return f"http://127.0.0.1:{self.server_port}"

    def close(self) -> None:
        """Let go and end."""
        self.closed.set()
        self.shutdown()
        self.server_close()


class Passage(BaseHTTPRequestHandler):
    """One call through the gate."""

    server: Gate

    def do_POST(self) -> None:
        """Pass it on."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith(self.server.held):
            self.server.came.set()
            self.server.closed.wait(PATIENCE)
        request = urllib.request.Request(f"{self.server.target}{self.path}", body)
        request.add_header("Content-Type", self.headers.get("Content-Type", "application/json"))
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                status, answer = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, answer = error.code, error.read()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


class SecondSignalTests(ManyBotsCase):
    """A stop that takes too long for the operator."""

    def test_a_second_signal_ends_the_process_at_once_while_a_handler_runs(self) -> None:
        gate = Gate(self.stack.sandbox_url, "/sendMessage")
        self.addCleanup(gate.close)
        bot = self.stack.start_bot(TELEGRAM_API_URL=gate.url, BOT_STOP_SECONDS="600")
        self.stack.say(1, "/about")
        self.assertTrue(gate.came.wait(PATIENCE))
        bot.signal(signal.SIGTERM)
        eventually(lambda: "botcore.bot: stopping" in bot.output, what="the first signal is obeyed")

        def ended() -> bool:
            bot.signal(signal.SIGTERM)  # the same signal within 50 ms counts as one
            return not bot.alive

        eventually(ended, what="the second ends it")
        self.assertEqual(bot.wait(), 1)
        self.assertNotIn("botcore.bot: stopped", bot.output)
        gate.closed.set()
        gate.held = "nothing"
        bot = self.stack.start_bot(TELEGRAM_API_URL=gate.url)
        self.answered(1, 1)
        self.assertEqual(bot.stop(), 0, bot.output)
