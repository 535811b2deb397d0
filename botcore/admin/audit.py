"""Admin page of the audit: to look at, for whoever may; nobody adds, changes or deletes."""

from django.contrib import admin

from botcore.admin.base import KeptAdmin
from botcore.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(KeptAdmin):
    """Who changed what: it only grows."""

    list_display = ("id", "at", "channel", "actor", "action", "target", "ip")
    list_filter = ("channel",)
    windowed = ("channel",)
    page = ("audit",)
    search_fields = ("action__exact", "target__exact", "actor__exact")
    search_help_text = "A whole action, target or actor, such as errors.resolve, error:5 or alice."
    deferred = ("before", "after")
