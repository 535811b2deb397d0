"""Metrics of real processes: workers of gunicorn that count together, a bot's own port, and what Prometheus says."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import unittest
from pathlib import Path

from tests.processes import Stack, eventually, fetch

REQUESTS = "django_http_requests_before_middlewares_total"
PREFIX = "botdeck-web-metrics-"


def value_of(series: str, page: str) -> float:
    """Return the value of a series; 0 when it is not there."""
    found = re.search(rf"^{re.escape(series)} (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else 0.0


def series_of(page: str) -> set[str]:
    """Return the names and labels of all series of ours."""
    return {line.rpartition(" ")[0] for line in page.splitlines() if line.startswith("botdeck_")}


class MetricsCase(unittest.TestCase):
    """A stack for each test."""

    def setUp(self) -> None:
        """Make the database."""
        self.stack = self.enterContext(Stack())
        self.temporary = self.stack.directory / "tmp"
        self.temporary.mkdir()
        self.stack.environment["TMPDIR"] = str(self.temporary)
        self.stack.migrate()

    def page(self, url: str) -> str:
        """Return a scrape that succeeded."""
        status, page = fetch(f"{url}/metrics")
        self.assertEqual(status, 200, page)
        return page

    def assert_content(self, page: str) -> None:
        """Fail when promtool complains of the page."""
        if promtool := shutil.which("promtool"):
            done = subprocess.run(
                [promtool, "check", "metrics"], input=page, capture_output=True, text=True, check=False
            )
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


class WebMetricsTests(MetricsCase):
    """Three workers."""

    def directories(self) -> list[Path]:
        """Return the directories in which workers count."""
        return sorted(self.temporary.glob(f"{PREFIX}*"))

    def workers(self, master: int) -> list[int]:
        """Return the workers' process ids."""
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def test_workers_count_together_one_that_is_killed_loses_nothing_and_nothing_is_left_behind(self) -> None:
        left, living = self.temporary / f"{PREFIX}left", self.temporary / f"{PREFIX}living"
        for path in (left, living):
            path.mkdir()
            (path / "master").touch()
        with (living / "master").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            web = self.stack.start_web(GUNICORN_CMD_ARGS="--workers 3")
            (mine,) = [path for path in self.directories() if path not in {left, living}]
            self.assertEqual((left.exists(), living.exists()), (False, True))
        eventually(lambda: len(list(mine.glob("counter_*.db"))) == 3, what="every worker counts")

        before = value_of(REQUESTS, self.page(self.stack.web_url))
        for _ in range(40):
            self.assertTrue(self.stack.answers(f"{self.stack.web_url}/healthz"))
        counted = value_of(REQUESTS, self.page(self.stack.web_url))
        self.assertEqual(counted, before + 41)
        files = {path.name for path in mine.glob("[ch]*.db")}
        victim = self.workers(web.pid)[0]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: victim not in self.workers(web.pid) and len(self.workers(web.pid)) == 3, what="a new one")
        for _ in range(40):
            eventually(lambda: self.stack.answers(f"{self.stack.web_url}/healthz"), what="an answer")
        page = self.page(self.stack.web_url)
        self.assertEqual(value_of(REQUESTS, page), counted + 41)
        eventually((mine / "gauge_livesum_0.db").exists, what="the new one counts")
        self.assertEqual({path.name for path in mine.glob("[ch]*.db")}, files)  # on in the same files

        self.assertGreater(value_of(f'django_db_execute_total{{alias="default",vendor="{self.vendor}"}}', page), 0)
        self.assertNotIn("botdeck_updates_processed_total", page)  # there is no bot, and the web has none of its zeros
        self.assertIn('\nbotdeck_login_failures_total{process="web"} 0.0\n', page)
        self.assert_content(page)
        self.assertEqual(web.stop(), 0)
        self.assertEqual(self.directories(), [living])

    @property
    def vendor(self) -> str:
        """The database's name in labels."""
        return "postgresql" if self.stack.environment["DATABASE_URL"].startswith("postgres") else "sqlite"


class BotMetricsTests(MetricsCase):
    """A bot, and a web that shows it."""

    def test_every_series_is_there_before_anything_happens_and_both_pages_are_valid(self) -> None:
        shared = self.stack.directory / "shared"
        shared.mkdir()
        self.stack.start_sandbox()
        self.stack.start_bot(PROMETHEUS_MULTIPROC_DIR=str(shared))
        own = f"http://127.0.0.1:{self.stack.metrics_port}"
        before = series_of(self.page(own))
        self.stack.say(1, "/start")
        self.stack.say(1, "/nonsense")
        eventually(lambda: len(self.stack.bot_texts(1)) >= 1, what="an answer")
        page = eventually(lambda: self.page_after(own, 2), what="both updates are counted")
        self.assertEqual(series_of(page) - before, set())
        self.assertEqual(value_of('botdeck_commands_total{command="start"}', page), 1)
        self.assertEqual(value_of('botdeck_flood_waits_total{scope="chat"}', page), 0)
        for series in ("process_cpu_seconds_total", 'python_gc_collections_total{generation="0"}'):
            self.assertRegex(page, rf"\n{re.escape(series)} ")
        self.assert_content(page)
        self.assertEqual(list(shared.iterdir()), [])  # a bot counts for itself, whatever its environment says

        self.stack.start_web()
        seen = eventually(self.web_page_with_bot, what="the web shows the bot")
        self.assertRegex(seen, r'\nbotdeck_commands_total\{process="[^"]+",command="start"\} 1\.0\n')
        self.assertRegex(seen, r'\nbotdeck_check_light\{check="database"\} [0-9]')
        self.assert_content(seen)

    def page_after(self, url: str, updates: int) -> str:
        """Return a scrape that shows so many processed updates; "" before that."""
        page = self.page(url)
        done = re.findall(r"^botdeck_updates_processed_total\{\S+ (\S+)$", page, re.MULTILINE)
        return page if sum(map(float, done)) >= updates else ""

    def web_page_with_bot(self) -> str:
        """Return the web's page once it has the bot's heartbeat; "" before that."""
        page = self.page(self.stack.web_url)
        return page if 'command="start"} 1.0' in page else ""
