"""Shards: several stages beside each other, each with a bot, a sandbox and a database of its own, and the pages."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import NamedTuple

from tests.faults.campaign import Reach, judge, record
from tests.faults.child import Child
from tests.faults.sites import Site
from tests.faults.stage import Stage
from tests.faults.verdicts import Verdict
from tests.faults.waits import UnansweredError
from tests.processes import Stack

STICKY = "handlers"  # the area whose errors are also raised at every attempt

Say = Callable[[str], None]


class Plan:
    """What the shards share: who reaches what, and which sites are still to be tested."""

    def __init__(self, chosen: Sequence[Site], shards: int) -> None:
        self.chosen = chosen
        self.reached: dict[str, Reach] = {"polling": {}, "webhook": {}}
        self.lock = threading.Lock()
        self.ready = threading.Barrier(shards)
        self.numbers: set[int] = set()  # of all sites that anything reaches
        self.counts: list[tuple[int, int]] = []  # errors to be captured, and those in the table of errors
        self._queues: dict[str, list[Site]] | None = None

    def add(self, mode: str, reach: Reach) -> None:
        """Note what a shard reaches."""
        with self.lock:
            self.numbers |= reach.keys()
            for number, scenarios in reach.items():
                known = self.reached[mode].setdefault(number, [])
                known += [scenario for scenario in scenarios if scenario not in known]

    def next(self, mode: str) -> Site | None:
        """Return a site to test; with a webhook only those that polling does not reach. None when all are tested."""
        with self.lock:
            if self._queues is None:
                polling = [site for site in self.chosen if site.number in self.reached["polling"]]
                rest = [site for site in self.chosen if site.number not in self.reached["polling"]]
                webhook = [site for site in rest if site.number in self.reached["webhook"]]
                self._queues = {"polling": polling[::-1], "webhook": webhook[::-1]}
            queue = self._queues[mode]
            return queue.pop() if queue else None


def shard(plan: Plan, mode: str, say: Say) -> list[Verdict]:
    """Play one stage from start to end."""
    verdicts = []
    with ExitStack() as ends:
        try:
            stage = ends.enter_context(Stage(mode))
            plan.add(mode, record(stage, say))
        except BaseException as exc:
            say(f"{mode}: the stage could not be set: {exc}")
            plan.ready.abort()
            raise
        plan.ready.wait()
        while site := plan.next(mode):
            for sticky in (False, True) if site.area == STICKY else (False,):
                verdicts.append(judge(stage, site, plan.reached[mode][site.number], sticky=sticky))
                if not verdicts[-1].good:
                    say(verdicts[-1].complaint)
        plan.counts.append(stage.table_of_errors())
    return verdicts


def pages(plan: Plan, say: Say) -> list[Verdict]:
    """Test every site that a request reaches."""
    verdicts = []
    with Stack() as stack:
        stack.migrate()
        child = Child(stack, "tests.faults.web")
        recorded = child.tell("record")
        if recorded["wrong"]:
            raise UnansweredError("; ".join(recorded["wrong"]))
        reach: dict[int, list[str]] = {}
        for name, numbers in recorded["reach"].items():
            for number in numbers:
                reach.setdefault(number, []).append(name)
        with plan.lock:
            plan.numbers |= reach.keys()
        for site in plan.chosen:
            if plan.ready.broken:  # the others have given up
                break
            if names := reach.get(site.number):
                told = child.tell("test", scenario=names[0], site=site.number)
                words = [told.pop("words")]
                verdicts.append(Verdict(site, names[0], words=[word for word in words if word], **told))
                if not verdicts[-1].good:
                    say(verdicts[-1].complaint)
        child.end()
    return verdicts


class Result(NamedTuple):
    """What came of a run."""

    verdicts: list[Verdict]
    lacking: int  # errors that are not in the table of errors
    reached: set[int]  # numbers of sites, also of those that are not tested


def run(chosen: Sequence[Site], *, polling: int, webhook: int, say: Say) -> Result:
    """Test the sites on so many stages; those that were reached by none are tested once more, on new ones."""
    first = play(chosen, polling=polling, webhook=webhook, say=say)
    seen = {verdict.site.number for verdict in first.verdicts if verdict.reached}
    missed = [site for site in chosen if site.number not in seen]
    if not missed:
        return first
    names = ", ".join(site.name for site in missed)
    say(f"{len(missed)} sites were not reached, and are tested on new stages: {names}")
    second = play(missed, polling=polling, webhook=webhook, say=say)
    return Result(first.verdicts + second.verdicts, first.lacking + second.lacking, first.reached | second.reached)


def play(chosen: Sequence[Site], *, polling: int, webhook: int, say: Say) -> Result:
    """Test the sites on so many stages."""
    modes = ["polling"] * polling + ["webhook"] * webhook
    plan = Plan(chosen, len(modes))
    with ThreadPoolExecutor(len(modes) + 1) as pool:
        asked = pool.submit(pages, plan, say)
        playing = [pool.submit(shard, plan, mode, say) for mode in modes]
        verdicts = [*asked.result(), *(verdict for one in playing for verdict in one.result())]
    for captured, rows in plan.counts:
        say(f"{captured} errors to be captured by a bot, {rows} counted in its table of errors")
    lacking = sum(max(0, captured - rows) for captured, rows in plan.counts)
    return Result(verdicts, lacking, plan.numbers)
