"""Secrets: whether they can be guessed, and who else on this machine can read their files."""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from math import log2
from pathlib import Path

from django.conf import settings

from botcore.monitoring.health.check import Check
from botproject.start.asked import Asked, error, warning, well

PLACEHOLDERS = (
    *("changeme", "change-me", "change_me", "replace", "placeholder", "insecure", "example", "your-", "your_"),
    *("secret", "password", "letmein", "12345678", "abcdefgh", "qwerty"),
)
MEND = "write a new one, for example from `openssl rand -base64 48`"
KEY_BITS, TOKEN_BITS = 128, 56  # 16 random characters of a token have about 62 by this count
PROVIDED = ("/run/secrets/",)  # containers get their secrets there, readable by all, for nobody else is inside


def look_at_strength(asked: Asked) -> Iterator[Check]:
    """Say which secret of the role could be guessed."""
    found = [check for name, bits in _asked_of(asked.role) if (check := _judge(name, bits))]
    yield from found or [well("secrets", "None is a word that is known or could be guessed.")]


def _asked_of(role: str) -> Iterator[tuple[str, int]]:
    if "DJANGO_SECRET_KEY" not in settings.CONFIGURATION_COMPLAINTS:
        yield "SECRET_KEY", KEY_BITS
    yield "METRICS_TOKEN", TOKEN_BITS
    if role == "bot" or not settings.WEBHOOK_PORT:
        yield "WEBHOOK_SECRET", TOKEN_BITS


def _judge(name: str, least: int) -> Check | None:
    text = getattr(settings, name)
    if not text:
        return None
    shown = "DJANGO_SECRET_KEY" if name == "SECRET_KEY" else name
    if any(word in text.lower() for word in PLACEHOLDERS):
        return error("secrets", f"{shown} is a placeholder, or has a well-known word in it: {MEND}.")
    if (bits := guessed_in(text)) < least:
        return error("secrets", f"{shown} could be guessed (about {bits:.0f} bits, {least} are needed): {MEND}.")
    return None


def guessed_in(text: str) -> float:
    """Return about how many bits are to be guessed: those of its letters, once for a part that is repeated."""
    period = (text + text).find(text, 1)
    part = text[:period]
    counts = Counter(part)
    return -sum(count * log2(count / len(part)) for count in counts.values())


def look_at_files(_asked: Asked) -> Iterator[Check]:
    """Say which files with secrets others can read."""
    found = [check for name, path in _files() if (check := _judge_file(name, path))]
    yield from found or [well("secret files", "Nobody else can read them.")]


def _files() -> Iterator[tuple[str, Path]]:
    env_file = Path(os.environ.get("DJANGO_ENV_FILE", settings.BASE_DIR / ".env"))
    if env_file.is_file():
        yield str(env_file), env_file
    for name in settings.ENVIRONMENT_VARIABLES:
        if path := os.environ.get(f"{name}_FILE"):
            yield f"{name}_FILE", Path(path)


def _judge_file(name: str, path: Path) -> Check | None:
    try:
        facts = path.stat()
    except OSError:  # look_at_settings() says so
        return None
    if not os.access(path, os.R_OK):
        return error("secret files", f"{name} cannot be read by this user, so it counts for nothing: chown it.")
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")  # systemd's, which no other user can enter
    if str(path).startswith(PROVIDED) or (credentials and path.is_relative_to(credentials)):
        return None
    mode = stat.S_IMODE(facts.st_mode)
    if mode & 0o007:
        return error("secret files", f"{name} is open to everybody on this machine ({mode:04o}): chmod 600 {path}")
    if mode & 0o020 or (
        mode & 0o040 and facts.st_uid == os.getuid()
    ):  # root's, for a group of ours, is one way to do it
        return warning("secret files", f"{name} is open to its group ({mode:04o}): chmod 600 {path}")
    return None
