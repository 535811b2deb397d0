"""What a container was started for: its first process tells, so one image needs one HEALTHCHECK and no variable."""

from pathlib import Path, PurePath

PATH = Path("/proc/1/cmdline")
ROLES = {"gunicorn": "web", "web": "web", "runbot": "bot", "bot": "bot", "sandbox": "sandbox"}


def role() -> str:
    """Return web, bot or sandbox, also while `deploy/start` still checks; empty for a command such as migrate."""
    words = PATH.read_bytes().decode(errors="replace").split("\0")
    return next((ROLES[name] for name in map(_name, words) if name in ROLES), "")


def _name(word: str) -> str:
    return PurePath(word).name
