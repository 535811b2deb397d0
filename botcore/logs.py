"""Structured logs: one schema for JSON and console, with the context of the update at hand and without secrets.

`bind()` puts fields into the context; tasks and database threads inherit them.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType

from django.conf import settings

from botcore.validators import storable

CONTEXT: ContextVar[Mapping[str, object]] = ContextVar("log_context", default=MappingProxyType({}))

# A bot token as BotFather writes it, and any token inside an address of the Bot API; an error page may echo either
# with an escaped colon.
_COLON = r"(?::|%(?:25)*3a|&(?:amp;)?(?:#0*58|#x0*3a|colon);|\\+(?:u003a|x3a))"
TOKEN = re.compile(
    rf"\d{{6,12}}{_COLON}[A-Za-z0-9_-]{{30,}}|(?:(?<=/bot)|(?<=%2Fbot))\d+{_COLON}[A-Za-z0-9_-]+", re.IGNORECASE
)
LEAST_SECRET = 20  # characters; a shorter one, as in tests, would hide words that mean something else
HIDDEN = "[token]"
ERROR_LENGTH = 2000  # characters of an error's text that a row keeps


@contextmanager
def bind(**fields: object) -> Iterator[None]:
    """Add fields to every log line that is written inside the block."""
    token = CONTEXT.set({**CONTEXT.get(), **fields})
    try:
        yield
    finally:
        CONTEXT.reset(token)


def redact(text: str) -> str:
    """Return the text without the bot's token, in whatever form it came."""
    if settings.TELEGRAM_BOT_TOKEN:
        text = text.replace(settings.TELEGRAM_BOT_TOKEN, HIDDEN)
    text = TOKEN.sub(HIDDEN, text)
    secret = settings.TELEGRAM_BOT_TOKEN.rpartition(":")[2]
    return text.replace(secret, HIDDEN) if len(secret) >= LEAST_SECRET else text


def error_text(error: BaseException) -> str:
    """Return what a row keeps of an error: class and text, without secrets and without what databases refuse."""
    name = f"{type(error).__name__}: "
    text = f"{name}{str(error).removeprefix(name)}"[: 2 * ERROR_LENGTH]  # cut twice: the token must not be cut in half
    return storable(redact(text))[:ERROR_LENGTH]


class ContextFilter(logging.Filter):
    """Copies the context onto the record, in the thread and task that made it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.context = CONTEXT.get()
        return True


def _exception(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    return "".join(traceback.format_exception(*record.exc_info)).rstrip()


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, the context's fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "context", {}),
        }
        if exception := _exception(record):
            line["exception"] = exception
        return redact(json.dumps(line, ensure_ascii=False, default=str))


class ConsoleFormatter(logging.Formatter):
    """The same for human eyes: `21:04:05 INFO    botcore.bot: message  key=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback below it."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        fields = "".join(f"  {key}={value}" for key, value in getattr(record, "context", {}).items())
        text = f"{time} {record.levelname:7} {record.name}: {record.getMessage()}{fields}"
        if exception := _exception(record):
            text = f"{text}\n{exception}"
        return redact(text)
