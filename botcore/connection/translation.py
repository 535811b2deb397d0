"""Errors of Telegram and of the database as those of our own tree; here they are translated, once for all rooms."""

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from botcore.connection.errors import TurnedAway, UncertainError, Unsendable, flood_wait
from botcore.database import is_away
from botcore.exceptions import BotdeckError, ChatGone, RateLimited, TemporaryError


def translated(error: BaseException) -> BotdeckError | None:
    """Return what the error means; None for a bug, which a refusal of Telegram's is, too.

    A send that may have arrived is passing trouble as well, but whoever tries again must look at that first.
    """
    known = _of_telegram(error) if isinstance(error, TelegramError) else TemporaryError() if is_away(error) else None
    if known:
        known.__cause__ = error
    return known


def may_repeat(error: BaseException) -> bool:
    """Tell whether trying again cannot do something twice that was done already."""
    return not isinstance(error, UncertainError)


def _of_telegram(error: TelegramError) -> BotdeckError | None:
    if isinstance(error, Forbidden):
        return ChatGone(error.message)
    if isinstance(error, RetryAfter):
        return RateLimited(seconds=flood_wait(error))
    if isinstance(error, BadRequest | Unsendable):  # the library's BadRequest is a NetworkError
        return None
    return TemporaryError() if isinstance(error, NetworkError | TurnedAway) else None
