"""`manage.py sandbox load` for real: `python -m benchmarks.sandbox_load [botdeck|echo|none] [option of load …]`.

Without options 10 000 people do 500 things a second for a minute. The bot is Botdeck on a new database, the echo bot of
the sandbox's tests, or nobody. Prints the report, and the memory of all three at the start and at every quarter.
"""

import sys
import time
from itertools import pairwise

from benchmarks.pages import machine
from benchmarks.wire import cpu_seconds
from tests.processes import Running, Stack

USUAL = ("--people", "10000", "--rate", "500", "--for", "60")
ECHO = "tests/unit/sandbox/bots/echo.py"
MIB = 1024  # KiB


def start_bot(stack: Stack, name: str) -> Running | None:
    """Start the bot that is asked for."""
    if name == "none":
        return None
    if name == "echo":
        return stack.run(ECHO)
    stack.migrate()
    return stack.start_bot()


def watched(load: Running, others: dict[str, Running | None]) -> list[str]:
    """Wait until the load has ended; return lines that tell everybody's memory in MiB, second by second."""
    began, seen = time.perf_counter(), []
    while load.alive:
        running = {"load": load, **others}
        memory = [f"{name} {one.memory() / MIB:.0f}" for name, one in running.items() if one and one.alive]
        seen.append(f"{time.perf_counter() - began:5.0f} s: {', '.join(memory)} MiB")
        time.sleep(1)
    return seen


def main() -> None:
    """Run it once."""
    name, options = (sys.argv[1:2] or ["botdeck"])[0], sys.argv[2:]
    given = {first for first, _ in pairwise([*options, ""])}
    usual = [word for option, value in zip(USUAL[::2], USUAL[1::2], strict=True) if option not in given
             for word in (option, value)]  # fmt: skip
    with Stack(BOT_MESSAGES_PER_SECOND="1000") as stack:  # its own pace, 30 a second unless set, is not the question
        sandbox = stack.start_sandbox()
        others = {"sandbox": sandbox, "bot": start_bot(stack, name)}
        print(f"{name}; {machine()}", flush=True)
        load = stack.run("manage.py", "sandbox", "load", *usual, *options)
        seen = watched(load, others)
        load.wait()
        print(load.output)
        quarter = max(len(seen) // 4, 1)
        print("\n".join([*seen[1::quarter], seen[-1]]))
        shown = {who: f"{cpu_seconds(one.pid):.1f}" for who, one in others.items() if one and one.alive}
        print(f"CPU in all, s: {shown}; {machine()}")


if __name__ == "__main__":
    main()
