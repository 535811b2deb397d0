"""A wrong set-up: `runbot` says one sentence and exits 78, the web comes up all the same."""

import signal
import subprocess
import sys
import unittest
from pathlib import Path

import psycopg

from tests.environment import SERVER
from tests.postgresql import free_port
from tests.processes import ROOT, Running, Stack, eventually, fetch


class BadSetUpTests(unittest.TestCase):
    """Each finding names the variable and the mend."""

    def setUp(self) -> None:
        """Make a good set-up, without a Telegram."""
        self.stack = self.enterContext(Stack(BOT_START_SECONDS="1"))

    def refused(self, bot: Running, *words: str) -> None:
        """Check the exit code and the one sentence."""
        self.assertEqual(bot.wait(), 78, bot.output)
        lines = [line for line in bot.output.splitlines() if line and ": waiting for http" not in line]
        self.assertEqual(len(lines), 1, bot.output)
        for word in words:
            self.assertIn(word, lines[0])

    def runbot(self, **environment: str) -> Running:
        """Start a bot that should not start."""
        return self.stack.run("manage.py", "runbot", **environment)

    def test_bad_values(self) -> None:
        cases = {
            "TELEGRAM_BOT_TOKEN": ("not-a-token", "@BotFather"),
            "TELEGRAM_API_URL": ("127.0.0.1:8081", "like https://api.telegram.org"),
            "TELEGRAM_ADMIN_IDS": ("alice", "'alice' is not a whole number"),
            "BOT_MODE": ("pigeon", "write polling"),
            "BOT_POLL_SECONDS": ("500", "500 is outside 1…50"),
            "DATABASE_URL": ("oracle://host/name", "postgres://"),
            "DJANGO_DEBUG": ("perhaps", "write 1 or 0"),
            "LOG_LEVEL": ("LOUD", "WARNING"),
            "SENTRY_DSN": ("not-a-dsn", "under Client Keys"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": ("localhost:4318", "like http://127.0.0.1:4318"),
        }
        running = {name: self.runbot(**{name: value}) for name, (value, _) in cases.items()}
        for name, (_, mend) in cases.items():
            with self.subTest(name):
                self.refused(running[name], f"{name} is not valid", mend)

    def test_a_sandbox_that_would_be_telegram(self) -> None:
        bot = self.runbot(BOT_SANDBOX="1", TELEGRAM_API_URL="https://api.telegram.org")
        self.refused(bot, "BOT_SANDBOX is 1, but TELEGRAM_API_URL is not on this machine")

    def test_a_missing_token(self) -> None:
        self.refused(self.runbot(TELEGRAM_BOT_TOKEN=""), "TELEGRAM_BOT_TOKEN is not set", "@BotFather")

    def test_a_missing_secret_key(self) -> None:
        self.refused(self.runbot(DJANGO_SECRET_KEY=""), "DJANGO_SECRET_KEY is not set", "openssl rand")

    def test_a_database_that_is_a_directory(self) -> None:
        bot = self.runbot(DATABASE_URL=f"sqlite:///{self.stack.directory}")
        self.refused(bot, "DATABASE_URL: the database cannot be written (unable to open database file)")

    def test_a_file_that_is_no_database(self) -> None:
        path = self.stack.directory / "notes.txt"
        path.write_text("not a database, only words\n" * 100)
        self.refused(self.runbot(DATABASE_URL=f"sqlite:///{path}"), "DATABASE_URL", "file is not a database")

    def test_a_database_server_that_is_not_there(self) -> None:
        bot = self.runbot(DATABASE_URL=f"postgres://u:verysecret@127.0.0.1:{free_port()}/name")
        self.refused(bot, "DATABASE_URL: the database cannot be written", "Connection refused")
        self.assertNotIn("verysecret", bot.output)

    def test_a_database_without_migrations(self) -> None:
        self.refused(self.runbot(), "DATABASE_URL: the database lacks", "run `manage.py migrate` first")

    @unittest.skipUnless(SERVER, "root may write every file: the PostgreSQL run tests a database that refuses writes")
    def test_a_database_that_refuses_writes(self) -> None:
        self.stack.migrate()
        url = self.stack.environment["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            name = url.rpartition("/")[2]
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        self.refused(self.runbot(), "DATABASE_URL: the database cannot be written", "read-only transaction")

    def test_an_address_that_nobody_answers_is_said_again_and_again(self) -> None:
        self.stack.migrate()
        bot = self.runbot()
        eventually(lambda: "connection: TELEGRAM_API_URL" in bot.output, what="the bot complains")
        self.assertIn("check the address", bot.output)
        self.assertGreater(bot.output.count("waiting for http"), 1)
        self.assertEqual(bot.stop(), 0, bot.output)

    def test_a_token_that_telegram_rejects(self) -> None:
        self.stack.migrate()
        self.stack.start_sandbox()
        bot = self.runbot(TELEGRAM_BOT_TOKEN="0123:rejected-by-the-server")
        self.assertEqual(bot.wait(), 78, bot.output)
        last = bot.output.strip().splitlines()[-1]
        self.assertTrue(last.startswith("TELEGRAM_BOT_TOKEN was rejected by http://127.0.0.1:"), bot.output)
        self.assertIn("@BotFather", last)
        self.assertNotIn("Traceback", bot.output)
        self.assertNotIn("rejected-by-the-server", bot.output)

    def test_a_secret_file_that_is_missing(self) -> None:
        bot = self.runbot(TELEGRAM_BOT_TOKEN="", TELEGRAM_BOT_TOKEN_FILE="/nowhere/token")
        self.refused(bot, "TELEGRAM_BOT_TOKEN_FILE cannot be read", "readable file")

    def test_web_pages_come_up_with_all_of_it_wrong(self) -> None:
        self.stack.migrate()
        self.stack.start_web(
            TELEGRAM_BOT_TOKEN="x", TELEGRAM_API_URL="x", TELEGRAM_ADMIN_IDS="x", BOT_MODE="x", LOG_LEVEL="x"
        )
        self.assertEqual(fetch(f"{self.stack.web_url}/login/")[0], 200)
        self.assertEqual(fetch(f"{self.stack.web_url}/readyz")[0], 200)

    def test_web_pages_say_so_when_the_database_is_away(self) -> None:
        self.stack.start_web(DATABASE_URL="oracle://host/name")
        self.assertEqual(fetch(f"{self.stack.web_url}/healthz")[0], 200)
        self.assertEqual(fetch(f"{self.stack.web_url}/login/")[0], 200)
        self.assertEqual(fetch(f"{self.stack.web_url}/readyz")[0], 503)

    def test_a_sandbox_port_in_use_is_a_sentence(self) -> None:
        self.stack.start_sandbox()
        second = self.stack.run("manage.py", "sandbox")
        self.assertEqual(second.wait(), 1)
        self.assertNotIn("Traceback", second.output)
        self.assertIn(str(self.stack.sandbox_port), second.output)


class DemoTests(unittest.TestCase):
    """`make demo` with ports that cannot work."""

    def test_one_port_for_both_is_a_sentence(self) -> None:
        with Stack() as stack:
            port = str(stack.web_port)
            demo = stack.run("-m", "botproject.launch", "demo", SANDBOX_PORT=port)
            self.assertEqual(demo.wait(), 78)
            self.assertEqual(
                demo.output.strip(), f"SANDBOX_PORT and WEB_PORT are both {port}; choose another for one of them."
            )

    def test_a_port_that_is_no_number_is_named(self) -> None:
        with Stack() as stack:
            demo = stack.run("-m", "botproject.launch", "demo", SANDBOX_PORT="abc")
            self.assertEqual(demo.wait(), 78)
            self.assertIn("SANDBOX_PORT is not valid ('abc' is not a whole number)", demo.output)

    def test_a_shell_on_its_data_knows_the_bot_that_sends(self) -> None:
        code = "from botcore.outbox.recipients import default_bot; print('bot', default_bot())"
        with Stack() as stack:
            stack.migrate()
            command = [sys.executable, "-m", "botproject.launch", "manage", "shell"]
            environment = {**stack.environment, "TELEGRAM_BOT_TOKEN": ""}
            done = subprocess.run(
                command, input=code, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
            )
        self.assertEqual((done.returncode, done.stdout.split()[-2:]), (0, ["bot", "1"]), done.stderr)

    def test_everything_comes_up_and_stops_at_ctrl_c(self) -> None:
        with Stack() as stack:
            demo = stack.run("-m", "botproject.launch", "demo")
            eventually(lambda: "Ctrl-C stops everything." in demo.output or not demo.alive, what="the demo is ready")
            stack.say(1, "/about")
            eventually(lambda: stack.bot_texts(1), what="the bot answers")
            for words in (f"{stack.sandbox_url}/", f"{stack.web_url}/", f"{stack.web_url}/admin/", "Login "):
                self.assertIn(words, demo.output)
            demo.signal(signal.SIGINT)
            self.assertEqual(demo.wait(), 0, demo.output)
            self.assertNotIn("Traceback", demo.output)

    def test_names_the_port_and_the_way_out(self) -> None:
        with Stack() as stack:
            stack.start_sandbox()
            demo = stack.run("-m", "botproject.launch", "demo")
            self.assertEqual(demo.wait(), 78)
            port = stack.sandbox_port
            way_out = f"choose another, for example `SANDBOX_PORT={port + 10} make demo`."
            self.assertEqual(demo.output.strip(), f"SANDBOX_PORT: port {port} is in use; {way_out}")
            self.assertFalse((Path(stack.directory) / "db.sqlite3").exists())
