"""The limits of single chats, kept only for chats in which something happened lately."""

from dataclasses import dataclass, field

from botcore.connection.methods import Chat
from botcore.connection.pace import NEVER, Flood, Window

MINUTE = 60.0
MANY = 1000  # chats, before idle ones are looked for
AFTER_FLOOD = 0.1  # seconds between calls that have no other pace, at their full rate just after a flood


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """Telegram's limits for one chat, core.telegram.org/bots/faq; a burst is what may go at once."""

    private_per_second: float = 1.0
    private_burst: int = 3
    group_per_minute: int = 20
    group_burst: int = 5


@dataclass(slots=True)
class ChatPace:
    """The pace of one chat, or of one method that names no chat (`interval` 0: only floods hold it up)."""

    interval: float  # seconds between two messages
    burst: int
    window: Window | None = None
    flood: Flood = field(default_factory=Flood)
    _next: float = NEVER

    def free_at(self, now: float, count: int = 1, *, burst: bool = True) -> float:
        """Return when the next call may go; without `burst`, something stays free for those who may use it.

        After a flood nobody may, until it is forgotten.
        """
        ahead = (self.burst - 1) * self.interval if burst and self.flood.factor(now) >= 1 else 0.0
        free = max(self._next - ahead, self.flood.until, now)
        return max(free, self.window.free_at(now, count)) if self.window else free

    def take(self, now: float, count: int) -> None:
        """Count messages that go now."""
        self._next = max(self._next, now) + count * self.interval / self.flood.factor(now)
        if self.window:
            self.window.note(now, count)

    def unpaced_at(self, now: float) -> float:
        """Return when a call that counts for nothing may go: at once, but after a flood one by one."""
        return now if self.flood.is_forgotten(now) else max(now, self.flood.until, self._next)

    def take_unpaced(self, at: float) -> None:
        """Keep that moment for one call: after a first flood 5 go in a second, a second later 10, and so on."""
        if not self.flood.is_forgotten(at):
            self._next = at + AFTER_FLOOD / (self.flood.factor(at) * (1 + at - self.flood.until))

    def is_idle(self, now: float) -> bool:
        """Tell whether a new one would behave the same."""
        return self._next <= now and self.flood.is_forgotten(now) and (not self.window or self.window.is_empty(now))


class ChatPaces:
    """The pace of each chat and of each method without one."""

    def __init__(self, limits: ChatLimits) -> None:
        self._limits = limits
        self._paces: dict[str | int, ChatPace] = {}
        self._sweep_at = MANY

    def __len__(self) -> int:
        return len(self._paces)

    def of(self, key: str | int, now: float) -> ChatPace:
        """Return the pace to go by and to change."""
        if (pace := self._paces.get(key)) is None:
            if len(self._paces) >= self._sweep_at:
                self._sweep(now)
            pace = self._paces[key] = self._make(key)
        return pace

    def peek(self, key: str | int) -> ChatPace | None:
        """Return the pace if anything is known of it."""
        return self._paces.get(key)

    def _make(self, key: str | int) -> ChatPace:
        limits = self._limits
        if isinstance(key, str) and not key.startswith("@"):
            return ChatPace(0.0, 1)
        if isinstance(key, int) and key > 0:
            return ChatPace(1 / limits.private_per_second, limits.private_burst)
        a_minute = limits.group_per_minute
        return ChatPace(MINUTE / a_minute, min(limits.group_burst, a_minute), Window(a_minute, MINUTE))

    def _sweep(self, now: float) -> None:
        """Forget idle ones; the next look comes when twice as many are there again."""
        self._paces = {key: pace for key, pace in self._paces.items() if not pace.is_idle(now)}
        self._sweep_at = max(MANY, 2 * len(self._paces))


def key_of(chat: Chat, method: str, *, counted: bool) -> str | int:
    """Return whose pace a call goes by: its chat's if it counts there, else that of its method (in that chat)."""
    if chat is None:
        return method
    if counted:
        return chat if isinstance(chat, int) or chat.startswith("@") else f"@{chat}"
    return f"{method} {chat}"
