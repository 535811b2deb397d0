"""deploy/start and Telegram: a token that is rejected, a clock that is wrong, and others who take the updates."""

import json
import threading
import time
import urllib.error
import urllib.request
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.environment import SERVER
from tests.postgresql import free_port
from tests.processes import eventually
from tests.starting import StartTestCase

ELSEWHERE = "https://other.example/hook"


class TelegramTests(StartTestCase):
    """The sandbox in Telegram's place."""

    def setUp(self) -> None:
        """Start it."""
        super().setUp()
        self.stack.start_sandbox()

    def call(self, method: str, **parameters: object) -> int:
        """Call the sandbox as another bot with this token; return the status."""
        body, kind = json.dumps(parameters).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.stack.sandbox_url}/bot1:sandbox/{method}", body, kind)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as exc:
            return exc.code

    def test_a_good_token(self) -> None:
        found = self.check("bot")
        self.says("ok", "token: It is @", found)
        self.says("ok", "poller: Nobody else polls", found)
        self.says("ok", "clock: It agrees with Telegram's", found)

    def test_a_token_that_is_rejected(self) -> None:
        bot = self.begin("bot", TELEGRAM_BOT_TOKEN="0123:rejected-by-the-server")
        self.refuses("token: TELEGRAM_BOT_TOKEN was rejected by http://127.0.0.1:", (bot.wait(), bot.output))
        self.assertIn("@BotFather", bot.output)
        self.assertNotIn("rejected-by-the-server", bot.output)

    def test_a_telegram_that_is_away_holds_up_no_start(self) -> None:
        self.says("warning", "does not answer", self.check("bot", TELEGRAM_API_URL="http://127.0.0.1:9"))

    def test_a_stranger_who_polls(self) -> None:
        stop = threading.Event()

        def poll() -> None:
            while not stop.is_set():
                self.call("getUpdates", timeout=5)

        stranger = threading.Thread(target=poll)
        stranger.start()
        try:
            bot = self.begin("bot")
            self.refuses("poller: Somebody else polls this bot's updates: stop that bot", (bot.wait(), bot.output))
        finally:
            stop.set()
            stranger.join()

    def test_without_a_database_it_is_asked_all_the_same(self) -> None:
        for url, words in (
            ("oracle://host/name", "settings: DATABASE_URL is not valid"),
            (f"postgres://u@127.0.0.1:{free_port()}/name", "database: DATABASE_URL: the database cannot be opened"),
        ):
            found = self.check("bot", DATABASE_URL=url)
            self.refuses(words, found)
            self.says("ok", "token: It is @", found)

    def test_updates_that_wait_are_not_confirmed(self) -> None:
        self.stack.say(1, "/about")
        self.stack.say(1, "/whoami")
        self.says("ok", "poller: Nobody else polls", self.check("bot"))
        self.stack.start_bot()
        eventually(lambda: len(self.stack.bot_texts(1)) == 2, what="the bot answers all that waited")

    def test_a_bot_of_ours_is_company_on_postgresql(self) -> None:
        if not SERVER:
            self.skipTest("SQLite takes one bot: see test_start_database.py")
        bot = self.stack.start_bot()
        eventually(lambda: "took over: poller" in bot.output, what="it polls")
        self.says("ok", "poller: A bot of ours polls", self.check("bot"))

    def test_bots_of_ours_that_start_together_do_not_take_each_other_for_strangers(self) -> None:
        if not SERVER:
            self.skipTest("SQLite takes one bot")
        begun = [self.begin("bot", "--check-only") for _ in range(3)]
        found = [(checking.wait(), checking.output) for checking in begun]
        for code, output in found:
            self.assertEqual(code, 0, output)
        self.assertTrue(any("poller: Nobody else polls" in output for _, output in found))

    def test_a_webhook_that_somebody_has_set(self) -> None:
        self.assertEqual(self.call("setWebhook", url=ELSEWHERE), 200)
        self.says("warning", f"poller: Somebody has set a webhook, {ELSEWHERE}", self.check("bot"))
        ours = {"BOT_MODE": "webhook", "WEBHOOK_URL": "http://127.0.0.1:8443/telegram/webhook/"}
        self.says("warning", f"webhook: Somebody has set another one, {ELSEWHERE}", self.check("bot", **ours))
        self.assertEqual(self.call("setWebhook", url=ours["WEBHOOK_URL"]), 200)
        self.says("ok", "webhook: Nobody else has set one", self.check("bot", **ours))


class TelegramsClockTests(StartTestCase):
    """A server in Telegram's place, whose clock is wrong."""

    def test_a_clock_that_is_wrong(self) -> None:
        for shift, severity in ((20.0, "warning"), (-7200.0, "error")):
            with self.subTest(shift):
                url = self.serve(shift)
                self.says(severity, "Telegram's: see NTP", self.check("bot", TELEGRAM_API_URL=url))

    def serve(self, shift: float) -> str:
        """Answer like Telegram, so many seconds in the future; return the address."""

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps({"ok": True, "result": RESULTS[self.path.partition("?")[0].rpartition("/")[2]]})
                self.send_response_only(200)
                self.send_header("Date", formatdate(time.time() + shift, usegmt=True))
                self.end_headers()
                self.wfile.write(body.encode())

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"


RESULTS = {"getMe": {"id": 1, "is_bot": True, "username": "late_bot"}, "getWebhookInfo": {"url": ""}, "getUpdates": []}
