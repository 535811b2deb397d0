"""What an error of the way out says about the call: was it made? Each class is also python-telegram-bot's own.

The transport raises `NotSent` ones, the breaker `CircuitOpen`, the limiter `MustWait`, way_out.py the uncertain ones.
"""

from datetime import timedelta
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut

LONGEST_FLOOD_WAIT = 3600.0  # seconds; a garbled number must not silence the bot for ever


class NotSent(TelegramError):  # noqa: N818 (says what happened, beside an error's class)
    """Marks errors of calls that certainly did not reach Telegram: they may be made again."""

    again = True  # False: it would fail in the same way


class PoolTimedOut(NotSent, TimedOut):
    """No connection of our own pool became free in time."""


class NotConnected(NotSent, NetworkError):  # noqa: N818 (the design's name)
    """Nobody took the connection: refused, no route, no such name, no TLS."""


class ConnectTimedOut(NotConnected, TimedOut):
    """Nobody took the connection in time."""


class Unsendable(NotSent):
    """The call cannot be written, for a reason on our side that says nothing of the link."""

    again = False


class FileUnreadable(Unsendable):
    """A file to upload could not be read to its end, so the call is incomplete."""


class TurnedAway(NotSent):
    """A proxy or firewall on the way said no in words of its own; Telegram was not asked."""


class Refused(BadRequest):
    """A refusal for good whose status the library would take for a broken network, such as 413."""


class CircuitOpen(NotSent, NetworkError):  # noqa: N818 (a state of the breaker)
    """Telegram has failed so often that nobody asks it at the moment."""

    def __init__(self, message: str = "Telegram does not answer; the next call is tried soon") -> None:
        super().__init__(message)


class MustWait(RetryAfter):
    """A flood wait is longer than the caller can wait; Telegram was not asked."""


class UncertainError(Exception):
    """Marks errors of sends that may have arrived: never send them again by yourself. The cause is the first error."""


class UncertainTimeoutError(UncertainError, TimedOut):
    """No answer to a send came in time."""


class UncertainNetworkError(UncertainError, NetworkError):
    """The connection broke, or the server failed, after a send was on its way."""


def uncertain(error: TelegramError) -> UncertainError:
    """Return the same error with the mark."""
    if isinstance(error, TimedOut):
        return UncertainTimeoutError(error.message)
    return UncertainNetworkError(error.message)


def flood_wait(error: RetryAfter) -> float:
    """Return the seconds that a 429 says, 1 to 3600; a garbled number counts as one second."""
    said = error.retry_after
    return flood_seconds(said.total_seconds() if isinstance(said, timedelta) else said)


def flood_seconds(said: Any) -> float:
    """Return what a 429 names as `retry_after`, as flood_wait() does."""
    try:
        seconds = float(said)
    except (TypeError, ValueError, OverflowError):
        seconds = 1.0
    return min(seconds, LONGEST_FLOOD_WAIT) if seconds > 1.0 else 1.0  # NaN is not greater
