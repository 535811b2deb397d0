"""A broadcast through everything, against the sandbox: `TEST_DATABASE=postgresql python -m benchmarks.broadcasts`.

One bot process, people who ask it something meanwhile, and Telegram's limits, of which the overall one is raised in the
sandbox and in the bot alike: 100 000 people at Telegram's own 30 a second take 55 minutes, so those get a short stretch
only. The first few (the canary) are off, for their end is waited for. BROADCAST_RUNS=100000:500 chooses other runs.
"""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from itertools import count

from benchmarks.feeding import FIRST
from tests.environment import SERVER
from tests.processes import Running, Stack, eventually

RUNS = "1800:30,100000:250"  # people, messages a second
ASKED_EVERY = 0.25  # seconds
LAST = 100  # people, by their ids, among whom is the last one to get it
ASKERS = 100_000  # people who write, each once, and do not get the broadcast: the bot meets them later
PREPARE = """
from benchmarks.feeding import meet
from botcore.runtime import settings
meet({people})
settings.change("broadcasts.canary_percent", "0", by="")
"""
START = """
import json, time
from botcore.broadcasts import drafts, services
from botcore.outbox.content import Text
pk = drafts.write(by="bench", content=Text("News <b>for</b> everybody", "HTML"), is_shown=True)
at = time.monotonic()
services.start(pk, by="bench")
print(json.dumps([at, time.monotonic() - at]))
"""
END = """
import json
from botcore.models import Broadcast
row = Broadcast.objects.get()
print(json.dumps([row.state, row.sent, row.uncertain + row.failed + row.blocked + row.cancelled]))
"""


@dataclass
class Watch:
    """What is seen while it goes out."""

    memory: list[tuple[int, int]] = field(default_factory=list)  # messages so far, MiB
    asked: dict[int, float] = field(default_factory=dict)  # when each asker wrote


def main() -> None:
    """Make the runs."""
    print(SERVER.version if SERVER else "SQLite")
    for run in os.environ.get("BROADCAST_RUNS", RUNS).split(","):
        people, rate = map(int, run.split(":"))
        with Stack(BOT_MESSAGES_PER_SECOND=str(rate), BENCH_WORKER="broadcasts") as stack:
            measure(stack, people, rate)
    if SERVER:
        SERVER.stop()


def measure(stack: Stack, people: int, rate: int) -> None:
    """Start one broadcast, watch it to its end, and print what was seen."""
    stack.migrate()
    stack.run("-m", "benchmarks.crowd", *map(str, (stack.sandbox_port, FIRST, people + ASKERS, rate)))
    eventually(lambda: stack.answers(f"{stack.sandbox_url}/"), what="the sandbox listens")
    shell(stack, PREPARE.format(people=people))
    bot = stack.start_bot()
    began, pressed = json.loads(shell(stack, START))
    watch = Watch()
    is_over = threading.Event()
    asking = threading.Thread(target=ask, args=(stack, FIRST + people, watch, is_over))
    asking.start()
    follow(stack, bot, people, watch)
    is_over.set()
    asking.join()
    report(stack, people, rate, began, pressed, watch)
    bot.stop()


def shell(stack: Stack, code: str) -> str:
    """Run Python over the stack's database; return what it prints."""
    return stack.manage("shell", "--verbosity", "0", "-c", code).strip()


def ask(stack: Stack, first: int, watch: Watch, is_over: threading.Event) -> None:
    """Let one person after another write."""
    for person in count(first):
        if is_over.wait(ASKED_EVERY):
            return
        watch.asked[person] = time.monotonic()
        stack.say(person, "/help")


def follow(stack: Stack, bot: Running, people: int, watch: Watch) -> None:
    """Look at the bot's memory each second until everybody has got it."""
    while True:
        sent = stack.sandbox("stats?arrivals=0")["accepted"]
        watch.memory.append((sent, bot.memory() // 1024))
        if sent >= people + len(watch.asked) - 1 and json.loads(shell(stack, END))[0] == "done":
            return
        time.sleep(1)


def report(stack: Stack, people: int, rate: int, began: float, pressed: float, watch: Watch) -> None:
    """Print it."""
    state, sent, others = json.loads(shell(stack, END))
    stats = stack.sandbox("stats")
    last = max(at for person in range(FIRST + people - LAST, FIRST + people) for at in arrivals(stack, person))
    times = [at for at in stats["arrivals"] if began <= at <= last]
    reached = [(sum_of, size) for sum_of, size in watch.memory if sum_of > people // 10]
    waits = sorted(came - at for person, at in watch.asked.items() for came in arrivals(stack, person)[:1])
    middle = times[len(times) // 10 : len(times) * 9 // 10]
    print(f"{people:,} people at {rate}/s: {state}, {sent:,} sent, {others} not")
    print(f"  the press took {1000 * pressed:.0f} ms, the first message came after {times[0] - began:.2f} s")
    whole, part = (len(some) / (some[-1] - some[0]) for some in (times, middle))
    print(f"  {whole:.1f} messages/s with replies, {100 * whole / rate:.2f} %; the middle {100 * part / rate:.2f} %")
    refusals = ", ".join(f"{at - began:.1f}" for at in stats["refusals"][:20])
    print(f"  {stats['too_many_requests']} × 429 ({refusals} s), at most {stats['most_per_second']} in any second")
    most = max(size for _, size in reached)
    print(f"  the bot's memory: {reached[0][1]} MiB after a tenth, {reached[-1][1]} at the end, {most} at most")
    p50, p99 = (1000 * waits[int(len(waits) * part)] for part in (0.5, 0.99))
    print(f"  {len(waits)} replies of {len(watch.asked)}: p50 {p50:.0f} ms, p99 {p99:.0f} ms", flush=True)


def arrivals(stack: Stack, person: int) -> list[float]:
    """Return when the bot wrote to somebody."""
    found: list[float] = stack.sandbox(f"stats?chat={person}")["arrivals"]
    return found


if __name__ == "__main__":
    main()
