"""Feeds the sandbox: people write to the bot, in bursts, with numbers that increase in each chat."""

import random
import threading
from collections import Counter

from tests.crash.judge import Key
from tests.processes import Stack

CHATS = 24
LONGEST_PAUSE = 0.1  # seconds between bursts


class Feeder(threading.Thread):
    """Feeds until finish(); `line` is held while somebody writes, so that the network is cut between two messages."""

    def __init__(self, stack: Stack, seed: str) -> None:
        super().__init__(name="feeder", daemon=True)
        self.fed: list[Key] = []
        self.line = threading.Lock()
        self.error: Exception | None = None
        self._stack = stack
        self._random = random.Random(seed)
        self._stopping = threading.Event()
        self._numbers: Counter[int] = Counter()
        people = [stack.sandbox("people", first_name=f"Person {number}")["person"]["id"] for number in range(CHATS)]
        self._chats: list[int] = people

    def run(self) -> None:
        """Write in several chats at a time, several messages in each."""
        try:
            while not self._stopping.wait(self._random.uniform(0, LONGEST_PAUSE)):
                for chat in self._random.sample(self._chats, self._random.randint(1, 6)):
                    for _ in range(self._random.randint(1, 5)):
                        self._say(chat)
        except Exception as exc:  # noqa: BLE001 (told by finish(): a thread's error would pass unseen)
            self.error = exc

    def finish(self) -> list[Key]:
        """Stop and return what the sandbox took."""
        self._stopping.set()
        self.join()
        if self.error:
            raise self.error
        return self.fed

    def _say(self, chat: int) -> None:
        number = self._numbers[chat] + 1
        with self.line:
            self._stack.say(chat, f"number {number}")
        self._numbers[chat] = number
        self.fed.append((chat, number))
