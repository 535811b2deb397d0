"""systemd's watchdog for the pages: a thread of gunicorn's master asks them, and feeds it while a worker answers.

Of the standard library and gunicorn alone, as all that the master imports. gunicorn itself says READY=1.
"""

import http.client
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from typing import Any

from gunicorn.systemd import sd_notify

LOG = logging.getLogger("gunicorn.error")
ASKS = 3  # in the time that systemd grants: one may be in vain


def begin(listeners: Sequence[Any]) -> None:
    """Ask the pages from now on where they listen, if systemd watches this process."""
    bound = next((name for name in (one.getsockname() for one in listeners) if isinstance(name, tuple)), None)
    wanted, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not bound or not wanted.isdigit() or (pid and pid != str(os.getpid())):
        return
    pause = int(wanted) / 1_000_000 / ASKS
    threading.Thread(target=_feed, args=(_address(bound), pause), name="watchdog", daemon=True).start()


def _feed(address: tuple[str, int], pause: float, ended: Callable[[float], bool] | None = None) -> None:
    ended = ended or threading.Event().wait
    asked_for = 0.0
    while not ended(max(0.0, pause - asked_for)):  # who asked in vain for as long has waited already
        begun = time.monotonic()
        is_alive = _answers(address, pause)
        asked_for = time.monotonic() - begun
        if is_alive:
            sd_notify("WATCHDOG=1", LOG)
        else:
            LOG.warning("no worker answers within %g s; systemd hears nothing of these pages until one does", pause)


def _answers(address: tuple[str, int], seconds: float) -> bool:
    """Tell whether a worker says anything, be it that it refuses the name."""
    with suppress(OSError, http.client.HTTPException), closing(http.client.HTTPConnection(*address, seconds)) as asked:
        asked.request("GET", "/healthz", headers={"Host": "localhost"})
        return asked.getresponse().status > 0
    return False


def _address(bound: Any) -> tuple[str, int]:
    """Return where to ask what is bound there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bound[0], bound[0])  # noqa: S104 (not bound here)
    return host, bound[1]
