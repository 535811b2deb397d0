"""Which process this is, and whether another one of this machine still lives."""

import os
import secrets
import socket
from functools import cache
from pathlib import Path


def process_name() -> str:
    """Return `host:pid-random`, which names this process in leases and heartbeats; no other ever has the same."""
    return _name_of(os.getpid())  # a fork is another process


@cache
def _name_of(pid: int) -> str:
    return f"{socket.gethostname()[:60]}:{pid}-{secrets.token_hex(2)}"


@cache
def machine() -> str:
    """Return what processes share that can look each other up: the boot and the process namespace; "" if unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def is_gone(process: str) -> bool:
    """Tell whether a process of this machine is gone for certain; a number that is in use again says no."""
    number = process.rpartition(":")[2].partition("-")[0]
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:  # it lives, and belongs to somebody else
        return False
    return False
