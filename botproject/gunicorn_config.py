"""gunicorn's configuration, `--config python:botproject.gunicorn_config`: how it serves, and how its workers count.

Workers count metrics in files of one directory, made by each master for its own workers; bots never share it. Files
belong to numbers, not to processes: whoever takes a dead worker's place counts on, so no number is lost and no file
left behind. The master imports nothing that a HUP should load anew.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from botproject import gunicorn_watchdog

worker_class, threads = "gthread", 8
control_socket_disable = True  # it would be in $HOME
logger_class = "botproject.gunicorn_log.Logger"

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # what prometheus_client looks at
NUMBER = "BOTDECK_WEB_WORKER"  # what botcore/instruments.py looks at
PREFIX = "botdeck-web-metrics-"
LOCK = "master"

_numbers: set[int] = set()  # of the workers that live
_lock: list[int] = []  # descriptors, held until master and workers have ended


def on_starting(_server: Any) -> None:
    """Remove what dead masters left, and make a directory."""
    base = Path(tempfile.gettempdir())
    for path in base.glob(f"{PREFIX}*"):
        remove_if_left(path)
    making = Path(tempfile.mkdtemp(dir=base))  # with its lock before it can be found
    _lock.append(locked(making / LOCK))
    made = making.rename(base / f"{PREFIX}{making.name}")
    os.environ[VARIABLE] = str(made)


def when_ready(server: Any) -> None:
    """Let systemd's watchdog hear of the pages."""
    gunicorn_watchdog.begin(server.LISTENERS)


def pre_fork(_server: Any, worker: Any) -> None:
    """Give a worker the lowest number that nobody has; it finds it in its environment."""
    worker.number = min(set(range(len(_numbers) + 1)) - _numbers)
    _numbers.add(worker.number)
    os.environ[NUMBER] = str(worker.number)


def child_exit(_server: Any, worker: Any) -> None:
    """Forget what was true of a worker that ended; what it has counted stays."""
    for path in Path(os.environ[VARIABLE]).glob(f"gauge_live*_{worker.number}.db"):
        path.unlink(missing_ok=True)
    _numbers.discard(worker.number)


def on_exit(_server: Any) -> None:
    """Remove the directory."""
    shutil.rmtree(os.environ[VARIABLE], ignore_errors=True)


def locked(path: Path) -> int:
    """Lock a file for as long as this process and its children live; raise BlockingIOError when others have it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def remove_if_left(path: Path) -> None:
    """Remove the directory of a master that is gone; those of living ones, and of other people, stay."""
    try:
        if path.lstat().st_uid == os.getuid():
            descriptor = locked(path / LOCK)
            shutil.rmtree(path, ignore_errors=True)
            os.close(descriptor)
    except OSError:  # it lives, or another one removes it
        return
