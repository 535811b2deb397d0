"""Runs the program anew in this same process, which keeps its id: a supervisor sees no end. For runtime/restart.py.

What was open closes with the old program (Python opens everything close-on-exec); only the note is handed over.
"""

import os
import signal
import sys
from typing import NoReturn

from django.conf import settings

from botcore.logs import flush

VARIABLE = "BOTDECK_BEGUN_ANEW"  # the note, from one life to the next
STOPS = frozenset({signal.SIGTERM, signal.SIGINT})


def begin_anew(note: str) -> NoReturn:
    """Run what was run, with the same arguments and the environment it was given; raise OSError when that cannot be.

    A stop that comes from now on is not lost: it waits for the new program, see was_stopped_between().
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        flush()
        arguments = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, arguments, {**_environment(), VARIABLE: note})  # noqa: S606 (ourselves, no shell)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def take_note() -> str:
    """Return what the life before has left, once; "" for a process that was started by somebody else."""
    return os.environ.pop(VARIABLE, "")


def was_stopped_between() -> bool:
    """Tell whether a stop came between two lives; if not, signals come through from now on."""
    if signal.sigpending() & STOPS:
        return True
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return False


def _environment() -> dict[str, str]:
    """Return what this process was given: what .env added is read from there again, as it is by then."""
    return {name: value for name, value in os.environ.items() if name not in settings.ENV_FILE_NAMES}
