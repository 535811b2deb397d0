"""The judge: compares what the sandbox took with the journal and the database. Pure, so that it can be tested."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.crash.journal import BEGIN, END, Entry

IN_FLIGHT_SECONDS = 5.0  # how long after a handler's end its completion may still be under way on a busy machine
DONE = "done"
KILL = "SIGKILL"

Key = tuple[int, int]  # chat and number: what identifies a message


@dataclass(frozen=True, slots=True)
class Row:
    """An update in the database; `completions` are the times at which its end was committed, by the wall clock."""

    pk: int
    chat: int
    number: int
    state: str
    completions: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Death:
    """When a bot process ended, and whether it was killed."""

    at: float
    killed: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """Something else that was broken on purpose, from `start` until its effect on leases is over."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a scenario; times are monotonic where nothing else is said."""

    fed: Sequence[Key]
    journal: Sequence[Entry]
    rows: Sequence[Row]
    deaths: Mapping[int, Death] = field(default_factory=dict)
    faults: Sequence[Fault] = ()


@dataclass(slots=True)
class Run:
    """One handling of a message by one process; `end` is None when the handler did not get there.

    `over` is when it was no longer running, for whatever reason; None when only its process' death ended it.
    """

    pid: int
    chat: int
    number: int
    pk: int
    begin: float
    wall: float
    end: float | None = None
    over: float | None = None

    @property
    def key(self) -> Key:
        """Which message."""
        return self.chat, self.number


@dataclass(slots=True)
class Verdict:
    """What the judge found; the lists hold a sentence each."""

    updates_in: int = 0
    handled: int = 0
    repeated: int = 0
    explained: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    completed_again: int = 0  # in the database, though nothing may follow from it

    @property
    def good(self) -> bool:
        """Nothing lost, nothing out of order, every repetition explained."""
        return not (self.lost or self.unexplained or self.disorder)


def judge(evidence: Evidence) -> Verdict:
    """Return the verdict on a scenario."""
    runs = runs_of(evidence.journal)
    verdict = Verdict(len(evidence.fed), completed_again=sum(len(row.completions) > 1 for row in evidence.rows))
    _look_for_lost(evidence, runs, verdict)
    _look_at_repeats(evidence, runs, verdict)
    chats: dict[int, list[Run]] = {}
    for run in runs:
        chats.setdefault(run.chat, []).append(run)
    for its_runs in chats.values():
        _look_at_order(its_runs, verdict)
        _look_for_overlaps(its_runs, evidence.deaths, verdict)
    return verdict


def runs_of(journal: Sequence[Entry]) -> list[Run]:
    """Put beginnings and ends together; in order of the beginnings."""
    runs: list[Run] = []
    open_runs: dict[tuple[int, int], Run] = {}
    for entry in journal:
        if entry.mark == BEGIN:
            run = Run(entry.pid, entry.chat, entry.number, entry.pk, entry.at, entry.wall)
            runs.append(run)
            open_runs[entry.pid, entry.pk] = run
        else:
            run = open_runs.pop((entry.pid, entry.pk))
            run.over = entry.at
            run.end = entry.at if entry.mark == END else None
    return sorted(runs, key=lambda run: run.begin)


def _look_for_lost(evidence: Evidence, runs: Sequence[Run], verdict: Verdict) -> None:
    states: dict[Key, list[str]] = {}
    for row in evidence.rows:
        states.setdefault((row.chat, row.number), []).append(row.state)
    begun = {run.key for run in runs}
    ended = {run.key for run in runs if run.end is not None}
    for key in evidence.fed:
        state = states.get(key)
        if state and DONE in state and key in ended:
            verdict.handled += 1
            continue
        where = "never stored" if not state else f"{'/'.join(state)} in the database"
        how = "ended" if key in ended else "begun" if key in begun else "never begun"
        verdict.lost.append(f"{_named(key)}: {where}, {how} in the journal")


def _look_at_repeats(evidence: Evidence, runs: Sequence[Run], verdict: Verdict) -> None:
    completed: dict[Key, float] = {}
    for row in evidence.rows:
        for at in row.completions:
            completed[row.chat, row.number] = min(at, completed.get((row.chat, row.number), at))
    earlier: dict[Key, Run] = {}
    for run in runs:
        before, earlier[run.key] = earlier.get(run.key), run
        if before is None:
            continue
        verdict.repeated += 1
        if run.wall > completed.get(run.key, run.wall):
            late = run.wall - completed[run.key]
            verdict.unexplained.append(f"{_named(run.key)}: begun again {late:.3f} s after it was completed")
        elif cause := explanation(before, run, evidence):
            verdict.explained[cause] += 1
        else:
            verdict.unexplained.append(f"{_named(run.key)}: begun by {before.pid} and, without a cause, by {run.pid}")


def explanation(before: Run, again: Run, evidence: Evidence) -> str:
    """Name what took the update away from its earlier run while it was in flight; "" when nothing did."""
    last = before.over
    death = evidence.deaths.get(before.pid)
    killed = death is not None and death.killed and death.at <= again.begin
    if death and killed and (last is None or death.at - last <= IN_FLIGHT_SECONDS):
        return KILL
    for fault in evidence.faults:
        touched = before.begin <= fault.end and again.begin >= fault.start
        if touched and (last is None or fault.start - last <= IN_FLIGHT_SECONDS):
            return fault.name
    return ""


def _look_at_order(runs: Sequence[Run], verdict: Verdict) -> None:
    """A chat's messages must begin in order, by their first beginnings and by their last ones, which count."""
    for which, chosen in (("first", reversed(runs)), ("last", iter(runs))):
        beginnings = {run.number: run for run in chosen}
        in_time = sorted(beginnings.values(), key=lambda run: run.begin)
        for one, other in pairwise(in_time):
            if one.number > other.number:
                verdict.disorder.append(f"{_named(other.key)}: its {which} beginning came after that of {one.number}")


def _look_for_overlaps(runs: Sequence[Run], deaths: Mapping[int, Death], verdict: Verdict) -> None:
    """No two runs of a chat at the same time: a run lasts until its end, else until its process is dead."""
    latest: Run | None = None
    until = 0.0
    for run in runs:
        if latest and run.begin < until:
            verdict.disorder.append(f"{_named(run.key)}: begun by {run.pid} while {latest.pid} was at {latest.number}")
        finish = _finish(run, deaths)
        if latest is None or finish > until:
            latest, until = run, finish


def _finish(run: Run, deaths: Mapping[int, Death]) -> float:
    if run.over is not None:
        return run.over
    death = deaths.get(run.pid)
    return max(death.at, run.begin) if death else float("inf")


def _named(key: Key) -> str:
    chat, number = key
    return f"chat {chat}, message {number}"
