"""What the machine gives a process: directories that it can write, room on their disks, and open files."""

import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from botcore.files import room
from botcore.monitoring.health.check import Check, Light
from botcore.monitoring.health.machine import judge_room
from botproject.start.asked import Asked, error, warning, well

# A web worker keeps up to 1000 connections of browsers; a bot one to Telegram for each chat that it handles.
WEB_FILES, BOT_FILES, LEAST_FILES = 1024, 256, 128


def look_at_directories(asked: Asked) -> Iterator[Check]:
    """Say where the role cannot write."""
    found = [check for name, path in _directories(asked.role) if (check := _judge_directory(name, path))]
    yield from found or [well("directories", "All that are needed can be written.")]


def look_at_disks(asked: Asked) -> Iterator[Check]:
    """Say which disk is full, or nearly; each disk is looked at once."""
    seen: set[int] = set()
    for name, path in _directories(asked.role):
        place = _nearest(path)
        if (device := place.stat().st_dev) not in seen:
            seen.add(device)
            light, words = judge_room(room(place), name)
            yield Check("disk", light, words)


def _directories(role: str) -> Iterator[tuple[str, Path]]:
    """Yield what the role writes to, each with the setting that names it."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        yield "DATABASE_URL", Path(database["NAME"]).parent
    if role == "bot":
        yield "SPOOL_DIR", Path(settings.SPOOL_DIR)
        yield "BACKUP_DIR", Path(settings.BACKUP_DIR)
    yield "TMPDIR", Path(tempfile.gettempdir())


def _judge_directory(name: str, path: Path) -> Check | None:
    """Write a file as the process will; one that is missing must be possible to make."""
    place = _nearest(path)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
            file.flush()
    except OSError as exc:
        words = f"{name}: {place} cannot be written ({exc.strerror}): chown it to this user, or name another one."
        return (warning if name == "BACKUP_DIR" else error)("directories", words)
    return None


def _nearest(path: Path) -> Path:
    """Return the directory, or the one in which it will be made."""
    return next(place for place in (path, *path.parents) if place.is_dir())


def look_at_files(asked: Asked) -> Iterator[Check]:
    """Say when the process may open too few files."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WEB_FILES if asked.role == "web" else BOT_FILES + settings.BOT_CONCURRENCY
    name, mend = "open files", f"raise it to {wanted}, by LimitNOFILE= or `ulimit -n`."
    if allowed == resource.RLIM_INFINITY or allowed >= wanted:
        yield well(name, f"{allowed} may be open at once.")
    elif allowed < LEAST_FILES:
        yield error(name, f"Only {allowed} files may be open at once, with which it cannot work: {mend}")
    else:
        yield warning(name, f"Only {allowed} files may be open at once: {mend}")


def look_at_static_files(_asked: Asked) -> Iterator[Check]:
    """Say when pages would come without their styles."""
    if (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Check("static files", Light.OK, "They are collected.")
    else:
        yield warning(
            "static files",
            "They are not collected, so pages lack their looks: run `manage.py collectstatic --noinput`.",
        )
