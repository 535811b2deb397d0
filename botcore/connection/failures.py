"""What the transport raises, and what it proves: a `NotSent` call did not reach Telegram and may be made again.

Any other TimedOut or NetworkError is uncertain: Telegram may have acted on the call. No text holds an
address or a token.
"""

import os
import socket
import ssl

from aiohttp import ClientHttpProxyError
from telegram.error import NetworkError, TelegramError, TimedOut


class NotSent(TelegramError):  # noqa: N818 (named like the library's)
    """The call certainly did not reach Telegram."""


class PoolTimedOut(NotSent, TimedOut):
    """No place in the pool became free in time."""


class NotConnected(NotSent, NetworkError):  # noqa: N818 (named like the library's)
    """There was no connection: refused, no such name, TLS failed, a proxy said no."""


class ConnectTimedOut(NotConnected, TimedOut):
    """There was no connection in time."""


class FileUnreadable(NotSent, TelegramError):  # noqa: N818 (named like the library's)
    """A file to upload could not be read to its end, so the call is incomplete; once more will not help."""


def reason(error: BaseException) -> str:
    """Return the error's class and what the system says; its own text may hold the address, and with it the token."""
    cause = getattr(error, "os_error", error)
    words = ""
    if isinstance(error, ClientHttpProxyError):
        words = f"the proxy answered {error.status}"
    elif isinstance(cause, ssl.SSLError):
        words = getattr(cause, "verify_message", "") or cause.reason or ""
    elif isinstance(cause, socket.gaierror):
        words = cause.strerror or ""
    elif isinstance(cause, OSError) and cause.errno:
        words = os.strerror(cause.errno)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
