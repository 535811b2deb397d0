"""Lines of the log for a command that runs without Django, in the fields of docs/logs.md."""

import json
import logging
import os
import secrets
import socket
from datetime import UTC, datetime

from botproject.plain_values import Values

LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL")  # the first is the default of settings.py


def set_up(values: Values, action: str, release: str) -> None:
    """Write to stderr as LOG_FORMAT and LOG_LEVEL say. Raises SettingError."""
    console, level = values.word("LOG_FORMAT", "json", "console") == "console", values.word("LOG_LEVEL", *LEVELS)
    handler = logging.StreamHandler()
    form = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    handler.setFormatter(
        logging.Formatter(form, "%H:%M:%S") if console else JsonLines(action, values.text("RELEASE", release))
    )
    logging.basicConfig(level=level, handlers=[handler])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, action: str, release: str) -> None:
        super().__init__()
        process = f"{socket.gethostname()}:{os.getpid()}-{secrets.token_hex(2)}"
        self._same = {"action": action, "process": process, "release": release}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": str(record.msg),
            **({"text": record.getMessage()} if record.args else {}),
            **self._same,
            **({"exception": self.formatException(record.exc_info)} if record.exc_info else {}),
        }
        return json.dumps(line, ensure_ascii=False)
