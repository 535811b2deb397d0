"""What the sandbox counts for tests and benchmarks: calls and their answers, and when messages were accepted."""

from collections import Counter, deque
from collections.abc import Iterable
from typing import Any, ClassVar

from sandbox.clock import Clock

ARRIVALS_KEPT = 200_000
REFUSALS_KEPT = 10_000


class Stats:
    """Counts since the start or the last reset."""

    NOT_CARRIED: ClassVar = frozenset({"_clock"})  # into a file

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: Counter[tuple[str, str]] = Counter()
        self._arrivals: deque[tuple[float, int]] = deque(maxlen=ARRIVALS_KEPT)
        self._refusals: deque[float] = deque(maxlen=REFUSALS_KEPT)
        self._accepted = 0
        self._paid = 0

    def reset(self) -> None:
        self._calls.clear()
        self._arrivals.clear()
        self._refusals.clear()
        self._accepted = self._paid = 0

    def move(self, seconds: float) -> None:
        """Let everything have been so much later: another monotonic clock goes on."""
        self._arrivals = deque(((at + seconds, chat) for at, chat in self._arrivals), maxlen=ARRIVALS_KEPT)
        self._refusals = deque((at + seconds for at in self._refusals), maxlen=REFUSALS_KEPT)

    def call(self, method: str, outcome: str) -> None:
        """Count a call; the outcome is the status it was answered with, or what was done to it instead."""
        self._calls[method, outcome] += 1
        if outcome == "429":
            self._refusals.append(self._clock.monotonic())

    def accept(self, chat_id: int, messages: int, *, paid: bool) -> None:
        """Remember messages that were written or edited."""
        self._accepted += messages
        self._paid += messages if paid else 0
        self._arrivals.extend([(self._clock.monotonic(), chat_id)] * messages)

    def to_json(self, chat_id: int | None = None, *, with_arrivals: bool = True) -> dict[str, Any]:
        """Everything, or nothing of arrivals; those of one chat if one is given. In seconds of the monotonic clock."""
        calls: dict[str, dict[str, int]] = {}
        for (method, outcome), count in sorted(self._calls.items()):
            calls.setdefault(method, {})[outcome] = count
        counted = {
            "calls": calls,
            "too_many_requests": sum(count for (_, outcome), count in self._calls.items() if outcome == "429"),
            "accepted": self._accepted,
            "paid": self._paid,
        }
        if with_arrivals:  # with many of them a while
            arrivals = [moment for moment, chat in self._arrivals if chat_id in {None, chat}]
            counted |= {
                "refusals": list(self._refusals),
                "most_per_second": most_per_second(arrivals),
                "arrivals": arrivals,
            }
        return counted


def most_per_second(moments: Iterable[float]) -> int:
    """Return the most moments in any second that begins with one of them; they are given in order."""
    window: deque[float] = deque()
    most = 0
    for moment in moments:
        window.append(moment)
        while moment - window[0] >= 1:
            window.popleft()
        most = max(most, len(window))
    return most
