"""Django admin of all tables: history is read only, big tables are never counted to their end."""

from botcore.admin import (
    access,
    accounts,
    alerts,
    audit,
    broadcasts,
    conversations,
    erasures,
    errors,
    feedback,
    inbox,
    monitoring,
    operators,
    outbox,
    panel,
    people,
    runtime,
)
from botcore.admin.audited import audit_others

__all__ = [
    "access",
    "accounts",
    "alerts",
    "audit",
    "broadcasts",
    "conversations",
    "erasures",
    "errors",
    "feedback",
    "inbox",
    "monitoring",
    "operators",
    "outbox",
    "panel",
    "people",
    "runtime",
]

audit_others()
