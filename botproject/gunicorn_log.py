"""gunicorn's own lines in our form; gunicorn_config.py names this logger.

Workers use our formatters. The master must not import what a HUP should load anew, settings least of all: its few
lines (listening, a worker that timed out) are written by hand.
"""

import json
import logging
import os
import re
import socket
from datetime import UTC, datetime
from functools import cache
from typing import Any

from gunicorn import glogging

SECRETS = re.compile(r"\d{6,12}:[\w-]{30,}|(?<=://)[^\s/@]*@")
HIDDEN = "[hidden]"


class Logger(glogging.Logger):  # type: ignore[misc]
    """gunicorn's logger with another form of its lines; where they go stays its own."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does."""
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(LineFormatter(master=os.getpid()))


class LineFormatter(logging.Formatter):
    """Our formatter in a worker, the same by hand in the master or when there is none."""

    def __init__(self, master: int) -> None:
        super().__init__()
        self._master = master

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        try:
            return self._by_hand(record) if os.getpid() == self._master else _ours().format(record)
        except Exception:  # noqa: BLE001 (settings that cannot be read must not hide why a worker does not start)
            return self._by_hand(record)

    def _by_hand(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC)
        text = SECRETS.sub(HIDDEN, record.getMessage())
        exception = SECRETS.sub(HIDDEN, self.formatException(record.exc_info)) if record.exc_info else ""
        if os.environ.get("LOG_FORMAT") == "console":
            return f"{time:%H:%M:%S} {record.levelname:7} {record.name}: {text}{exception and chr(10)}{exception}"
        line = {"time": time.isoformat(timespec="milliseconds"), "level": record.levelname, "logger": record.name}
        line |= {"message": SECRETS.sub(HIDDEN, str(record.msg)), **({"text": text} if record.args else {})}
        line |= {"process": f"{socket.gethostname()[:60]}:{os.getpid()}"}
        return json.dumps({**line, **({"exception": exception} if exception else {})}, ensure_ascii=False)


@cache
def _ours() -> logging.Formatter:
    from django.conf import settings  # noqa: PLC0415

    from botcore.logs import ConsoleFormatter, JsonFormatter  # noqa: PLC0415

    return JsonFormatter() if settings.LOG_FORMAT == "json" else ConsoleFormatter()
