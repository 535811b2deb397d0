"""Django admin of all tables: history is read only, big tables are never counted to their end."""

from botcore.admin import access, alerts, errors, feedback, inbox, monitoring, outbox, people, runtime

__all__ = ["access", "alerts", "errors", "feedback", "inbox", "monitoring", "outbox", "people", "runtime"]
