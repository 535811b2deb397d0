"""Reading environment variables for settings.py: typed by django-environ, with a plain complaint for a bad value.

A complaint never stops a web process, which then shows it; `runbot` refuses to start with exit code 78.
"""

import errno
import ipaddress
import os
import re
import secrets
import string
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

T = TypeVar("T")

TOKEN_CHARACTERS = set(string.ascii_letters + string.digits + "_-")
RELEASE_LENGTH = 40  # characters of the columns that keep it
TRUE_WORDS = {"1", "true", "yes", "on"}
INSTALL_EXTRAS = "pip install --require-hashes -r requirements-extras.txt"
LISTEN = "write the address to listen on, like 0.0.0.0"
FALSE_WORDS = {"0", "false", "no", "off", ""}


class Environment:
    """The process' environment plus an optional file of defaults; `complaints` maps a variable to one sentence."""

    def __init__(self) -> None:
        self._values = FileAwareMapping(cache=False)
        self.complaints: dict[str, str] = {}
        self.names: list[str] = []

    def read_file(self, path: Path) -> frozenset[str]:
        """Load `NAME=value` lines as defaults; what is already in the environment wins. Return the names it brought."""
        given = frozenset(os.environ)
        try:
            if path.is_file():
                environ.Env.read_env(path)
        except (OSError, ValueError) as exc:  # going on without it would take another database by surprise
            reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
            raise ImproperlyConfigured(f"{path} cannot be read ({reason}): mend the file, or its rights.") from None
        return frozenset(os.environ) - given

    def read(self, name: str, parse: Callable[[str], T], *, default: T, hint: str) -> T:
        """Return the parsed value; a bad one leaves a complaint that names the variable and says what to write."""
        self.names.append(name)
        text = self._text(name)
        if text is None:
            return default
        try:
            return parse(text)
        except (ValueError, ImproperlyConfigured) as exc:
            detail = f" ({exc})" if str(exc) else ""
            self.complaints[name] = f"{name} is not valid{detail}: {hint}."
            return default

    def _text(self, name: str) -> str | None:
        """The raw value from the variable or from the file that NAME_FILE points to; None when neither is set."""
        try:  # not Env.get_value(): that would take a secret that begins with "$" for a reference
            refuse_streams(os.environ.get(f"{name}_FILE", ""))
            text = str(self._values.get(name, "")).strip()
        except (OSError, UnicodeDecodeError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) else "it is not UTF-8 text"
            self.complaints[name] = f"{name}_FILE cannot be read ({reason}): point it to a readable file."
            return None
        return text or None

    def with_package(self, name: str, value: str, package: str) -> str:
        """Return the value; without the optional package that it needs leave a complaint, and return none."""
        if value and not is_installed(package):
            self.complaints[name] = f"{name} is set, but {package} is not installed: run `{INSTALL_EXTRAS}`."
            return ""
        return value

    def sandbox(self, name: str, api_url: str) -> bool:
        """Return whether Telegram is the sandbox; that listens on loopback only, so it is refused elsewhere."""
        claimed = self.read(name, boolean, default=False, hint="write 1 when TELEGRAM_API_URL is the sandbox, else 0")
        if claimed and not is_loopback(urlsplit(api_url).hostname or ""):
            self.complaints[name] = f"{name} is 1, but TELEGRAM_API_URL is not on this machine: write 0 for a real bot."
            return False
        return claimed

    def secret_key(self, name: str) -> str:
        """Return the key, or one that lives as long as this process, with a complaint."""
        hint = "write at least 32 random characters, for example from `openssl rand -base64 48`"
        key = self.read(name, longer_than(31), default="", hint=hint)
        if not key:
            self.complaints.setdefault(name, f"{name} is not set: {hint}.")
        return key or secrets.token_urlsafe(48)


def refuse_streams(path: str) -> None:
    """Raise OSError for a pipe or a device: reading may never end, and what a pipe held is gone for the next reader."""
    if path and path != os.devnull and not (Path(path).is_file() or Path(path).is_dir()) and Path(path).exists():
        raise OSError(errno.EINVAL, "it is a pipe or a device, which cannot be read twice")


def is_installed(package: str) -> bool:
    """Tell whether a package is there, without importing it."""
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Tell whether the host is this machine's loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def boolean(text: str) -> bool:
    """Parse yes/no words."""
    word = text.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError


def whole_number(text: str) -> int:
    """Parse digits with an optional minus."""
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{text[:20]!r} is not a whole number") from None


def integer(low: int, high: int) -> Callable[[str], int]:
    """Make a parser of whole numbers from low to high, both included."""

    def parse(text: str) -> int:
        number = whole_number(text)
        if not low <= number <= high:
            raise ValueError(f"{number} is outside {low}…{high}")
        return number

    return parse


