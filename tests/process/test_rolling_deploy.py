"""A deploy while people write: two versions of the code side by side on one database, and the way back."""

import threading
import unittest

from tests.crash import journal
from tests.crash.feeder import Feeder
from tests.crash.judge import Evidence, Verdict, judge
from tests.crash.ledger import Ledger
from tests.environment import SERVER
from tests.postgresql import free_port
from tests.process import next_version
from tests.processes import ROOT, Running, Stack, eventually, fetch

BOT = ("-m", "tests.crash.bot")
SLOW = "does not answer within"  # a machine under load, and no finding about a deploy
BUSY = "%(/readyz|no answer within)%"  # what such a machine has recorded
BEYOND = 40  # messages that are handled at each step, before the next one


class Door(threading.Thread):
    """What a proxy before two web processes does, again and again: whoever is ready answers; else somebody noticed."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__(name="door", daemon=True)
        self.answered, self.missed = 0, list[str]()
        self._ports = ports
        self._stopping = threading.Event()

    def run(self) -> None:
        """Ask until finish()."""
        while not self._stopping.wait(0.05):
            said = [self._ask(port) for port in self._ports]
            if any(status == 200 for status, _ in said):
                self.answered += 1
            elif not any(SLOW in words for _, words in said):
                self.missed.append(str(said))

    def finish(self) -> list[str]:
        """Stop and return what nobody answered."""
        self._stopping.set()
        self.join()
        return self.missed

    @staticmethod
    def _ask(port: int) -> tuple[int, str]:
        try:
            return fetch(f"http://127.0.0.1:{port}/readyz")
        except OSError as exc:
            return 0, str(exc)


@unittest.skipUnless(SERVER, "SQLite has one bot; the PostgreSQL run tests this")
class RollingDeployTests(unittest.TestCase):
    """This version, the next one, and people who write all the time."""

    def setUp(self) -> None:
        """Start this version."""
        self.stack = self.enterContext(Stack(BOT_POLL_SECONDS="1", BOT_THROTTLE="0", TELEGRAM_ADMIN_IDS=""))
        self.journal = self.stack.directory / "journal"
        self.journal.touch()
        self.stack.environment[journal.VARIABLE] = str(self.journal)
        self.stack.migrate()
        self.ledger = Ledger(self.stack.environment["DATABASE_URL"])
        self.ledger.prepare()
        self.stack.start_sandbox()
        self.next = self.stack.directory / "next"

    def handled(self) -> int:
        """Return how many messages were handled."""
        return sum(entry.mark == journal.END for entry in journal.read(self.journal))

    def goes_on(self) -> None:
        """Wait until some more were."""
        goal = self.handled() + BEYOND
        eventually(lambda: self.handled() >= goal, what="people are answered meanwhile")

    def versions(self) -> set[str]:
        """Return the versions of the bots that run."""
        rows = self.ledger.query("SELECT version FROM botcore_heartbeat WHERE state = 'running'")
        return {version for (version,) in rows}

    def judged(self, feeder: Feeder) -> Verdict:
        """Let it come to rest and compare what went in with what was done."""
        fed = feeder.finish()
        eventually(lambda: not self.ledger.waiting(len(fed)), what="all of it is handled")
        return judge(Evidence(fed, journal.read(self.journal), self.ledger.rows()))

    def start_both(self, port: int) -> tuple[Running, Running]:
        """Start a bot and the web of the code that is next."""
        bot = self.stack.start_bot(command=BOT)
        return bot, self.stack.start_web(WEB_PORT=str(port))

    def test_there_and_back_nothing_is_lost_or_done_twice_and_somebody_is_always_ready(self) -> None:
        next_version.make(self.next, next_version.EXPANDS)
        ports = [free_port(), free_port()]
        old = self.start_both(ports[0])
        door, feeder = Door(ports), Feeder(self.stack, "deploy")
        self.addCleanup(door.finish)
        door.start()
        feeder.start()
        self.goes_on()

        self.stack.folder = self.next
        self.stack.manage("migrate", "--verbosity", "0")
        self.goes_on()  # this version, on the schema of the next
        new = self.start_both(ports[1])
        self.goes_on()
        self.assertEqual(len(self.versions()), 2)
        self.stopped(*old)
        self.goes_on()
        self.assertEqual(self.versions(), {next_version.NEXT})

        self.stack.folder = ROOT  # and back: the schema stays
        again = self.start_both(ports[0])
        self.goes_on()
        self.stopped(*new)
        self.goes_on()

        verdict = self.judged(feeder)
        self.assertGreater(verdict.handled, 6 * BEYOND)
        found = (verdict.lost, verdict.unexplained, verdict.disorder, verdict.repeated, verdict.completed_again)
        self.assertEqual(found, ([], [], [], 0, 0))
        self.assertEqual(door.finish(), [])
        self.assertGreater(door.answered, 20)
        self.stopped(*again)
        self.assertEqual(
            self.ledger.query(f"SELECT title FROM botcore_errorgroup WHERE title NOT SIMILAR TO '{BUSY}'"), []
        )

    def stopped(self, *running: Running) -> None:
        """Stop them as a supervisor does."""
        for one in running:
            self.assertEqual(one.stop(), 0, one.output)

    def test_a_migration_that_breaks_this_version_is_seen(self) -> None:
        """What test_safe_migrations refuses does harm: this test of deploys can fail."""
        next_version.make(self.next, next_version.BREAKS)
        bot = self.stack.start_bot(command=BOT)
        self.stack.folder = self.next
        self.stack.manage("migrate", "--verbosity", "0")
        person = self.stack.sandbox("people", first_name="Person")["person"]["id"]
        self.stack.say(person, "number 1")
        eventually(lambda: "does not exist" in bot.output, what="the bot misses the column")
        self.assertEqual(self.handled(), 0)
