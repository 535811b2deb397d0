"""Judges a token that Telegram rejects: polling, the webhook's keeper, checks and sending report to the same judge."""

import logging
import time
from collections.abc import Callable

from telegram.error import TelegramError

from botcore.connection.rejected import rejected
from botcore.exceptions import ConfigurationError
from botcore.tell import Tell

logger = logging.getLogger(__name__)

REJECTED_SECONDS = 60.0  # how long a token may be rejected: a server that restarts answers 401 or 404, too


class TokenJudge:
    """Knows for how long the token has been rejected, and says when that is final."""

    def __init__(
        self,
        api_url: str,
        *,
        tell: Tell,
        patience: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sentence = rejected(api_url)
        self._tell = tell
        self._patience = REJECTED_SECONDS if patience is None else patience
        self._clock = clock
        self._since: float | None = None
        self._patient = False
        self._told = False

    @property
    def in_doubt(self) -> bool:
        """Is the token being rejected? Nothing that is sent arrives then."""
        return self._since is not None

    def accepted(self) -> None:
        """Telegram answered a call with this token."""
        self._since, self._patient, self._told = None, True, False

    def be_patient(self) -> None:
        """Something stands in the server's place or it starts: its first rejection is not final."""
        self._patient = True

    def doubt(self) -> None:
        """Take a 401 or 404, without a verdict."""
        if self._since is None:
            self._since = self._clock()
            logger.warning("Telegram rejects the token, as a server that restarts may do")

    def rejected(self) -> TelegramError | ConfigurationError:
        """Take a 401 or 404 and return what to raise `from None`, for the library's own error holds the token.

        ConfigurationError when nothing else has come for a minute, and at once when it is the very first answer.
        """
        self.doubt()
        if self._patient and self._since is not None and self._clock() - self._since < self._patience:
            return TelegramError(self._sentence)
        if not self._told:
            self._told = True
            self._tell("token", f"{self._sentence} The process ends.", level="error")
        return ConfigurationError(self._sentence)
