"""The Stars that bots pay paid broadcasts with: a tenth for each such message beyond the free 30 of a second.

Who has fewer than 10 000 may not pay (core.telegram.org/bots/faq). The refusal is the one that Telegram's own protocol
names for want of Stars; how the real Bot API words it was not seen.
"""

from typing import Any, ClassVar

from sandbox.bots import Bot
from sandbox.clock import Clock
from sandbox.errors import bad_request
from sandbox.flood import Window

LEAST, FREE_PER_SECOND, TENTHS = 10_000, 30, 10


class Purse:
    """One for all bots; its balance is None until somebody sets it: as many Stars as they need."""

    NOT_CARRIED: ClassVar = frozenset({"_clock", "_sent"})  # into a file

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.fill(None)

    def fill(self, stars: int | None) -> None:
        """Let the balance be so many Stars, with nothing spent."""
        self._tenths = None if stars is None else stars * TENTHS
        self._spent = self._refused = 0
        self._sent: dict[Bot, Window] = {}

    @property
    def whole_stars(self) -> int | None:
        """The balance without its tenths; None is as many as they need."""
        return None if self._tenths is None else self._tenths // TENTHS

    def earn(self, stars: int) -> None:
        """Put Stars in that somebody paid, or take out what goes back."""
        if self._tenths is not None:
            self._tenths += stars * TENTHS

    def check(self, bot: Bot, messages: int, *, paid: bool) -> None:
        """Refuse what cannot be paid for. Raises ApiError 400."""
        if not paid or self._tenths is None:
            return
        if self._tenths < max(LEAST * TENTHS, self._cost(bot, messages)):
            self._refused += 1
            raise bad_request("BALANCE_TOO_LOW")

    def spend(self, bot: Bot, messages: int, *, paid: bool) -> None:
        """Take what a message costs that was sent; free ones use up the free ones of the second, too."""
        cost = self._cost(bot, messages)
        self._sent[bot].add(self._clock.monotonic(), messages)
        if not paid:
            return
        self._spent += cost
        if self._tenths is not None:
            self._tenths -= cost

    def to_json(self) -> dict[str, Any]:
        """Stars with their tenths; `refused` are calls."""
        balance = None if self._tenths is None else self._tenths / TENTHS
        return {"balance": balance, "spent": self._spent / TENTHS, "refused": self._refused}

    def _cost(self, bot: Bot, messages: int) -> int:
        """Return the tenths of Stars for so many more messages now."""
        window = self._sent.get(bot)
        if window is None:
            window = self._sent[bot] = Window(1.0)
        window.wait(self._clock.monotonic(), FREE_PER_SECOND, 0)  # forgets what is older
        return min(messages, max(0, len(window.sent) + messages - FREE_PER_SECOND))
