"""Pages that were refused: one line for each that says who asked for what, without the traceback of the guard."""

import logging

from django.core.exceptions import PermissionDenied


class DeniedFilter(logging.Filter):
    """For Django's own logger of requests, which takes the refusal for an error of the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = record.exc_text = None
            if request := getattr(record, "request", None):
                account = getattr(getattr(request, "_cached_user", None), "pk", None)  # a log line asks no database
                record.fields = {"method": request.method, "path": request.path[:300], "account": account}
        return True
