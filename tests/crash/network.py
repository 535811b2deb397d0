"""A network of one's own: a process in a namespace whose only link is its loopback interface, which can be cut."""

import ctypes
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

NEW_NETWORK = 0x40000000  # CLONE_NEWNET of linux/sched.h

P = ParamSpec("P")
T = TypeVar("T")


class NoNamespaceError(Exception):
    """This machine does not allow it; the text says why."""


def in_a_network_of_its_own(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the function in a new process within a new network; raise NoNamespaceError where that is not allowed."""
    if sys.platform != "linux" or not shutil.which("ip"):
        raise NoNamespaceError("needs Linux and the program ip")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        if code := process.submit(_leave).result():
            raise NoNamespaceError(f"no network namespace: {os.strerror(code)}")
        return process.submit(func, *args, **kwargs).result()


def cut() -> None:
    """Take the link down: what is sent vanishes, as with a pulled cable."""
    subprocess.run(["ip", "link", "set", "lo", "down"], check=True, timeout=10)


def join() -> None:
    """Take the link up."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True, timeout=10)


def _leave() -> int:
    """Move this thread, and what it starts, to a new network; return the error's number, 0 for success."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_NETWORK):
        return ctypes.get_errno()
    join()
    return 0
