"""sd_notify: tells systemd that the process is ready, alive, reloading or stopping; without systemd nothing happens.

The protocol is one datagram to the socket in NOTIFY_SOCKET, see sd_notify(3).
"""

import os
import socket
import time
from contextlib import suppress


def notify(state: str) -> None:
    """Send a state such as READY=1, WATCHDOG=1 or STOPPING=1."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.sendto(state.encode(), address)


def reloading() -> str:
    """Return the state of a process that ends to begin anew: READY=1 follows; STOPPING=1 would be final."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"


def watchdog_seconds() -> float | None:
    """Return within how many seconds systemd wants a sign of life; None when it does not watch this process."""
    wanted, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not wanted.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(wanted) / 1_000_000
