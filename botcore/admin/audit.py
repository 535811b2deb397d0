"""Admin page of the audit: to look at, for whoever may; nobody adds, changes or deletes."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from botcore.admin.base import HistoryAdmin
from botcore.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(HistoryAdmin):
    """Who changed what."""

    list_display = ("id", "at", "channel", "actor", "action", "target", "ip")
    list_filter = ("channel",)
    search_fields = ("action__exact", "target__exact", "actor__exact")
    search_help_text = "A whole action, target or actor, such as errors.resolve, error:5 or alice."
    deferred = ("before", "after")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the audit only grows."""
        return False
