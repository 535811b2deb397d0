"""The moves of scenarios in which something else goes wrong: Telegram, the database, another process, a first bug."""

import time

from tests.faults.moves import QUIET, Play, quiet
from tests.faults.stage import LEASE_SECONDS, Stage


def trouble(kind: str, *numbers: int, then: Play = quiet) -> Play:
    """Something is wrong in the database, and the bot goes on with it."""

    def play(stage: Stage) -> None:
        stage.person().says(" ".join(["/trouble", kind, *map(str, numbers)]))
        then(stage)

    return play


def refused(method: str, kind: str, *, times: int = 3, **fault: object) -> Play:
    """Telegram's side goes wrong some times; then somebody writes."""

    def play(stage: Stage) -> None:
        stage.stack.sandbox("faults", kind=kind, method=method, count=times, **fault)
        stage.person().says("/about", seconds=10)

    return play


def after(pattern: str, play: Play, error: str = "bug", *, times: int = 1, skip: int = 0) -> Play:
    """Something else goes wrong first."""

    def both(stage: Stage) -> None:
        stage.break_(pattern, error, times=times, skip=skip)
        play(stage)

    return both


def after_an_outage(function: str, play: Play) -> Play:
    """A batch waits for the database, so that the next one is long; and that one is refused."""
    refused = after(f"{function}: patiently", play, skip=1)
    return after(f"{function}: in_database", refused, "away", times=4)


def repeats(stage: Stage) -> None:
    """Telegram gives what the bot has already, again and again."""
    stage.person().says("/trouble future 4")
    for _ in range(4):
        stage.stack.say(1, "/about")
        time.sleep(0.1)
    stage.person().says("/about")


def undeliverable(stage: Stage) -> None:
    """A message of the outbox is refused."""
    person = stage.person()
    stage.stack.sandbox("faults", kind="error", status=400, method="sendMessage", chat=person.id, count=2)
    stage.stack.say(person.id, "/probe")
    time.sleep(QUIET)


def together(stage: Stage) -> None:
    """Three people's messages come in one batch, and end together."""
    people = [stage.person() for _ in range(3)]
    stage.stack.sandbox("faults", kind="slow", method="getUpdates", count=2, latency_ms=300)
    time.sleep(1.1)  # the poll under way ends
    for person in people:
        stage.stack.say(person.id, "/probe")
    for person in people:
        person.has(2)


def settled(play: Play) -> Play:
    """Wait until earlier trouble of polling is forgotten."""

    def later(stage: Stage) -> None:
        time.sleep(1.5)
        play(stage)

    return later


def suspect(times: int) -> Play:
    """A chat's lane has ended workers; with too many, its update is set aside without an answer."""

    def play(stage: Stage) -> None:
        person = stage.person()
        person.says("/probe", answers=2)
        stage.person().says(f"/trouble crashed {person.id} {times}")
        stage.stack.say(person.id, "/probe")
        time.sleep(QUIET)

    return play


def thief(stage: Stage) -> None:
    """Another process takes over lanes in the middle."""
    person = stage.person()
    stage.stack.sandbox("faults", kind="slow", method="sendMessage", chat=person.id, count=2, latency_ms=1000)
    stage.stack.say(person.id, "/probe")
    stage.person().says(f"/trouble stolen {person.id}")
    person.has(1)
    time.sleep(QUIET)


def slow_stop(stage: Stage) -> None:
    """The bot is to stop while a handler and a message take long."""
    slow, waits = stage.person(), stage.person()
    waits.says("/probe", answers=2)
    slow.says("/slow")
    stage.stack.sandbox("faults", kind="slow", method="sendMessage", chat=waits.id, count=2, latency_ms=3000)
    stage.stack.say(waits.id, "/probe")
    time.sleep(1.0)  # until the outbox has it
    stage.restart()


def late_handler(stage: Stage) -> None:
    """A lease cannot be renewed, and its handler is stopped."""
    stage.break_("Leases._prolong: self._renew", "away", times=1000)
    stage.stack.say(stage.person().id, "/slow")
    time.sleep(2.5)


def outlasts_a_lease(stage: Stage) -> None:
    """The database is away between a claim and its work, for longer than the lease."""
    prepare = "Worker._prepare: self._handling.prepare"
    stage.break_(prepare, "away", times=10**6)
    person = stage.person()
    stage.stack.say(person.id, "/about")
    time.sleep(2 * LEASE_SECONDS)
    stage.heal(prepare)
    person.has(1)
