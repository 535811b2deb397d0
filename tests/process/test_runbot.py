"""A real bot process against a real sandbox: answers, survives, stops, reports."""

import json
import re
import signal
import unittest
from collections.abc import Callable

from tests.environment import SERVER
from tests.postgresql import PostgreSQL
from tests.processes import Running, Stack, eventually, fetch

IDLE_KIB = 120 * 1024  # an idle bot stays below this


class RunbotTests(unittest.TestCase):
    """One stack for each test."""

    def setUp(self) -> None:
        """Make a database and start the sandbox."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.sandbox = self.stack.start_sandbox()

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def hears(self, person: int, count: int) -> Callable[[], bool]:
        """Return a look at whether the bot has written so often to the person."""
        return lambda: len(self.stack.bot_texts(person)) >= count

    def test_a_message_is_answered_and_a_stop_is_clean(self) -> None:
        bot = self.stack.start_bot()
        self.stack.say(1, "/start")
        eventually(self.hears(1, 1), what="Alice is greeted")
        self.assertIn("Hello, Alice!", self.stack.bot_texts(1)[0])
        self.assertLess(bot.memory(), IDLE_KIB)
        self.assertEqual(bot.stop(), 0, bot.output)
        self.assertNotIn("Traceback", bot.output)
        self.assertEqual(self.rows("[h.state for h in Heartbeat.objects.all()]"), "['stopped']")
        self.assertEqual(self.rows("[(u.state, u.handler) for u in Update.objects.all()]"), "[('done', 'start.start')]")
        sampled = "any('api_requests' in row.values for row in ProcessSample.objects.all())"
        self.assertEqual(self.rows(sampled), "True")  # at the stop, for the minute is not over

    def test_what_waited_while_the_bot_was_away_is_handled_in_order(self) -> None:
        self.stack.start_bot().stop()
        for number in range(12):
            self.stack.say(1, f"/unknown{number}")
        self.stack.start_bot()
        eventually(self.hears(1, 12), what="all are answered")
        named = [text.split()[4].rstrip(".") for text in self.stack.bot_texts(1)]
        self.assertEqual(named, [f"/unknown{number}" for number in range(12)])

    def test_a_killed_bot_loses_nothing(self) -> None:
        bot = self.stack.start_bot()
        for number in range(15):
            self.stack.say(1 + number % 3, f"/unknown{number}")
        eventually(self.hears(1, 2), what="the bot is in the middle of it")
        bot.signal(signal.SIGKILL)
        bot.wait()
        self.stack.start_bot()
        done = "Update.objects.filter(state='done').count()"
        eventually(lambda: self.rows(done) == "15", what="all 15 are handled")
        answered = re.findall(r"/unknown\d+", " ".join(text for who in (1, 2, 3) for text in self.stack.bot_texts(who)))
        self.assertEqual(set(answered), {f"/unknown{number}" for number in range(15)})

    def test_telegram_goes_away_and_comes_back(self) -> None:
        bot = self.stack.start_bot()
        self.sandbox.stop()
        eventually(lambda: "getUpdates failed" in bot.output, what="the bot notices")
        self.stack.start_sandbox()
        self.stack.say(1, "/about")
        eventually(self.hears(1, 1), what="the bot came back by itself")
        self.assertEqual(bot.stop(), 0, bot.output)
        self.assertNotIn("1:sandbox", bot.output)

    def test_a_stop_while_telegram_is_away_is_clean(self) -> None:
        self.sandbox.stop()
        bot = self.stack.run("manage.py", "runbot")
        eventually(lambda: "waiting for http" in bot.output, what="the bot waits for Telegram")
        self.assertEqual(bot.stop(), 0, bot.output)

    def test_metrics_tell_what_happened_in_both_places(self) -> None:
        self.stack.start_bot()
        self.stack.start_web()
        self.stack.say(1, "/start")
        eventually(self.hears(1, 1), what="Alice is greeted")
        _, own = fetch(f"http://127.0.0.1:{self.stack.metrics_port}/metrics")
        self.assertIn('botdeck_updates_received_total{kind="message"} 1.0', own)
        self.assertIn('botdeck_api_requests_total{method="sendMessage",outcome="ok"} 1.0', own)

        done = re.compile(r'botdeck_updates_processed_total{process="[^"]+",kind="message",outcome="done"} 1')

        def page_with_it() -> str:
            """Return the web's page once the bot's heartbeat has carried the update there."""
            page = fetch(f"{self.stack.web_url}/metrics")[1]
            return page if done.search(page) and "botdeck_inbox_pending 0.0" in page else ""

        page = eventually(page_with_it, what="the web's metrics show the update")
        for name in (
            "botdeck_updates_received_total",
            "botdeck_handler_duration_seconds_bucket",
            "botdeck_api_requests_total",
            "botdeck_inbox_pending 0.0",
            "botdeck_inbox_oldest_pending_seconds 0.0",
            "django_http_requests_total_by_method_total",
        ):
            self.assertIn(name, page)

    @unittest.skipUnless(SERVER, "on SQLite a second runbot is refused; the PostgreSQL run tests this")
    def test_a_second_process_takes_the_next_metrics_port(self) -> None:
        self.stack.start_bot()
        self.stack.start_bot()
        first, second = json.loads(self.rows("sorted(Heartbeat.objects.values_list('metrics_port', flat=True))"))
        self.assertEqual(first, self.stack.metrics_port)
        self.assertLess(second, first + 10)  # the next one that is free


@unittest.skipUnless(SERVER, "SQLite has no server that could go away; the PostgreSQL run tests this")
class DatabaseOutageTests(unittest.TestCase):
    """A PostgreSQL server that stops under a running bot."""

    def setUp(self) -> None:
        """Start a server of its own, a sandbox and a bot."""
        self.server = PostgreSQL()
        url = self.server.start()
        self.addCleanup(self.server.stop)
        self.stack = self.enterContext(Stack(DATABASE_URL=url))
        self.stack.migrate()
        self.stack.start_sandbox()
        self.bot: Running = self.stack.start_bot()
        eventually(lambda: "took over: " in self.bot.output, what="the bot polls")

    def test_the_bot_waits_and_goes_on_without_losing_anything(self) -> None:
        self.server.halt()
        self.stack.say(1, "/about")
        # On a slow machine the poller's lease may end first; then nobody polls, which is as good.
        waits = ("the database is away, intake waits", "lost: ")
        eventually(lambda: any(words in self.bot.output for words in waits), what="intake waits")
        self.assertEqual(self.stack.bot_texts(1), [])
        self.server.resume()
        eventually(lambda: self.stack.bot_texts(1), what="the update is handled")
        self.assertEqual(self.bot.stop(), 0, self.bot.output)

    def test_a_stop_while_the_database_is_away_is_obeyed(self) -> None:
        self.server.halt()
        self.stack.say(1, "/about")
        eventually(lambda: "the database is away, worker waits" in self.bot.output, what="the worker waits")
        self.assertEqual(self.bot.stop(), 0, self.bot.output)
        self.server.resume()

    def test_a_crash_under_load_makes_no_dead_letters_and_loses_no_feedback(self) -> None:
        for number in range(60):
            self.stack.say(1 + number % 3, f"note {number}")
        self.server.halt()
        eventually(lambda: "the database is away" in self.bot.output, what="the bot notices")
        self.server.resume()

        def kept() -> str:
            """Return the states of the updates and the number of notes."""
            code = (
                "from botcore.models import Feedback, Update; "
                "print(sorted(Update.objects.values_list('state', flat=True).distinct()), Feedback.objects.count())"
            )
            return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

        eventually(lambda: kept() == "['done'] 60", what="all 60 notes are kept and nothing is dead")
