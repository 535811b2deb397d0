"""Errors of real processes, bot, web and commands, become groups; nothing that is written anywhere holds a secret."""

import json
import re
import sqlite3
import subprocess
import unittest
from typing import Any

from tests.environment import SERVER
from tests.processes import Stack, eventually, fetch

GROUPS = """
from botcore.models import ErrorGroup, ErrorEvent
import json
print(json.dumps({group.title: [group.source, group.count, group.level] for group in ErrorGroup.objects.all()}))
"""
SECRETS = re.compile(r"planted-secret|AAF-abcdefghijklmnopqrstuvwxyz")
SITE = {"DJANGO_SETTINGS_MODULE": "tests.process.broken_site.settings"}


class ErrorProcessCase(unittest.TestCase):
    """A sandbox, a database, and what was recorded in it."""

    def setUp(self) -> None:
        """Start what all tests need."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()

    def groups(self) -> dict[str, Any]:
        """Return source, count and level of each group by its title."""
        found: dict[str, Any] = json.loads(self.stack.manage("shell", "--verbosity", "0", "-c", GROUPS))
        return found

    def everything_written(self) -> str:
        """Return all rows, logs and files of the spool, as text."""
        return everything_written(self.stack)


def everything_written(stack: Stack) -> str:
    """Return all rows, and all files of a stack but the database's, as text."""
    if SERVER:
        url = stack.environment["DATABASE_URL"]
        rows = subprocess.run(["pg_dump", "--data-only", url], check=True, capture_output=True, text=True).stdout
    else:
        database = sqlite3.connect(f"{stack.directory}/db.sqlite3")
        rows = "\n".join(database.iterdump())
        database.close()
    files = [path for path in stack.directory.rglob("*") if path.is_file() and "sqlite3" not in path.name]
    return "\n".join([rows, *(path.read_text(errors="replace") for path in files)])


class BotErrorTests(ErrorProcessCase):
    """Errors in runbot."""

    def setUp(self) -> None:
        """Start the bot with features that fail."""
        super().setUp()
        self.stack.start_sandbox()
        self.bot = self.stack.start_bot(command=("-m", "tests.crash.bot", "tests.process.failing"))

    def says(self, text: str, answer: str) -> str:
        """Let Alice write; return the bot's answer once it fits."""
        self.stack.say(1, text)

        def look() -> str:
            return next((said for said in self.stack.bot_texts(1)[-1:] if re.search(answer, said)), "")

        return eventually(look, what=f"an answer to {text}")

    def test_bugs_tasks_and_threads_are_recorded_and_the_bot_goes_on(self) -> None:
        apology = self.says("/bug", "Reference: ")
        self.assertRegex(apology, r"Reference: [0-9A-Z]{4}-[0-9A-Z]{4}$")
        self.says("/leave", "left")
        self.says("/fine", "fine")
        self.assertEqual(self.bot.stop(), 0, self.bot.output)
        groups = self.groups()
        self.assertEqual(sorted(facts[0] for facts in groups.values()), ["handler", "task", "thread"], groups)
        self.assertTrue(all(count == 1 for _, count, _ in groups.values()), groups)
        self.assertNotRegex(self.everything_written(), SECRETS)

    def test_what_only_a_new_set_up_can_mend_ends_the_process_keeps_the_update_and_alerts_the_operator(self) -> None:
        self.says("/fine", "fine")  # alerts go to this chat: 1 is the operator's
        self.stack.say(2, "/set_up")
        self.assertEqual(self.bot.wait(), 78, self.bot.output)
        self.assertIn("SHOP_ADDRESS is not set", self.bot.output)
        self.assertEqual(self.groups()["ConfigurationError: SHOP_ADDRESS is not set: write the shop's address."],
                         ["handler", 1, "fatal"])  # fmt: skip
        self.stack.start_bot(command=("-m", "tests.crash.bot", "tests.process.failing"), SHOP_ADDRESS="x")
        eventually(lambda: self.stack.bot_texts(2) == ["set up"], what="the update is handled after all")
        alert = eventually(lambda: self.stack.bot_texts(1)[1:], what="the operator hears of it")
        self.assertIn("SHOP_ADDRESS is not set", alert[0])


class WebErrorTests(ErrorProcessCase):
    """Errors in gunicorn."""

    def test_pages_threads_and_tasks_that_fail_are_recorded_by_the_end_of_the_process_at_the_latest(self) -> None:
        web = self.stack.start_web(**SITE)
        status, page = fetch(f"{self.stack.web_url}/broken/")
        self.assertEqual(status, 500)
        self.assertRegex(page, r"<code>[0-9A-Z]{4}-[0-9A-Z]{4}</code>")
        self.assertEqual([fetch(f"{self.stack.web_url}/{name}/")[0] for name in ("thread", "task")], [200, 200])
        self.assertEqual(web.stop(), 0, web.output)
        groups = self.groups()
        self.assertEqual(sorted(facts[0] for facts in groups.values()), ["task", "thread", "web"], groups)
        self.assertTrue(all(count == 1 for _, count, _ in groups.values()), groups)
        self.assertNotRegex(self.everything_written() + page, SECRETS)

    def test_errors_wait_in_the_spool_while_there_is_no_table_for_them(self) -> None:
        self.stack.manage("migrate", "botcore", "0003", "--verbosity", "0")
        web = self.stack.start_web(**SITE)
        self.assertEqual(fetch(f"{self.stack.web_url}/broken/")[0], 500)
        self.assertEqual(web.stop(), 0, web.output)
        self.assertNotRegex(self.everything_written(), SECRETS)
        self.stack.manage("migrate", "--verbosity", "0")
        self.assertEqual(self.groups(), {})
        web = self.stack.start_web(**SITE)
        self.assertEqual(fetch(f"{self.stack.web_url}/broken/")[0], 500)
        self.assertEqual(web.stop(), 0, web.output)  # it took along what a dead process had left
        self.assertEqual([count for _, count, _ in self.groups().values()], [2])


class CommandErrorTests(ErrorProcessCase):
    """Errors in management commands."""

    def test_a_command_that_fails_is_recorded_and_shows_no_secret(self) -> None:
        code = "token = 'planted-secret-4'; raise RuntimeError('no luck with password=planted-secret-5')"
        running = self.stack.run("manage.py", "shell", "--verbosity", "0", "-c", code)
        self.assertEqual(running.wait(), 1)
        self.assertIn("RuntimeError", running.output)
        ((title, facts),) = self.groups().items()
        self.assertEqual((title, facts), ("RuntimeError: no luck with password=[hidden]", ["command", 1, "fatal"]))
        self.assertNotRegex(self.everything_written(), SECRETS)

    def test_a_mistake_in_the_command_line_is_no_error(self) -> None:
        self.assertNotEqual(self.stack.run("manage.py", "replay", "--nonsense").wait(), 0)
        self.assertEqual(self.groups(), {})
