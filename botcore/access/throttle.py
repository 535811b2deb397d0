"""How much one person, and one chat, may ask of the bot: a debt that each update adds to and time takes away.

Times are those of the updates, not of their handling: what came slowly while the bot was down is no flood. Pure.
"""

from dataclasses import dataclass
from enum import Enum

MOST = 50_000  # debts that are held; those that are paid go first
HOT = 0.25  # of the burst: from here on a debt is told to other processes
CALM = 0.5  # of the burst: below it a person counts as calm again
LATELY = 4096  # updates that were let through and are remembered: more than a process works on at once


@dataclass(frozen=True, slots=True)
class Pace:
    """So many updates a minute in the long run, and so many at once."""

    per_minute: float
    burst: int

    @property
    def cost(self) -> float:
        """Seconds that one update takes to be forgotten."""
        return 60.0 / self.per_minute

    @property
    def limit(self) -> float:
        """Seconds of debt with which one more update is let through."""
        return (self.burst - 1) * self.cost


TYPING = Pace(per_minute=300, burst=60)  # inline queries of one person: about one for each letter that is typed


class Turn(Enum):
    """What becomes of an update."""

    THROUGH = "through"
    NOTICE = "notice"  # refused, and told so: the first time
    SILENCE = "silence"


@dataclass(slots=True)
class Debt:
    """What one key owes, in seconds, at the time of its newest update; and how it behaved since it was calm."""

    seconds: float
    at: float
    refused: int = 0
    untold: float = 0.0  # of it no other process knows


class Throttle:
    """The debts of one process, and what it has to tell the others."""

    def __init__(self) -> None:
        self.is_shared = False  # somebody takes what was spent
        self._debts: dict[str, Debt] = {}
        self._spent: dict[str, float] = {}
        self._through: dict[tuple[str, int], None] = {}  # the newest last

    def __len__(self) -> int:
        return len(self._debts)

    def turn(self, key: str, pace: Pace, at: float, update: int) -> Turn:
        """Let an update through, or not; `at` is its time in seconds, of any clock, `update` the id of its row.

        One that was let through, and comes again because the database went away meanwhile, owes nothing more.
        """
        if (key, update) in self._through:
            return Turn.THROUGH
        debt = self._debts.get(key)
        if debt is None:
            if len(self._debts) >= MOST:
                self._drop(at)
            debt = self._debts[key] = Debt(0.0, at)
        if at > debt.at:  # never back in time: who mixes two clocks would owe nothing
            debt.seconds, debt.at = max(0.0, debt.seconds - (at - debt.at)), at
        limit, cost = pace.limit, pace.cost
        if debt.seconds <= limit * CALM:
            debt.refused = 0
        if debt.seconds > limit + 1e-9:
            debt.refused += 1
            return Turn.NOTICE if debt.refused == 1 else Turn.SILENCE
        debt.untold = min(debt.untold, debt.seconds) + cost
        debt.seconds += cost
        if self.is_shared and debt.seconds > (limit + cost) * HOT:
            self._spent[key] = self._spent.get(key, 0.0) + debt.untold
            debt.untold = 0.0
        self._remember(key, update)
        return Turn.THROUGH

    def refused(self, key: str) -> int:
        """Return how many were refused since the key was calm."""
        debt = self._debts.get(key)
        return debt.refused if debt else 0

    def wait(self, key: str, pace: Pace) -> float:
        """Return the seconds until the next one is let through."""
        debt = self._debts.get(key)
        return max(0.0, debt.seconds - pace.limit) if debt else 0.0

    def take_spent(self) -> dict[str, float]:
        """Return what busy keys have spent since the last time, in seconds, to be told to the others."""
        spent, self._spent = self._spent, {}
        return spent

    def give_back(self, spent: dict[str, float]) -> None:
        """Take back what could not be told."""
        for key, seconds in spent.items():
            self._spent[key] = self._spent.get(key, 0.0) + seconds

    def adopt(self, owed: dict[str, float]) -> None:
        """Take what all processes together have seen of these keys; what was spent meanwhile comes on top."""
        for key, seconds in owed.items():
            if debt := self._debts.get(key):
                debt.seconds = max(debt.seconds, seconds + self._spent.get(key, 0.0))

    def clear(self) -> None:
        """Forget everything."""
        self._debts.clear()
        self._spent.clear()
        self._through.clear()

    def _remember(self, key: str, update: int) -> None:
        if len(self._through) >= LATELY:
            del self._through[next(iter(self._through))]
        self._through[key, update] = None

    def _drop(self, at: float) -> None:
        """Make room: first those that owe nothing any more, then those that owe least."""
        self._debts = {key: debt for key, debt in self._debts.items() if debt.seconds > max(0.0, at - debt.at)}
        if len(self._debts) >= MOST:
            kept = sorted(self._debts.items(), key=lambda item: item[1].seconds, reverse=True)[: MOST // 2]
            self._debts = dict(kept)


THROTTLE = Throttle()  # of this process
