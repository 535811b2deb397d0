"""Telegram's limits on what a bot sends, enforced: 429 when a bot writes too much to a chat, a group, or everyone.

The numbers are the FAQ's (core.telegram.org/bots/faq): about 1 message/s in a chat with short bursts, 20/min in a
group, 30/s over all chats, 1 000/s for paid broadcasts. A refused scope stays closed for the whole of retry_after.
"""

import math
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import ClassVar

from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.clock import Clock
from sandbox.errors import too_many_requests

SLACK_SECONDS = 0.05  # a message that comes so much early is let through: networks jitter


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a bot may send; None is no limit. The unit stands in the name."""

    private_per_second: float | None = 1.0
    private_burst: int = 5
    group_per_minute: int | None = 20
    overall_per_second: int | None = 30
    paid_per_second: int | None = 1000


TELEGRAM = Limits()
OFF = Limits(private_per_second=None, group_per_minute=None, overall_per_second=None, paid_per_second=None)


@dataclass(slots=True)
class Window:
    """The moments of what was sent in the last so many seconds."""

    seconds: float
    sent: deque[float] = field(default_factory=deque)

    def wait(self, now: float, limit: int, messages: int) -> float:
        """Return the seconds until so many more may be sent."""
        while self.sent and now - self.sent[0] >= self.seconds:
            self.sent.popleft()
        too_many = len(self.sent) + min(messages, limit) - limit
        return self.sent[too_many - 1] + self.seconds - now if too_many > 0 else 0.0

    def add(self, now: float, messages: int) -> None:
        self.sent.extend([now] * messages)


@dataclass(eq=False, slots=True)
class Account:
    """What one bot has sent."""

    free: Window = field(default_factory=lambda: Window(1.0))
    paid: Window = field(default_factory=lambda: Window(1.0))
    groups: dict[Chat, Window] = field(default_factory=dict)
    full_again: dict[Chat, float] = field(default_factory=dict)  # when a private chat's burst is whole again
    closed_until: dict[Hashable, float] = field(default_factory=dict)


class FloodControl:
    """Counts what bots send and refuses what is too much; off until `limits` is set."""

    NOT_CARRIED: ClassVar = frozenset({"_clock", "_accounts"})  # into a file: what was sent is forgotten

    def __init__(self, clock: Clock, limits: Limits = OFF) -> None:
        self.limits = limits
        self._clock = clock
        self._accounts: dict[Bot, Account] = {}

    def reset(self) -> None:
        """Forget what was sent."""
        self._accounts.clear()

    def check(self, bot: Bot, chat: Chat, messages: int, *, paid: bool) -> None:
        """Refuse what is too much now. Raises ApiError 429."""
        if self.limits is OFF or self.limits == OFF:
            return
        now, account = self._clock.monotonic(), self._account(bot)
        for scope, wait in (
            (chat, self._chat_wait(account, chat, now, messages)),
            ("paid" if paid else "free", self._overall_wait(account, now, messages, paid=paid)),
        ):
            _check_scope(account, scope, now, wait)

    def spend(self, bot: Bot, chat: Chat, messages: int, *, paid: bool) -> None:
        """Count what was sent."""
        if self.limits is OFF or self.limits == OFF:
            return
        now, account, limits = self._clock.monotonic(), self._account(bot), self.limits
        if limits.paid_per_second if paid else limits.overall_per_second:
            (account.paid if paid else account.free).add(now, messages)
        if chat.person is None and limits.group_per_minute:
            account.groups.setdefault(chat, Window(60.0)).add(now, messages)
        elif chat.person and limits.private_per_second:
            count = min(messages, limits.private_burst)
            account.full_again[chat] = max(account.full_again.get(chat, now), now) + count / limits.private_per_second

    def _account(self, bot: Bot) -> Account:
        return self._accounts.setdefault(bot, Account())

    def _chat_wait(self, account: Account, chat: Chat, now: float, messages: int) -> float:
        limits = self.limits
        if chat.person is None:
            window = account.groups.get(chat)
            return window.wait(now, limits.group_per_minute, messages) if window and limits.group_per_minute else 0.0
        if limits.private_per_second is None:
            return 0.0
        debt = max(account.full_again.get(chat, now) - now, 0.0) * limits.private_per_second
        return (debt + min(messages, limits.private_burst) - limits.private_burst) / limits.private_per_second

    def _overall_wait(self, account: Account, now: float, messages: int, *, paid: bool) -> float:
        limit = self.limits.paid_per_second if paid else self.limits.overall_per_second
        window = account.paid if paid else account.free
        # One in a hundred more, at least one: who sends evenly meets 31 in some seconds because of jitter.
        return window.wait(now, limit + max(1, limit // 100), messages) if limit else 0.0


def _check_scope(account: Account, scope: Hashable, now: float, wait: float) -> None:
    closed = account.closed_until.get(scope, now)
    if closed - now > SLACK_SECONDS:
        raise too_many_requests(math.ceil(closed - now))
    account.closed_until.pop(scope, None)
    if wait > SLACK_SECONDS:
        seconds = math.ceil(wait)
        account.closed_until[scope] = now + seconds
        raise too_many_requests(seconds)
