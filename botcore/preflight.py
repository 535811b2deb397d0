"""What must be right before a bot process starts; each finding is one sentence that names the variable and the mend."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import OperationalError, connection
from django.http.request import validate_host
from django.utils import timezone
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from botcore.exceptions import ConfigurationError
from botcore.monitoring.health.database import missing_migrations
from botcore.monitoring.identity import machine, process_name
from botcore.monitoring.services import Beat, beat

TELEGRAM = "api.telegram.org"
WEBHOOK_PORTS = {443, 80, 88, 8443}  # core.telegram.org/bots/webhooks; a server of one's own takes any


def check_set_up() -> None:
    """Raise ConfigurationError for the first setting that is wrong."""
    for complaint in wrong_settings():
        raise ConfigurationError(complaint)


def wrong_settings() -> Iterator[str]:
    """Yield a sentence for each setting with which a bot cannot work."""
    yield from settings.CONFIGURATION_COMPLAINTS.values()
    if not settings.TELEGRAM_BOT_TOKEN and "TELEGRAM_BOT_TOKEN" not in settings.CONFIGURATION_COMPLAINTS:
        yield (
            "TELEGRAM_BOT_TOKEN is not set: write the token that @BotFather gave you, "
            "or try `make demo`, which needs none."
        )
    if settings.BOT_MODE == "webhook" and "WEBHOOK_URL" not in settings.CONFIGURATION_COMPLAINTS:
        yield from _wrong_webhook()


def _wrong_webhook() -> Iterator[str]:
    """Say of an address that Telegram would not deliver to it."""
    if not settings.WEBHOOK_URL:
        yield (
            "WEBHOOK_URL is not set, and BOT_MODE is webhook: write the public address of /telegram/webhook/, "
            "like https://bot.example/telegram/webhook/."
        )
        return
    address = urlsplit(settings.WEBHOOK_URL)
    if not settings.WEBHOOK_PORT and not validate_host(address.hostname or "", settings.ALLOWED_HOSTS):
        yield (
            f"DJANGO_ALLOWED_HOSTS lacks {address.hostname}, the host of WEBHOOK_URL; with WEBHOOK_PORT=0 the web "
            "process takes the deliveries and would refuse them."
        )
    if urlsplit(settings.TELEGRAM_API_URL).hostname == TELEGRAM and (
        address.scheme != "https" or (address.port or 443) not in WEBHOOK_PORTS
    ):
        wanted = "https on the ports 443, 80, 88 and 8443"
        yield f"WEBHOOK_URL: Telegram delivers to {wanted}, not to {settings.WEBHOOK_URL}."


def check_database() -> None:
    """Open the database, look for missing migrations, and write this process' first heartbeat."""
    with in_one_sentence("written"):
        open_database()
        missing = missing_migrations()
        if missing:
            raise ConfigurationError(
                f"DATABASE_URL: the database lacks {missing} migrations; run `manage.py migrate` first."
            )
        beat(Beat(process_name(), "bot", settings.VERSION, "starting", timezone.now(), machine=machine()))


def reason(exc: BaseException) -> str:
    """Return the first line of what an error says, else its name."""
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]


@contextmanager
def in_one_sentence(done: str) -> Iterator[None]:
    """Turn what the driver says into a ConfigurationError; `done` is what cannot be done with the database."""
    try:
        yield
    except (DatabaseError, ImproperlyConfigured, UnicodeError) as exc:  # refused, unknown, or no possible host name
        raise ConfigurationError(
            f"DATABASE_URL: the database cannot be {done} ({reason(exc)}); "
            "check the address, the password and the rights."
        ) from exc


def check_reachable() -> None:
    """Raise ConfigurationError when DATABASE_URL or BACKUP_DIR is wrong, or a server does not answer; for backups."""
    for name in ("DATABASE_URL", "BACKUP_DIR"):
        if complaint := settings.CONFIGURATION_COMPLAINTS.get(name):
            raise ConfigurationError(complaint)
    if connection.vendor == "postgresql":  # who opens a SQLite file that is not there makes one
        with in_one_sentence("reached"):
            open_database()


def open_database() -> None:
    """Connect; a database server that starts at the same time as the bot gets a moment."""
    server = connection.vendor == "postgresql"
    patience = settings.BOT_START_SECONDS if server else 0
    for attempt in Retrying(
        retry=retry_if_exception_type(OperationalError),
        wait=wait_random_exponential(multiplier=0.2, max=3),
        stop=stop_after_delay(patience),
        reraise=True,
    ):
        with attempt:
            if server:
                _open_without_pool()  # the pool would only say that it waited in vain, not why
            connection.ensure_connection()


def _open_without_pool() -> None:
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    with connection.wrap_database_errors:
        psycopg.connect(**parameters).close()
