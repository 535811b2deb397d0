"""The scenarios: which database, how many workers, which mode, and what is broken while people write."""

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.crash import journal, network
from tests.crash.feeder import Feeder
from tests.crash.fleet import Fleet
from tests.crash.judge import Evidence, Fault, Verdict, judge
from tests.crash.ledger import Ledger
from tests.postgresql import PostgreSQL, free_port
from tests.processes import Stack

LEASE_SECONDS = 3
SETTLE_SECONDS = 90.0  # a bound for the end, when nothing is broken any more
PAUSE = (0.2, 2.0)  # seconds between two blows
OUTAGE = (0.2, 4.5)  # seconds; some outages are longer than a lease
DATABASE, NETWORK = "database killed", "network cut"


@dataclass(frozen=True, slots=True)
class Scenario:
    """`weight` is its share of all kills; `fault` is broken besides the bots, `faults` times in 50 kills."""

    name: str
    server: bool
    workers: int
    weight: int
    mode: str = "polling"
    fault: str = ""
    faults: int = 0


@dataclass(slots=True)
class Result:
    """What came of a scenario; `skipped` says why there is nothing to judge."""

    name: str
    verdict: Verdict = field(default_factory=Verdict)
    kills: int = 0
    faults: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    skipped: str = ""


SCENARIOS = [
    Scenario("SQLite, 1 worker", server=False, workers=1, weight=9),
    Scenario("PostgreSQL, 1 worker", server=True, workers=1, weight=8),
    Scenario("PostgreSQL, 4 workers", server=True, workers=4, weight=10),
    Scenario("PostgreSQL, 4 workers, webhook", server=True, workers=4, weight=8, mode="webhook"),
    Scenario("PostgreSQL is killed, 4 workers", server=True, workers=4, weight=7, fault=DATABASE, faults=7),
    Scenario("network is cut, SQLite, 1 worker", server=False, workers=1, weight=4, fault=NETWORK, faults=4),
    Scenario("network is cut, PostgreSQL, 4 workers", server=True, workers=4, weight=4, fault=NETWORK, faults=4),
]


def run(scenario: Scenario, *, kills: int, faults: int, seed: int) -> Result:
    """Play a scenario on a server of its own."""
    began = time.monotonic()
    with ExitStack() as ends:
        environment = {}
        server = PostgreSQL(durable=scenario.fault == DATABASE) if scenario.server else None
        if server:
            ends.callback(server.stop)
            environment["DATABASE_URL"] = server.start()
        stack = ends.enter_context(Stack(**environment))
        play = Play(scenario, stack, server, f"{seed} {scenario.name}")
        play.blows(kills, faults)
        verdict = play.end()
        return Result(
            scenario.name, verdict, play.fleet.kills, len(play.faults), time.monotonic() - began, play.fleet.notes
        )


class Play:
    """One scenario on its way: everything starts with it, blows() breaks things, end() waits and judges."""

    def __init__(self, scenario: Scenario, stack: Stack, server: PostgreSQL | None, seed: str) -> None:
        self._scenario = scenario
        self._stack = stack
        self._server = server
        self._random = random.Random(seed)
        self.faults: list[Fault] = []
        self._journal = stack.directory / "journal"
        self._set_up()
        self._ledger = Ledger(stack.environment["DATABASE_URL"])
        stack.migrate()
        self._ledger.prepare()
        stack.start_sandbox()
        self._feeder = Feeder(stack, f"{seed} feeder")
        self.fleet = Fleet(stack, scenario.workers, f"{seed} fleet")
        self._feeder.start()

    def blows(self, kills: int, faults: int) -> None:
        """Break things in random order at random moments, at least so often."""
        blows = [self.fleet.kill_one] * kills + [self._break] * faults
        self._random.shuffle(blows)
        for blow in blows:
            self.fleet.await_bots((self._scenario.workers + 1) // 2)
            time.sleep(self._random.uniform(*PAUSE))
            blow()

    def end(self) -> Verdict:
        """Wait until everything is handled, stop in order, and judge."""
        fed = self._feeder.finish()
        deadline = time.monotonic() + SETTLE_SECONDS
        while self._ledger.waiting(len(fed)) and time.monotonic() < deadline:
            self.fleet.revive()
            time.sleep(0.1)
        self.fleet.stop()
        entries = journal.read(self._journal)
        return judge(Evidence(fed, entries, self._ledger.rows(), self.fleet.deaths, self.faults))

    def _set_up(self) -> None:
        """Complete the environment; with a webhook, all bots listen on the same port."""
        self._stack.environment |= {
            journal.VARIABLE: str(self._journal),
            "BOT_LEASE_SECONDS": str(LEASE_SECONDS),
            "BOT_MODE": self._scenario.mode,
            "BOT_THROTTLE": "0",  # its people never pause, and who is held back gets no answer
            "SPOOL_DIR": str(self._stack.directory / "spool"),
        }
        if self._scenario.mode == "webhook":
            port = str(free_port())
            address = f"http://127.0.0.1:{port}/telegram/webhook/"
            self._stack.environment |= {"WEBHOOK_URL": address, "WEBHOOK_PORT": port}

    def _break(self) -> None:
        """Break what the scenario names for a while; every second time a bot is killed meanwhile."""
        start = time.monotonic()
        if self._scenario.fault == DATABASE and self._server:
            self._for_a_while(self._server.halt, self._server.resume)
        else:
            with self._feeder.line:
                self._for_a_while(network.cut, network.join)
        self.faults.append(Fault(self._scenario.fault, start, time.monotonic() + LEASE_SECONDS))

    def _for_a_while(self, breaks: Callable[[], None], mends: Callable[[], None]) -> None:
        breaks()
        try:
            whole = self._random.uniform(*OUTAGE)
            part = self._random.uniform(0, whole)
            time.sleep(part)
            if self._random.random() < 0.5:
                self.fleet.kill_one()
            time.sleep(whole - part)
        finally:
            mends()
