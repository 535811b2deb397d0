"""A restart that an owner asks for: the same processes run anew, lose nothing, answer nothing twice, and say so."""

import re
import unittest
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.environment import SERVER
from tests.processes import Running, Stack, eventually
from tests.systemd import Systemd

BACK = re.compile(r"Back: version \S+, after \d+ s\.")


def opened(bot: Running) -> list[str]:
    """Return what a process has open now: a pooled connection may be there or not, a file must not stay behind."""
    found = []
    for path in Path(f"/proc/{bot.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # the process has closed it since
            found += [str(path.readlink())] if int(path.name) > 2 else []
    return sorted(found)


def kept(before: list[str], after: list[str]) -> set[str]:
    """Return which sockets and pipes of the life before are open still."""
    return {name for name in before if name.startswith(("socket:", "pipe:"))} & set(after)


def lives(bot: Running) -> int:
    """Return how often the program began to run in a process."""
    return bot.output.count("botcore.bot: running")


class RestartCase(unittest.TestCase):
    """A database and a sandbox."""

    def setUp(self) -> None:
        """Start what all tests need."""
        self.stack = self.enterContext(Stack(BOT_POLL_SECONDS="1", BOT_THROTTLE="0"))
        self.stack.migrate()
        self.stack.start_sandbox()

    def rows(self, expression: str) -> str:
        """Evaluate a Python expression over the models in the stack's database."""
        code = f"from botcore.models import *; print({expression})"
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def ask(self) -> None:
        """Let Alice ask for a restart and confirm it."""
        self.stack.say(1, "/restart")
        message = eventually(self._question, what="the bot asks")
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        self.stack.sandbox("press", person=1, chat=1, message=message["message_id"], data=data)

    def _question(self) -> dict[str, Any]:
        messages = self.stack.sandbox("chats/1/messages")["messages"]
        return next((one for one in messages if one["from"]["is_bot"] and "Restart all" in one["text"]), {})

    def wait_for_answers(self, person: int, count: int) -> None:
        """Wait until so many commands of a person were answered."""
        eventually(lambda: len(self.answered(person)) >= count, what=f"{count} answers")

    def back(self) -> list[str]:
        """Return how often Alice was told that the bot is back."""
        return [text for text in self.stack.bot_texts(1) if BACK.match(text)]

    def answered(self, person: int) -> list[str]:
        """Return the commands that were answered."""
        return re.findall(r"/unknown\d+", " ".join(self.stack.bot_texts(person)))


class RestartTests(RestartCase):
    """One process."""

    def write(self, *numbers: int) -> None:
        """Let Bob and Charlie write."""
        for number in numbers:
            for person in (2, 3):
                self.stack.say(person, f"/unknown{number}")

    def test_it_runs_anew_in_the_same_process_and_answers_everything_once(self) -> None:
        systemd = Systemd(self.stack.directory / "notify")
        bot = self.stack.start_bot(NOTIFY_SOCKET=systemd.path)
        self.write(0)
        eventually(lambda: self.answered(2) and self.answered(3), what="it answers before")
        before = opened(bot)
        self.write(1, 2)
        self.ask()
        self.write(3, 4)
        eventually(lambda: "stopping to begin anew" in bot.output, what="it sees the wish")
        self.write(5, 6)
        eventually(lambda: lives(bot) == 2, what="it lives again")
        self.write(7)
        everything = [f"/unknown{number}" for number in range(8)]
        for person in (2, 3):
            self.wait_for_answers(person, 8)
        eventually(self.back, what="Alice hears of it")
        self.write(8)
        for person in (2, 3):
            self.wait_for_answers(person, 9)
            self.assertEqual(self.answered(person), [*everything, "/unknown8"])
        self.assertEqual(kept(before, opened(bot)), set())
        locks = [name for name in opened(bot) if name.endswith(".lock")]
        self.assertEqual(len(locks), 0 if SERVER else 1)
        self.assertEqual(len(self.back()), 1)
        self.assertEqual(lives(bot), 2)
        self.assertEqual(bot.stop(), 0, bot.output)
        self.assertNotIn("Traceback", bot.output)
        self.assertEqual(systemd.states, ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1"])
        self.assertEqual(self.rows("list(Heartbeat.objects.values_list('state', flat=True))"), "['stopped', 'stopped']")
        self.assertEqual(self.rows("set(Update.objects.values_list('state', 'attempts'))"), "{('done', 1)}")
        who = "list(AuditEntry.objects.filter(action='bot.restart').values_list('actor', flat=True))"
        self.assertEqual(self.rows(who), "['Alice (Telegram 1)']")
        self.assertEqual(self.rows("RuntimeSetting.objects.filter(name='restart').count()"), "0")

    def test_a_stop_on_the_way_is_a_stop(self) -> None:
        bot = self.stack.start_bot()
        self.ask()
        eventually(lambda: "stopping to begin anew" in bot.output, what="it sees the wish")
        self.assertEqual(bot.stop(), 0, bot.output)

    def test_what_the_env_file_says_is_read_anew(self) -> None:
        file = self.stack.directory / "env"
        file.write_text("TELEGRAM_ADMIN_IDS=1\n")
        self.stack.environment.pop("TELEGRAM_ADMIN_IDS")
        self.stack.start_bot(DJANGO_ENV_FILE=str(file))
        self.stack.say(2, "/errors")
        eventually(lambda: self.stack.bot_texts(2), what="Bob is no owner")
        file.write_text("TELEGRAM_ADMIN_IDS=1,2\n")
        self.ask()
        eventually(self.back, what="Alice hears of it")
        self.stack.say(2, "/errors")
        eventually(lambda: self.stack.bot_texts(2)[1:], what="Bob is one now")
        self.assertEqual(self.stack.bot_texts(2)[1], "Нерешённых ошибок нет.")


@unittest.skipUnless(SERVER, "SQLite has one bot process; the PostgreSQL run tests this")
class RollingRestartTests(RestartCase):
    """Two processes."""

    def test_one_after_the_other_begins_anew_and_somebody_always_answers(self) -> None:
        bots = [self.stack.start_bot(), self.stack.start_bot()]
        self.ask()
        eventually(lambda: 2 in map(lives, bots), what="the first lives again")
        eventually(lambda: list(map(lives, bots)) == [2, 2], what="both live again")
        eventually(self.back, what="Alice hears of it")
        self.assertIn("2 of 2 processes", self.back()[0])
        first, second = sorted(bots, key=self._ended_at)
        self.assertLessEqual(self._line(first, "botcore.bot: running", which=-1), self._ended_at(second))
        self.assertEqual([bot.stop() for bot in bots], [0, 0])

    def _ended_at(self, bot: Running) -> str:
        return self._line(bot, "stopping to begin anew")

    @staticmethod
    def _line(bot: Running, words: str, which: int = 0) -> str:
        """Return the time at the beginning of a line that says so; it is exact to a second."""
        return [line for line in bot.output.splitlines() if words in line][which][:8]
