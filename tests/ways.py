"""The way out for tests: complete, but no limit of Telegram's holds it up."""

from botcore.connection.breaker import Breaker
from botcore.connection.chat_limits import ChatLimits
from botcore.connection.consequences import Consequences
from botcore.connection.limiter import Limiter
from botcore.connection.link_watch import LinkWatch
from botcore.connection.pace import EvenPace
from botcore.connection.way_out import WayOut
from botcore.tell import Tell

MANY = 1_000_000
URL = "https://api.telegram.org"


def drop(kind: str, text: str, *, level: str = "info") -> None:
    """Drop an event."""


def free_way_out(
    *,
    tell: Tell = drop,
    watch: LinkWatch | None = None,
    consequences: Consequences | None = None,
    limiter: Limiter | None = None,
) -> WayOut:
    """Return a way out for the bot 7."""
    return WayOut(
        limiter or Limiter(EvenPace(MANY), limits=ChatLimits(MANY, MANY, MANY, MANY)),
        Breaker(tell),
        watch=watch or LinkWatch(URL, tell=tell),
        consequences=consequences or Consequences(bot_id=lambda: 7, tell=tell),
    )
