"""deploy/start: it becomes the process, and refuses settings and secrets with which it should not run."""

import os
import signal
import tempfile
import unittest
from pathlib import Path

from tests.processes import eventually, fetch
from tests.starting import GOOD, StartTestCase

STRONG = GOOD["DJANGO_SECRET_KEY"]


class BecomesTests(StartTestCase):
    """A good set-up."""

    def test_the_bot_is_the_process_that_was_started_and_obeys_its_signals(self) -> None:
        self.stack.start_sandbox()
        bot = self.begin("bot")
        eventually(lambda: "connection.manager: connected" in bot.output or not bot.alive, what="the bot runs")
        command = Path(f"/proc/{bot.pid}/cmdline").read_bytes().split(b"\0")
        self.assertIn(b"runbot", command)
        bot.signal(signal.SIGTERM)
        self.assertEqual(bot.wait(), 0, bot.output)
        self.assertNotIn("error ", bot.output)

    def test_the_pages_are_served_where_the_settings_say(self) -> None:
        web = self.begin("web", WEB_HOST="0.0.0.0", WEB_WORKERS="1", DJANGO_ALLOWED_HOSTS="*")
        eventually(lambda: self.stack.answers(f"{self.stack.web_url}/readyz") or not web.alive, what="the web serves")
        self.assertIn(f"0.0.0.0:{self.stack.web_port}".encode(), Path(f"/proc/{web.pid}/cmdline").read_bytes())
        table = self.check("web", WEB_HOST="0.0.0.0", DJANGO_ALLOWED_HOSTS="*")
        self.says("ok", "port: The pages are served", table)
        second = self.begin("web")
        self.assertEqual(second.wait(), 78, second.output)
        self.assertIn(f"WEB_PORT: 127.0.0.1:{self.stack.web_port} is in use", second.output)
        self.assertEqual(fetch(f"{self.stack.web_url}/healthz")[0], 200)
        self.assertEqual(web.stop(), 0, web.output)

    def test_what_stands_in_the_file_is_read_by_the_process_and_not_handed_to_it(self) -> None:
        file = self.private("env", "BOT_CONCURRENCY=7\n", 0o600)
        self.stack.environment["DJANGO_ENV_FILE"] = file
        self.stack.start_sandbox()
        bot = self.begin("bot")
        eventually(lambda: "connection.manager: connected" in bot.output or not bot.alive, what="the bot runs")
        self.assertNotIn(b"BOT_CONCURRENCY", Path(f"/proc/{bot.pid}/environ").read_bytes())
        self.assertEqual(bot.stop(), 0, bot.output)

    def test_to_check_only_may_be_asked_for_anywhere(self) -> None:
        checking = self.begin("--check-only", "migrate", "--plan")
        self.says("ok", "database: ", (checking.wait(), checking.output))

    def test_migrate_takes_its_own_arguments(self) -> None:
        done = self.begin("migrate", "--plan")
        self.assertEqual(done.wait(), 0, done.output)
        self.assertIn("No planned migration operations.", done.output)


