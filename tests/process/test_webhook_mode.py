"""BOT_MODE=webhook with real processes: the sandbox delivers to `runbot`'s own port, or to the web process."""

import http.client
import json
import signal
import socket
import unittest
from pathlib import Path
from typing import Any

from tests.environment import SERVER
from tests.processes import PATIENCE, Running, Stack, eventually, fetch

PATH = "/telegram/webhook/"


class WebhookModeCase(unittest.TestCase):
    """A database and a sandbox; bots are started by the tests."""

    def setUp(self) -> None:
        """Start the sandbox."""
        self.stack = self.enterContext(Stack(BOT_MODE="webhook"))
        self.stack.environment["WEBHOOK_URL"] = f"http://127.0.0.1:{self.stack.webhook_port}{PATH}"
        self.stack.migrate()
        self.stack.start_sandbox()

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def answered(self, person: int, count: int) -> None:
        """Wait until the bot has written so often to the person."""
        eventually(lambda: len(self.stack.bot_texts(person)) >= count, what=f"{count} answers")

    def telegrams_view(self) -> dict[str, Any]:
        """Return what getWebhookInfo says."""
        info: dict[str, Any] = json.loads(fetch(f"{self.stack.sandbox_url}/bot1:sandbox/getWebhookInfo")[1])["result"]
        return info

    def set_again(self, bot: Running) -> bool:
        """Did this process call setWebhook?"""
        return "the webhook is set to" in bot.output


class OwnPortTests(WebhookModeCase):
    """`runbot` listens itself."""

    def test_an_update_is_delivered_and_answered_and_the_webhook_outlives_the_process(self) -> None:
        first = self.stack.start_bot()
        self.stack.say(1, "/about")
        self.answered(1, 1)
        secret = self.rows("Webhook.objects.get().secret")
        self.assertGreaterEqual(len(secret), 40)
        intake = "[h.intake for h in Heartbeat.objects.all()]"
        eventually(lambda: self.rows(intake) == "['webhook']", what="the next heartbeat says what it does")
        self.assertTrue(self.set_again(first))
        self.assertEqual(first.stop(), 0, first.output)
        self.assertEqual(self.telegrams_view()["url"], self.stack.environment["WEBHOOK_URL"])
        self.stack.say(1, "/about")
        second = self.stack.start_bot()
        self.answered(1, 2)
        eventually(lambda: "took over: webhook:" in second.output, what="the second one keeps the webhook")
        self.assertEqual(second.stop(), 0, second.output)
        self.assertEqual(self.rows("Webhook.objects.get().secret"), secret)
        self.assertFalse(self.set_again(second), second.output)
        for bot in (first, second):
            self.assertNotIn("Traceback", bot.output)
            self.assertNotIn(secret, bot.output)

    def test_what_it_was_sent_is_counted_and_strangers_are_refused(self) -> None:
        bot = self.stack.start_bot()
        eventually(lambda: "taking deliveries on 127.0.0.1" in bot.output, what="it listens")
        wire = http.client.HTTPConnection("127.0.0.1", self.stack.webhook_port, timeout=PATIENCE)
        wire.request("POST", PATH, b"{}", {"Content-Type": "application/json"})
        answer = wire.getresponse()
        self.assertEqual((answer.status, answer.read()), (403, b""))
        wire.close()
        self.stack.say(1, "/about")
        self.answered(1, 1)
        page = fetch(f"http://127.0.0.1:{self.stack.metrics_port}/metrics")[1]
        self.assertIn('botdeck_webhook_requests_total{status="200"} 1.0', page)
        self.assertIn('botdeck_webhook_requests_total{status="403"} 1.0', page)
        self.assertIn('botdeck_updates_received_total{kind="message"} 1.0', page)

    def test_a_port_that_is_taken_is_a_sentence(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", self.stack.webhook_port))
            other.listen()
            bot = self.stack.run("manage.py", "runbot")
            self.assertEqual(bot.wait(), 78, bot.output)
        self.assertIn("WEBHOOK_PORT: 127.0.0.1:", bot.output)
        self.assertNotIn("Traceback", bot.output)

    def test_an_address_that_is_missing_is_a_sentence(self) -> None:
        bot = self.stack.run("manage.py", "runbot", WEBHOOK_URL="")
        self.assertEqual(bot.wait(), 78, bot.output)
        self.assertIn("WEBHOOK_URL is not set", bot.output)

    @unittest.skipUnless(SERVER, "SQLite has one bot process; the PostgreSQL run tests this")
    def test_several_processes_share_the_port_and_one_that_is_killed_loses_nothing(self) -> None:
        first, second = self.stack.start_bot(), self.stack.start_bot()
        for number in range(40):
            self.stack.say(1 + number % 3, f"/unknown{number}")
        eventually(lambda: self.stack.bot_texts(1), what="they are in the middle of it")
        first.signal(signal.SIGKILL)
        first.wait()
        done = "Update.objects.filter(state='done').count()"
        eventually(lambda: self.rows(done) == "40", what="all 40 are handled")
        self.assertEqual(second.stop(), 0, second.output)


class WebProcessTests(WebhookModeCase):
    """Hosts with a single port: gunicorn takes the deliveries."""

    def setUp(self) -> None:
        """Start both."""
        super().setUp()
        self.stack.environment |= {"WEBHOOK_PORT": "0", "WEBHOOK_URL": f"{self.stack.web_url}{PATH}"}
        self.bot = self.stack.start_bot()
        self.web = self.stack.start_web()

    def ask(self, method: str, body: Any, **headers: str) -> tuple[int, bytes, str | None]:
        """Return status, body and cookie of the answer; an iterator is sent in chunks."""
        wire = http.client.HTTPConnection("127.0.0.1", self.stack.web_port, timeout=PATIENCE)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            chunked = body is not None and not isinstance(body, bytes)
            wire.request(method, PATH, body, {"Content-Type": "application/json", **sent}, encode_chunked=chunked)
            answer = wire.getresponse()
            return answer.status, answer.read(), answer.getheader("Set-Cookie")
        finally:
            wire.close()

    def test_an_update_is_delivered_to_the_web_process_and_answered_by_the_bot(self) -> None:
        self.stack.say(1, "/about")
        self.answered(1, 1)
        self.assertEqual(self.telegrams_view()["pending_update_count"], 0)
        self.assertEqual(self.rows("[u.state for u in Update.objects.all()]"), "['done']")

    def test_gunicorn_passes_on_chunks_and_nothing_that_is_too_long_or_no_delivery(self) -> None:
        secret = {"X_Telegram_Bot_Api_Secret_Token": self.rows("Webhook.objects.get().secret")}
        body = b'{"update_id": 1, "message": {"chat": {"id": 5}}}'
        in_chunks = {"Transfer_Encoding": "chunked", **secret}
        self.assertEqual(self.ask("POST", iter([body[:9], body[9:]]), **in_chunks), (200, b"", None))
        self.assertEqual(self.ask("POST", iter([bytes(2**19)] * 3), **in_chunks), (413, b"", None))
        self.assertEqual(self.ask("POST", bytes(2**20 + 1), **secret), (413, b"", None))
        self.assertEqual(self.ask("POST", b"{", **secret), (400, b"", None))
        self.assertEqual(self.ask("POST", body), (403, b"", None))
        for method in ("GET", "HEAD", "PUT"):
            self.assertEqual(self.ask(method, None, **secret), (405, b"", None))
        self.assertEqual(self.rows("[u.chat_id for u in Update.objects.all()]"), "[5]")
        self.assertNotIn("Traceback", Path(self.web.log).read_text())
