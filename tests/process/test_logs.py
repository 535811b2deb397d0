"""Log lines of real processes: a pipe that nobody reads, last words, and what gunicorn says."""

import json
import os
import signal
import subprocess
import sys
import unittest
from functools import partial
from typing import Any

from tests.processes import PATIENCE, ROOT, Stack, eventually, fetch

SECRET = "planted-walrus-password"


def lines(output: str) -> list[dict[str, Any]]:
    """Return the JSON lines, each of which is whole."""
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


class PipeTests(unittest.TestCase):
    """stderr is a pipe, and whoever should read it does not."""

    def setUp(self) -> None:
        """Start what all tests need."""
        self.stack = self.enterContext(Stack(BOT_STOP_SECONDS="2", LOG_LEVEL="DEBUG"))
        self.stack.manage("migrate", "--verbosity", "0", LOG_LEVEL="ERROR")
        self.stack.start_sandbox()

    def test_the_bot_works_and_stops_all_the_same(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        while True:  # full from the beginning
            try:
                os.write(writer, b"x" * 4096)
            except BlockingIOError:
                break
        os.set_blocking(writer, True)
        command = [sys.executable, "manage.py", "runbot"]
        bot = subprocess.Popen(command, cwd=ROOT, env=self.stack.environment, stderr=writer)
        try:
            for person in (1, 2, 3):
                self.stack.say(person, "/about")
                eventually(partial(self.stack.bot_texts, person), what="the bot answers")
            bot.send_signal(signal.SIGTERM)
            self.assertEqual(bot.wait(PATIENCE), 0)
        finally:
            bot.kill()
            bot.wait()
            os.close(writer)
            os.close(reader)

    def test_a_process_that_asks_nobody_has_written_what_it_logged(self) -> None:
        code = (
            "import django, logging, os; django.setup(); from botcore.logs import flush\n"
            "for number in range(90): logging.getLogger('x').critical('line %s', number)\n"
            "flush(); os._exit(7)"
        )
        end = self.stack.run("-c", code, DJANGO_SETTINGS_MODULE="botproject.settings")
        self.assertEqual(end.wait(), 7)
        self.assertEqual(end.output.count("line "), 90)


class SchemaTests(unittest.TestCase):
    """What a bot and the web write is one schema, without secrets."""

    def test_lines_of_an_update_have_its_context(self) -> None:
        with Stack(LOG_FORMAT="json", LOG_LEVEL="DEBUG") as stack:
            stack.migrate()
            stack.start_sandbox()
            bot = stack.run("manage.py", "runbot")
            stack.say(1, "/about")
            eventually(lambda: stack.bot_texts(1), what="the bot answers")
            eventually(lambda: "the handler is done" in bot.output, what="the end is logged")
            self.assertEqual(bot.stop(), 0)
            (done,) = [line for line in lines(bot.output) if line["message"] == "the handler is done"]
            self.assertEqual((done["action"], done["handler"], done["chat_id"]), ("update", "about.about", 1))
            self.assertRegex(done["trace_id"], r"^[0-9a-f]{32}$")
            self.assertGreater(done["duration_ms"], 0)
            running = next(line for line in lines(bot.output) if line["message"] == "running")
            self.assertEqual((running["action"], running["process"]), ("command runbot", done["process"]))

    def test_what_gunicorn_says_is_a_line_of_ours_without_secrets(self) -> None:
        with Stack(LOG_FORMAT="json", GUNICORN_CMD_ARGS="--access-logfile -") as stack:
            stack.migrate()
            web = stack.start_web(METRICS_TOKEN=SECRET)
            fetch(f"{stack.web_url}/healthz?note={SECRET}&password=hunter2hunter2")
            self.assertEqual(web.stop(), 0)
            said = [line["logger"] for line in lines(web.output)]
            self.assertIn("gunicorn.error", said)
            self.assertIn("gunicorn.access", said)
            for secret in (SECRET, "hunter2"):
                self.assertNotIn(secret, web.output)
            others = [line for line in web.output.splitlines() if not line.startswith("{")]
            self.assertEqual(others, [])


class LevelTests(unittest.TestCase):
    """A level that is changed while everything runs."""

    def test_every_process_takes_it_over_and_goes_back(self) -> None:
        change = "from botcore.runtime import log_levels; log_levels.{}"
        with Stack() as stack:
            stack.migrate()
            stack.start_sandbox()
            bot, web = stack.start_bot(), stack.start_web()
            code = change.format("set_level(logger='root', level='DEBUG', duration='1h', by='alice')")
            stack.manage("shell", "--verbosity", "0", "-c", code)

            def seen(number: int) -> bool:
                stack.say(1, "/about")
                fetch(f"{stack.web_url}/healthz")
                return bot.output.count("the handler is done") > number and "a request is answered" in web.output

            eventually(lambda: seen(0), what="both log at DEBUG")
            stack.manage("shell", "-c", change.format("reset_level(logger='root', by='alice')"))
            bot_size = 0

            def silent() -> bool:
                nonlocal bot_size
                before, bot_size = bot_size, bot.output.count("the handler is done")
                texts = len(stack.bot_texts(1))
                stack.say(1, "/about")
                eventually(lambda: len(stack.bot_texts(1)) > texts, what="the bot answers")
                return before == bot_size == bot.output.count("the handler is done")

            eventually(silent, what="the bot is back at its level")
            self.assertEqual(bot.stop(), 0, bot.output)
