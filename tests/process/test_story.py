"""Telegram goes away, is slow, and is broken: lights, conditions, alerts, runbooks and history tell it, and its end."""

import json
import os
import subprocess
import unittest
import urllib.request
from typing import Any

from tests.collector import Collector
from tests.processes import PATIENCE, Stack, eventually
from tests.unit.deploy.runbooks import blocks, books, index

TOKEN = "a-token-of-metrics"
HISTORY = """
from datetime import timedelta
from django.utils import timezone
from botcore.models import Step
from botcore.monitoring.history.rollup import roll_up
from tests.database.history.samples import totals
roll_up(timezone.now() + timedelta(minutes=2))
names = ("updates_received", "updates_failed", "api_errors", "poll_errors", "alerts_sent")
print({name: sum(totals(name, Step.DAY).values()) for name in names})
"""


class StoryTests(unittest.TestCase):
    """A bot, its pages, somebody who is alerted by webhook, and a person who writes."""

    def setUp(self) -> None:
        """Start all of it; the alerts' other channel is Telegram itself."""
        self.phone = self.enterContext(Collector())
        self.stack = self.enterContext(
            Stack(
                DJANGO_SETTINGS_MODULE=os.environ["DJANGO_SETTINGS_MODULE"],
                BOT_POLL_SECONDS="1",
                BOT_ATTEMPTS="1",
                METRICS_TOKEN=TOKEN,
                ALERT_WEBHOOK_URL=f"{self.phone.url}/alert",
                ALERT_WEBHOOK_PRIVATE="1",
                ALERT_COOLDOWN_MINUTES="0",
            )
        )
        self.stack.migrate()
        self.telegram = self.stack.start_sandbox()
        self.bot = self.stack.start_bot(command=("-m", "tests.process.hasty"))
        self.web = self.stack.start_web()

    def light(self, name: str) -> str:
        """Return a check's light, as the pages' process sees it."""
        return str(self.status()["checks"][name]["light"])

    def status(self) -> dict[str, Any]:
        """Return what /statusz says."""
        request = urllib.request.Request(f"{self.stack.web_url}/statusz", headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            found: dict[str, Any] = json.load(response)
        return found

    def told(self, name: str) -> list[str]:
        """Return why the phone was told of a condition, oldest first."""
        alerts = [json.loads(body) for _, body in self.phone.taken]
        return [alert["reason"] for alert in alerts if (alert["condition"] or {}).get("name") == name]

    def check(self, book: str) -> str:
        """Do what a runbook says to type under Check, and return what is seen."""
        prelude = blocks(index(), "sh")[0].partition("scrape()")
        section = books()[book].partition("## Check")[2].partition("## ")[0]
        script = "\n".join([prelude[1] + prelude[2], *blocks(section, "sh")])
        shell = subprocess.run(
            ["/bin/bash", "-c", script],
            env=self.stack.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return shell.stdout + shell.stderr

    def sees(self, book: str, words: str) -> None:
        """Look until a runbook's commands show this: figures are up to 10 s old."""
        eventually(lambda: words in self.check(book), what=f"{book} shows {words}")

    def history(self) -> dict[str, float]:
        """Return the sums of some series, once the bot has ended and all is rolled up."""
        found: dict[str, float] = json.loads(self.stack.manage("shell", "-v", "0", "-c", HISTORY).replace("'", '"'))
        return found

    def goes_well(self) -> None:
        """Somebody is answered, all lights that this is about are green, and nothing fires any more."""
        before = len(self.stack.bot_texts(1))
        self.stack.say(1, "/fine")
        eventually(lambda: len(self.stack.bot_texts(1)) > before, what="an answer")
        watched = ("bot_api", "breaker", "poller", "backlog", "jobs", "database")
        eventually(lambda: {self.light(name) for name in watched} == {"ok"}, what="all is green")

    def test_it_is_told_and_it_recovers(self) -> None:
        self.goes_well()
        self.assertEqual(self.phone.taken, [])

        self.telegram.stop()
        eventually(lambda: self.light("bot_api") == "failed", what="the light of the link is red")
        eventually(lambda: self.told("poller_stalled") == ["condition"], what="the phone rings")
        self.sees("BotdeckTelegramDown", 'state="down"} 1')
        self.sees("BotdeckTelegramDown", "Connection refused")
        self.telegram = self.stack.start_sandbox()
        eventually(lambda: self.told("poller_stalled") == ["condition", "recovered"], what="it is over")
        self.goes_well()
        self.sees("BotdeckTelegramDown", 'state="up"} 1')

        self.stack.sandbox("faults", kind="slow", method="sendMessage", chat=1, count=1, latency_ms=8000)
        self.stack.say(1, "/fine")
        eventually(lambda: self.told("backlog_old") == ["condition"], what="somebody waits, and the phone rings")
        eventually(lambda: self.told("backlog_old") == ["condition", "recovered"], what="nobody waits any more")

        self.stack.sandbox(
            "faults", kind="error", status=500, method="sendMessage", chat=1, count=6
        )  # an apology follows each
        for _ in range(3):
            self.stack.say(1, "/fine")
        eventually(lambda: self.told("dead_letters") == ["condition"], what="updates are lost, and the phone rings")
        self.sees("BotdeckCircuitOpen", 'outcome="server"} 6')
        self.stack.manage("replay", "--state", "dead", "--apply")
        eventually(lambda: self.told("dead_letters") == ["condition", "recovered"], what="they are handled")
        self.goes_well()

        self.assertEqual(self.bot.stop(), 0, self.bot.output)
        found = self.history()
        self.assertGreater(found["poll_errors"], 0)
        self.assertEqual(found["updates_failed"], 3)
        self.assertEqual(found["updates_received"], 7)
        self.assertGreaterEqual(found["api_errors"], 3)
        self.assertGreaterEqual(found["alerts_sent"], 6)