def choice(*allowed: str) -> Callable[[str], str]:
    """Make a parser of one of a few words, in any case."""
    words = {word.lower(): word for word in allowed}

    def parse(text: str) -> str:
        if text.lower() not in words:
            raise ValueError
        return words[text.lower()]

    return parse


def longer_than(length: int) -> Callable[[str], str]:
    """Make a parser of texts with more than that many characters."""

    def parse(text: str) -> str:
        if len(text) <= length:
            raise ValueError(f"only {len(text)} characters")
        return text

    return parse


def bearer_token(text: str) -> str:
    """Accept at least 16 characters that print, of ASCII and without blanks: no other token matches a header's."""
    if not re.fullmatch(r"[!-~]{16,}", text):
        raise ValueError("too short, or with other characters")
    return text


def release(text: str) -> str:
    """Accept the name of a release: 1 to 40 characters that print, without blanks."""
    if not (0 < len(text) <= RELEASE_LENGTH and text.isprintable() and not any(map(str.isspace, text))):
        raise ValueError(text)
    return text


def words(text: str) -> list[str]:
    """Parse a comma separated list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def hosts(text: str) -> list[str]:
    """Parse a comma separated list of host names, without scheme, port or path."""
    names = words(text)
    if wrong := [name for name in names if "/" in name or (":" in name and not name.startswith("["))]:
        raise ValueError(f"{wrong[0]!r} is no bare host name")
    return names


def origins(text: str) -> list[str]:
    """Parse a comma separated list of addresses: scheme, host and perhaps a port."""
    return [http_url(address) for address in words(text)]


def telegram_ids(text: str) -> list[int]:
    """Parse a comma separated list of Telegram user ids."""
    numbers = [whole_number(part) for part in words(text)]
    if any(number <= 0 for number in numbers):
        raise ValueError("a person's id is a positive number")
    return numbers


def http_url(text: str) -> str:
    """Parse the address of an HTTP server, without a trailing slash."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    if parts.query or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError("no ?, # or white space allowed")
    _ = parts.port  # raises ValueError for a port that is not a number
    return text.rstrip("/")


def sentry_dsn(text: str) -> str:
    """Parse the address of a Sentry project: https://<key>@<host>/<number>."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.username:
        raise ValueError
    if not parts.path.rpartition("/")[2].isdecimal() or not text.isprintable() or " " in text:
        raise ValueError
    _ = parts.port
    return text


def otlp_headers(text: str) -> dict[str, str]:
    """Parse `name=value` pairs, comma separated, values percent-encoded, as OpenTelemetry writes them."""
    pairs = [pair.partition("=") for pair in words(text)]
    if not all(name.strip().replace("-", "").replace("_", "").isalnum() and equals for name, equals, _ in pairs):
        raise ValueError  # without the pair: it may hold a key
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in pairs}


def webhook_url(text: str) -> str:
    """Parse the address that Telegram is told; a slash at its end stays, for the receiver insists on it."""
    return http_url(text) + ("/" if text.endswith("/") else "")


def bot_token(text: str) -> str:
    """Parse a bot token: the bot's id, a colon, letters; never repeat a wrong one in the complaint."""
    number, colon, rest = text.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= 18 and colon and rest):
        raise ValueError
    if not set(rest) <= TOKEN_CHARACTERS:
        raise ValueError
    return text


def webhook_secret(text: str) -> str:
    """Parse a webhook's secret as Telegram takes it."""
    if len(text) > 256 or not set(text) <= TOKEN_CHARACTERS:  # core.telegram.org/bots/api#setwebhook
        raise ValueError
    return text


def ip_address(text: str) -> str:
    """Parse an address of this machine's network interfaces."""
    return str(ipaddress.ip_address(text))


def directory(base_dir: Path) -> Callable[[str], Path]:
    """Make a parser of paths, relative ones from the project's folder."""

    def parse(text: str) -> Path:
        if "\0" in text:
            raise ValueError
        path = base_dir / text
        try:
            if path.exists() and not path.is_dir():
                raise ValueError("there is a file of this name")
        except OSError as exc:  # no right to look there, or too long a name
            raise ValueError(exc.strerror) from None
        return path

    return parse


def database(base_dir: Path) -> Callable[[str], dict[str, Any]]:
    """Make a parser of sqlite:/// and postgres:// addresses into a Django DATABASES entry."""

    def parse(text: str) -> dict[str, Any]:
        if not text.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ValueError
        try:
            config: dict[str, Any] = environ.Env.db_url_config(text)
        except ValueError:  # its text may hold a part of the password
            raise ValueError("it cannot be read as an address") from None
        if not config["NAME"]:
            raise ValueError("the database has no name")
        if config["ENGINE"].endswith("sqlite3") and config["NAME"] != ":memory:":
            config["NAME"] = str(base_dir / config["NAME"])
        return config

    return parse