class SettingsTests(StartTestCase):
    """Settings that cannot work."""

    def test_all_that_is_wrong_is_said_at_once_and_a_start_says_nothing_else(self) -> None:
        bad = {"TELEGRAM_ADMIN_IDS": "alice", "BOT_MODE": "pigeon", "WEB_WORKERS": "0", "WEB_HOST": "here"}
        start = self.begin("bot", **bad)
        self.assertEqual(start.wait(), 78)
        for name in bad:
            self.assertEqual(start.output.count(f"error    settings: {name} is not valid"), 1, start.output)
        self.assertNotIn("ok  ", start.output)

    def test_a_container_without_secrets_is_told_so(self) -> None:
        nothing = {"TELEGRAM_BOT_TOKEN": "", "DJANGO_SECRET_KEY": ""}
        for role in ("bot", "web"):
            self.refuses("DJANGO_SECRET_KEY is not set: write at least 32 random", self.check(role, **nothing))
        self.refuses("TELEGRAM_BOT_TOKEN is not set: write the token that @BotFather", self.check("bot", **nothing))

    def test_tables_are_made_without_a_token_and_not_without_a_database(self) -> None:
        self.says("warning", "TELEGRAM_API_URL is not valid", self.check("migrate", TELEGRAM_API_URL="nowhere"))
        self.refuses("DATABASE_URL is not valid", self.check("migrate", DATABASE_URL="oracle://host/name"))

    def test_django_says_what_it_finds(self) -> None:
        found = self.check("web", DJANGO_DEBUG="1", DJANGO_HTTPS="0")
        self.says("warning", "(security.W018)", found)
        self.says("warning", "DJANGO_HTTPS is not 1: logins go without TLS", found)

    def test_what_was_decided_of_the_domain_is_not_asked_again_at_each_start(self) -> None:
        for hsts in ("host", "subdomains"):
            found = self.check("web", DJANGO_HTTPS="1", DJANGO_HSTS=hsts)
            self.says("ok", "check --deploy: Django has nothing else to say", found)
            self.assertNotIn("(security.W", found[1])


class SecretTests(StartTestCase):
    """Secrets that are none."""

    def test_a_secret_that_could_be_guessed(self) -> None:
        weak = {
            "DJANGO_SECRET_KEY": ["changeme-" * 6, "ab" * 30, "tests-tests-tests-tests-tests-tests-tests"],
            "METRICS_TOKEN": ["aaaaaaaaaaaaaaaaaaaa", "my-own-password-7"],
            "WEBHOOK_SECRET": ["my_secret_of_2026", "abc123"],
        }
        begun = {
            (name, value): self.begin("bot", "--check-only", **{name: value})
            for name, values in weak.items()
            for value in values
        }
        for (name, value), checking in begun.items():
            with self.subTest(value):
                self.refuses(f"secrets: {name} ", (checking.wait(), checking.output))
                self.assertNotIn(value, checking.output)

    def test_a_file_that_others_can_read(self) -> None:
        cases = {0o644: "error", 0o640: "warning", 0o620: "warning", 0o600: None, 0o400: None}
        for mode, severity in cases.items():
            file = self.private(f"key-{mode:o}", STRONG, mode)
            found = self.check("bot", DJANGO_SECRET_KEY="", DJANGO_SECRET_KEY_FILE=file)
            with self.subTest(oct(mode)):
                words = "DJANGO_SECRET_KEY_FILE is open to" if severity else "secret files: Nobody else"
                self.says(severity or "ok", words, found)
                self.assertIn(f"chmod 600 {file}" if severity else "ok ", found[1])

    def test_an_env_file_that_others_can_read(self) -> None:
        file = self.private("env", "BOT_CONCURRENCY=7\n", 0o644)
        self.refuses(f"secret files: {file} is open to everybody", self.check("web", DJANGO_ENV_FILE=file))

    def test_what_systemd_gives_is_nobody_elses(self) -> None:
        file = self.private("key", STRONG, 0o444)
        given = {"DJANGO_SECRET_KEY_FILE": file, "CREDENTIALS_DIRECTORY": str(self.stack.directory)}
        self.says("ok", "secret files: Nobody else", self.check("bot", DJANGO_SECRET_KEY="", **given))

    @unittest.skipIf(os.getuid(), "only root can make /run/secrets, as containers have it")
    def test_what_a_container_is_given_is_readable_by_all_and_that_is_well(self) -> None:
        place = Path("/run/secrets")
        place.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=place, prefix="botdeck-test-") as file:
            file.write(STRONG)
            file.flush()
            Path(file.name).chmod(0o444)
            found = self.check("bot", DJANGO_SECRET_KEY="", DJANGO_SECRET_KEY_FILE=file.name)
        self.says("ok", "secret files: Nobody else", found)
