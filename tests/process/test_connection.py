"""The link of a real bot process: it starts without Telegram, outlives it, and ends at a token that is rejected."""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.processes import Running, Stack, eventually, fetch

ME = {"id": 1, "is_bot": True, "first_name": "Sandbox", "username": "sandbox_bot"}
ABOUT = {
    "update_id": 5,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 1, "type": "private", "first_name": "Alice"},
        "from": {"id": 1, "is_bot": False, "first_name": "Alice"},
        "text": "/about",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    },
}


class StandIn(ThreadingHTTPServer):
    """A Bot API server that knows how to be there and how to reject the token."""

    daemon_threads = True

    def __init__(self) -> None:
        self.rejecting = False
        self.calls = 0
        super().__init__(("127.0.0.1", 0), _Answers)


class _Answers(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer every method."""
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.calls += 1
        method = self.path.rpartition("/")[2]
        info = {"url": "", "pending_update_count": 0, "has_custom_certificate": False}
        results: dict[str, Any] = {"getMe": ME, "getUpdates": [], "getWebhookInfo": info}
        status, body = 200, {"ok": True, "result": results.get(method, True)}
        if self.server.rejecting:
            status, body = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        payload = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


class ConnectionTests(unittest.TestCase):
    """A database, and a Telegram that comes and goes."""

    def setUp(self) -> None:
        """Make the database."""
        self.stack = self.enterContext(Stack(BOT_START_SECONDS="1", BOT_POLL_SECONDS="1"))
        self.stack.migrate()

    def start_bot(self, *, connects: bool = True, **environment: str) -> Running:
        """Start a bot that judges its link within seconds."""
        return self.stack.start_bot(connects=connects, command=("-m", "tests.process.impatient"), **environment)

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def metric(self, name: str) -> str:
        """Return the line of a metric of the bot's own page."""
        page = fetch(f"http://127.0.0.1:{self.stack.metrics_port}/metrics")[1]
        return next((line for line in page.splitlines() if line.startswith(name)), "")

    def state(self, state: str) -> bool:
        """Is this the state of the link?"""
        return self.metric(f'botdeck_connection_state{{state="{state}"}}').endswith(" 1.0")

    def store(self, update: dict[str, Any]) -> None:
        """Put an update into the inbox."""
        code = (
            "from botcore.inbox import store; from botcore.inbox.envelope import read_envelope; "
            "from botcore.models import Heartbeat; "
            f"store.accept(Heartbeat.objects.get().bot_id, [read_envelope({update!r})])"
        )
        self.stack.manage("shell", "--verbosity", "0", "-c", code)

    def test_the_very_first_start_waits_for_telegram_and_says_so(self) -> None:
        bot = self.start_bot(connects=False)
        beat = "list(Heartbeat.objects.values_list('state', 'bot_id', 'connection'))"
        eventually(lambda: "('running', None, 'connecting')" in self.rows(beat), what="the heartbeat says it")
        self.stack.start_sandbox()
        eventually(lambda: self.state("up"), what="the link is up")
        self.stack.say(1, "/about")
        eventually(lambda: self.stack.bot_texts(1), what="the bot answers")
        self.assertEqual(bot.stop(), 0, bot.output)

    def test_a_start_without_telegram_keeps_what_is_stored_and_recovers_alone(self) -> None:
        sandbox = self.stack.start_sandbox()
        first = self.start_bot()
        eventually(lambda: self.state("up"), what="it has run before, so it knows who it is")
        first.stop()
        sandbox.stop()
        self.store(ABOUT)
        bot = self.start_bot(connects=False)
        self.assertTrue(self.state("connecting"))
        self.assertIn("ok", fetch(f"http://127.0.0.1:{self.stack.metrics_port}/healthz")[1])
        beat = "list(Heartbeat.objects.values_list('state', 'connection', 'connection_words', 'intake'))"
        eventually(
            lambda: "'running', 'connecting', 'Connecting to http" in self.rows(beat), what="the heartbeat says it"
        )
        eventually(lambda: "has not answered for" in bot.output, what="the operators are told")
        self.stack.start_sandbox()
        eventually(lambda: self.state("up"), what="the link is up")
        eventually(lambda: self.stack.bot_texts(1), what="the stored update is answered")
        self.assertEqual(self.rows("[(u.state, u.attempts) for u in Update.objects.all()]"), "[('done', 1)]")
        self.stack.say(1, "/start")
        eventually(lambda: len(self.stack.bot_texts(1)) == 2, what="polling began")
        self.assertEqual(bot.stop(), 0, bot.output)
        self.assertNotIn("1:sandbox", bot.output)
        # On a slow machine the circuit opens meanwhile, too, and says so.
        kept = self.rows("list(Event.objects.filter(kind='connection').order_by('id').values_list('level', flat=True))")
        self.assertEqual(kept, "['error', 'info']")

    def test_a_telegram_that_goes_away_in_mid_run_is_down_and_then_up(self) -> None:
        sandbox = self.stack.start_sandbox()
        bot = self.start_bot()
        eventually(lambda: self.state("up"), what="the link is up")
        sandbox.stop()
        eventually(lambda: self.state("down"), what="the link is down")
        self.assertIn("No call to Telegram has succeeded since", bot.output)
        self.stack.start_sandbox()
        eventually(lambda: self.state("up"), what="the link is up again")
        self.stack.say(1, "/about")
        eventually(lambda: self.stack.bot_texts(1), what="the bot answers")
        self.assertEqual(bot.stop(), 0, bot.output)
        kept = self.rows("list(Event.objects.filter(kind='connection').values_list('level', flat=True))")
        self.assertIn("'error'", kept)
        self.assertTrue(kept.endswith("'info']"), kept)

    def test_a_token_that_is_revoked_in_mid_run_ends_the_process_with_one_alert(self) -> None:
        telegram = StandIn()
        self.addCleanup(telegram.server_close)
        self.addCleanup(telegram.shutdown)
        threading.Thread(target=telegram.serve_forever, daemon=True).start()
        bot: Running = self.start_bot(TELEGRAM_API_URL=f"http://127.0.0.1:{telegram.server_port}")
        eventually(lambda: self.state("up"), what="the link is up")
        telegram.rejecting = True
        eventually(lambda: "rejects the token" in bot.output, what="the bot notices")
        eventually(lambda: self.state("down"), what="the link is down")
        self.assertTrue(bot.alive)
        eventually(lambda: not bot.alive, what="the process ends")
        self.assertEqual(bot.wait(), 78, bot.output)
        self.assertIn("TELEGRAM_BOT_TOKEN was rejected by http://127.0.0.1:", bot.output)
        kept = self.rows("list(Event.objects.filter(kind='token').values_list('level', flat=True))")
        self.assertEqual(kept, "['error']")
        self.assertNotIn("Traceback", bot.output)
