"""The words for an error of the network: what the system says, never an address, which holds the token."""

import os
import socket
import ssl

from aiohttp import ClientHttpProxyError


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
