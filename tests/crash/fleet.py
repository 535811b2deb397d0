"""The bot processes of a scenario: killed at a random moment, and started anew at once, as a supervisor would."""

import random
import signal
import time

from tests.crash.judge import Death
from tests.processes import Running, Stack, eventually

RUNNING = "botcore.bot: running"
ONLY_RUNNING = 0.85  # how often the victim is a process that has started; else it may be one that starts


class Fleet:
    """Several bots on one database."""

    def __init__(self, stack: Stack, workers: int, seed: str) -> None:
        self.deaths: dict[int, Death] = {}
        self.kills = 0
        self.notes: list[str] = []
        self._stack = stack
        self._random = random.Random(seed)
        self._bots = [self._start() for _ in range(workers)]
        self.await_bots(workers)

    def await_bots(self, count: int) -> None:
        """Return as soon as so many bots run."""
        eventually(lambda: sum(map(is_running, self._bots)) >= count or self.revive(), what=f"{count} bots run")

    def kill_one(self) -> None:
        """Kill a bot and start it anew."""
        ready = [slot for slot, bot in enumerate(self._bots) if is_running(bot)]
        chosen = ready if ready and self._random.random() < ONLY_RUNNING else range(len(self._bots))
        slot = self._random.choice(list(chosen))
        at = time.monotonic()
        self._bots[slot].signal(signal.SIGKILL)
        self._bury(slot, at, killed=self._bots[slot].wait() == -signal.SIGKILL)
        self.kills += 1

    def revive(self) -> bool:
        """Start anew what ended by itself, which is worth a note; return False, for use in eventually()."""
        for slot, bot in enumerate(self._bots):
            if not bot.alive:
                last = (bot.output.strip().splitlines() or [""])[-1]
                self.notes.append(f"a bot ended by itself with {bot.wait()}: {last}")
                self._bury(slot, time.monotonic(), killed=False)
        return False

    def stop(self) -> None:
        """Stop all in order, as soon as they obey."""
        self.await_bots(len(self._bots))
        for bot in self._bots:
            bot.signal(signal.SIGTERM)
        for bot in self._bots:
            if code := bot.wait():
                self.notes.append(f"a bot answered SIGTERM with {code}")
            self.deaths[bot.pid] = Death(time.monotonic(), killed=False)

    def _bury(self, slot: int, at: float, *, killed: bool) -> None:
        pid = self._bots[slot].pid
        assert pid not in self.deaths, f"the number {pid} was given twice: the journal cannot be judged"
        self.deaths[pid] = Death(at, killed)
        self._bots[slot] = self._start()

    def _start(self) -> Running:
        return self._stack.run("-m", "tests.crash.bot")


def is_running(bot: Running) -> bool:
    """Has it come so far that it takes and handles updates?"""
    return bot.alive and RUNNING in bot.output
