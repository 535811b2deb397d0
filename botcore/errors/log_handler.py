"""CaptureHandler: every log record from ERROR on, and those that ask for it, becomes an occurrence."""

import logging
from typing import Any

from django.http import HttpRequest

from botcore import metrics
from botcore.errors.capture import capture
from botcore.errors.crumbs import text_of_record
from botcore.errors.kinds import Severity, Source

SOURCES = {
    "asyncio": Source.TASK,
    "django.request": Source.WEB,
    "botcore.intake": Source.INTAKE,
    "botcore.outbox": Source.OUTBOX,
    "botcore.pipeline": Source.UPDATE,
    "botcore.inbox": Source.UPDATE,
    "botcore.alerts": Source.ALERT,
    "botcore.management": Source.COMMAND,
    "dashboard": Source.WEB,
}
NOISE = ("django.security.",)  # strangers who try names, or forms without end: their request got its 400
# What they log must not come back to them.
OWN = ("botcore.errors.capture", "botcore.errors.background", "botcore.recorder", "botcore.spool")


class CaptureHandler(logging.Handler):
    """Captures in the thread that logs, where the context is; one that was captured before is left alone."""

    def emit(self, record: logging.LogRecord) -> None:
        """Capture the record."""
        try:
            if self._is_wanted(record):
                self._capture(record)
        except Exception:  # a log call must not raise
            metrics.ERRORS_UNRECORDED.inc()

    @staticmethod
    def _capture(record: logging.LogRecord) -> None:
        fields = {**_fields(record), "logger": record.name}
        if request := getattr(record, "request", None):
            fields["request"] = about(request)
        text = text_of_record(record)
        capture(
            record.exc_info[1] if record.exc_info else None,
            source=source_of(record),
            level=severity(record.levelno),
            words=(record.name, record.msg if type(record.msg) is str else text),
            message=text,
            fields=fields,
        )

    @staticmethod
    def _is_wanted(record: logging.LogRecord) -> bool:
        wanted = getattr(record, "capture", None)
        if wanted is False or record.name.startswith(OWN + NOISE):
            return False
        return record.levelno >= logging.ERROR or bool(wanted)


def source_of(record: logging.LogRecord) -> Source:
    """Tell where a record's error was caught: as it says itself, else by its logger."""
    said = getattr(record, "source", None)
    if isinstance(said, Source):
        return said
    if "job" in _fields(record):
        return Source.JOB
    found = (source for name, source in SOURCES.items() if f"{record.name}.".startswith(f"{name}."))
    return next(found, Source.LOG)


def severity(level: int) -> Severity:
    """Return the severity of a log level."""
    if level >= logging.CRITICAL:
        return Severity.FATAL
    return Severity.ERROR if level >= logging.ERROR else Severity.WARNING


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return the fields of `extra={"fields": …}`; nothing of what is no mapping of names."""
    fields = getattr(record, "fields", None)
    return {name: value for name, value in fields.items() if type(name) is str} if isinstance(fields, dict) else {}


def about(request: HttpRequest) -> dict[str, str]:
    """Return what an error's page says of a request; no query and no body, which hold what people typed."""
    match = getattr(request, "resolver_match", None)
    return {"method": str(request.method), "path": request.path[:300], "view": match.view_name if match else ""}
