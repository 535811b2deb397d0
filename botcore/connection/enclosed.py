"""Files that came from a page, on this machine for as long as they are sent: nameless, so that a crash leaves none."""

import errno
import os
import tempfile
from contextlib import ExitStack
from typing import IO

from botcore.database import in_database
from botcore.enclosures import selectors
from botcore.outbox.content import Enclosed
from botcore.uploads import in_file_thread


async def fetched(file: Enclosed, files: ExitStack) -> IO[bytes]:
    """Copy it from the database, piece by piece; raise OSError when it is not there, or not all of it."""
    size, number, got = await in_database(selectors.size, file.enclosure), 0, 0
    copy: IO[bytes] = files.enter_context(await in_file_thread(tempfile.TemporaryFile))
    while piece := await in_database(selectors.piece, file.enclosure, number):
        await in_file_thread(copy.write, piece)
        number, got = number + 1, got + len(piece)
    if not size or got != size:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), file.name)
    await in_file_thread(copy.seek, 0)
    return copy
