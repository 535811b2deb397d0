"""The processes that there are, and the command that each one is."""

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANAGE = str(ROOT / "manage.py")
COMMANDS = {"bot": "runbot", "migrate": "migrate", "sandbox": "sandbox"}
ROLES = ("web", *COMMANDS)


def command_of(role: str, arguments: Sequence[str]) -> list[str]:
    """Return what the process of a role is, with further arguments of its own."""
    if role == "web":
        return [sys.executable, "-m", "gunicorn", "botproject.wsgi", *_gunicorn(), *arguments]
    return [sys.executable, MANAGE, COMMANDS[role], *arguments]


def _gunicorn() -> list[str]:
    from django.conf import settings  # noqa: PLC0415 (roles without Django's settings need not read them)

    host = f"[{settings.WEB_HOST}]" if ":" in settings.WEB_HOST else settings.WEB_HOST
    return [
        *("--config", "python:botproject.gunicorn_config"),
        *("--bind", f"{host}:{settings.WEB_PORT}"),
        *("--workers", str(settings.WEB_WORKERS)),
        *("--access-logfile", "/dev/null"),
        *("--log-level", "warning"),
    ]
