"""Files of this machine on their way to Telegram: opened so that nothing hangs, read in threads of their own.

A pipe, or a network drive that does not answer, must hold up nobody but those who send its files.
"""

import asyncio
import errno
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BufferedReader
from pathlib import Path
from typing import TypeVar

from botcore.logs import in_context

T = TypeVar("T")

THREADS = ThreadPoolExecutor(4, thread_name_prefix="files")
FETCHING = ThreadPoolExecutor(2, thread_name_prefix="fetching")  # what takes minutes holds up no uploads
OPEN_SECONDS = 60.0  # for opening or hashing a file


def open_regular(path: Path) -> BufferedReader:
    """Open a file for reading; raise OSError for what is none, such as a pipe, whose reader would wait for ever."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is no regular file", str(path))
    return os.fdopen(descriptor, "rb")


async def in_thread(work: Callable[[], T]) -> T:
    """Do what waits for the network for long, in one of few threads for that."""
    return await asyncio.get_running_loop().run_in_executor(FETCHING, in_context(work))


async def in_file_thread(work: Callable[..., T], *args: object) -> T:
    """Do it in a thread for files; raise TimeoutError, an OSError, when it takes too long."""
    async with asyncio.timeout(OPEN_SECONDS):
        return await asyncio.get_running_loop().run_in_executor(THREADS, in_context(work), *args)
