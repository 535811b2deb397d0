"""Health of real processes: a bot that is stopped, Telegram away, a database that takes the call and says nothing."""

import json
import signal
import socket
import unittest
from concurrent.futures import ThreadPoolExecutor

from tests.processes import Stack, eventually, fetch


def bothealth(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and its line."""
    running = stack.run("manage.py", "bothealth", *arguments)
    return running.wait(), running.output


class BotHealthTests(unittest.TestCase):
    """A bot whose Telegram is away: nothing listens where TELEGRAM_API_URL points."""

    def test_it_is_alive_and_ready_without_telegram_and_not_while_it_is_stopped(self) -> None:
        stack = self.enterContext(Stack())
        stack.manage("migrate")
        here = ("--port", str(stack.metrics_port))
        self.assertEqual(bothealth(stack, *here)[0], 1)
        bot = stack.start_bot(connects=False)
        address = f"http://127.0.0.1:{stack.metrics_port}"
        eventually(lambda: fetch(f"{address}/readyz")[0] == 200, what="the database has its heartbeat")
        status = json.loads(fetch(f"{address}/statusz")[1])
        self.assertEqual((status["alive"], status["connection"]), (True, "connecting"))
        self.assertGreater(status["vitals"]["memory"], 2**20)
        self.assertEqual(bothealth(stack, *here), (0, f"well: the bot on port {stack.metrics_port}: ok\n"))
        bot.signal(signal.SIGSTOP)
        code, words = bothealth(stack, *here, "--timeout", "0.5")
        self.assertEqual((code, "does not answer within 0.5 s" in words), (1, True), words)
        bot.signal(signal.SIGCONT)
        eventually(lambda: bothealth(stack, *here)[0] == 0, what="it is alive again")
        bot.signal(signal.SIGTERM)
        self.assertEqual(bot.wait(), 0)
        code, words = bothealth(stack, *here)
        self.assertEqual((code, "nothing listens" in words), (1, True), words)


class SilentDatabaseTests(unittest.TestCase):
    """Pages whose database takes the connection and never says a word, whatever the tests run on."""

    def test_the_pages_live_are_not_ready_and_end_when_they_are_asked_to(self) -> None:
        listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        url = f"postgres://somebody:secret@127.0.0.1:{listener.getsockname()[1]}/somewhere"
        stack = self.enterContext(Stack(DATABASE_URL=url))
        web = stack.start_web()
        status, body = fetch(f"{stack.web_url}/readyz")
        self.assertEqual((status, json.loads(body)["ready"]), (503, False))
        self.assertIn("does not answer within 1 s", body)
        self.assertEqual(fetch(f"{stack.web_url}/healthz")[0], 200)
        with ThreadPoolExecutor(8) as scrapers:  # more than there are threads
            pages = list(scrapers.map(fetch, [f"{stack.web_url}/metrics"] * 8))
        self.assertTrue(all("\nbotdeck_database_up 0.0\n" in page for _, page in pages))
        self.assertEqual(fetch(f"{stack.web_url}/healthz")[0], 200)
        code, words = bothealth(stack, "--web")
        self.assertEqual((code, "database does not answer" in words), (1, True), words)
        web.signal(signal.SIGTERM)
        self.assertEqual(web.wait(), 0)
