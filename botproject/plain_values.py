"""The few settings of commands that start without Django, found as settings.py finds them: bothealth, sandbox."""

import os
from ipaddress import ip_address
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[1]
QUOTES = ("'", '"')


class SettingError(Exception):
    """The text says which setting, and what to write."""


def read_port(text: str) -> int:
    """Return a port; raise ValueError with a hint."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError("write a port from 1 to 65535")
    return int(text)


class Values:
    """Variables as settings.py finds them: the environment, then the file; NAME_FILE names a file with the value."""

    def __init__(self) -> None:
        path = Path(os.environ.get("DJANGO_ENV_FILE", BASE_DIR / ".env"))
        lines = path.read_text(errors="replace").splitlines() if path.is_file() and os.access(path, os.R_OK) else []
        pairs = (line.removeprefix("export ").partition("=") for line in lines if not line.startswith("#"))
        self._values = {**{name: _unquoted(value) for name, _, value in pairs}, **os.environ}

    def port(self, name: str, default: int) -> int:
        """Return a port; raise SettingError for what is none."""
        text = self._text(name)
        if not text:
            return default
        try:
            return read_port(text)
        except ValueError as exc:
            raise SettingError(f"{name} is not valid: {exc}.") from None

    def word(self, name: str, *allowed: str) -> str:
        """Return one of a few words, in any case; without one the first. Raise SettingError for another."""
        text = self._text(name) or allowed[0]
        known = {word.lower(): word for word in allowed}
        if text.lower() not in known:
            raise SettingError(f"{name} is not valid: write {', '.join(allowed[:-1])} or {allowed[-1]}.")
        return known[text.lower()]

    def text(self, name: str, default: str) -> str:
        """Return what is written there."""
        return self._text(name) or default

    def listener(self, name: str) -> str:
        """Return where to ask a server of this machine whose address stands there; raise SettingError for none."""
        text = self._text(name) or "127.0.0.1"
        try:
            address = ip_address(text)
        except ValueError:
            raise SettingError(f"{name} is not valid: write the address to listen on, like 0.0.0.0.") from None
        if address.is_unspecified:
            return "127.0.0.1" if address.version == 4 else "::1"
        return text

    def host(self) -> str:
        """Return a name under which the pages may be asked."""
        names = [name.strip() for name in self._text("DJANGO_ALLOWED_HOSTS").split(",") if name.strip()]
        if not names or "*" in names or "localhost" in names:
            return "localhost"
        return names[0].removeprefix(".")

    def _text(self, name: str) -> str:
        if path := self._values.get(f"{name}_FILE"):
            try:
                return Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError):
                raise SettingError(f"{name}_FILE cannot be read: point it to a readable file.") from None
        return self._values.get(name, "").strip()


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES else text
