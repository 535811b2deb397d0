"""Structured logs: one schema for JSON and console, with the context of the update at hand and without secrets.

`bind()` puts fields into the context; tasks and database threads inherit them. See docs/logs.md.
"""

from botcore.logs.context import CONTEXT, ContextFilter, begin, bind, in_context, new_trace_id, timed, trace_id_of
from botcore.logs.denied import DeniedFilter
from botcore.logs.formats import ConsoleFormatter, JsonFormatter
from botcore.logs.line_handler import LineHandler, flush
from botcore.logs.redaction import (
    error_text,
    is_secret_name,
    keep_secret,
    redact,
    redact_token,
    redacted_value,
    shortened,
    text_of,
)
from botcore.logs.schema import identify

__all__ = [
    "CONTEXT",
    "ConsoleFormatter",
    "ContextFilter",
    "DeniedFilter",
    "JsonFormatter",
    "LineHandler",
    "begin",
    "bind",
    "error_text",
    "flush",
    "identify",
    "in_context",
    "is_secret_name",
    "keep_secret",
    "new_trace_id",
    "redact",
    "redact_token",
    "redacted_value",
    "shortened",
    "text_of",
    "timed",
    "trace_id_of",
]
