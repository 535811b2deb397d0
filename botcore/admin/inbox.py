"""Admin pages of the inbox: updates and lanes, both history."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, dashboard_link
from botcore.inbox.selectors import pretty
from botcore.models import Lane, Update


@admin.register(Update)
class UpdateAdmin(HistoryAdmin):
    """What Telegram delivered and what became of it."""

    list_display = ("id", "kind", "state", "handler", "chat_id", "user_id", "received_at", "dashboard")
    list_filter = ("state",)
    search_fields = ("id__exact", "chat_id__exact")
    search_help_text = "A whole row number or chat id."
    deferred = ("raw", "error")
    exclude = ("raw",)
    readonly_fields = ("json",)

    @admin.display(description="Raw JSON")
    def json(self, row: Update) -> SafeString:
        """Show what Telegram sent, indented."""
        return format_html("<pre>{}</pre>", pretty(row.raw))

    @admin.display(description="Page")
    def dashboard(self, row: Update) -> SafeString:
        """Link to the update's page."""
        return dashboard_link("update", row.pk)

    def view_on_site(self, row: Update) -> str:
        """Where the button "View on site" leads."""
        return reverse("dashboard:update", args=[row.pk])


@admin.register(Lane)
class LaneAdmin(HistoryAdmin):
    """Each chat's queue: who works on it."""

    list_display = ("key", "bot_id", "seq", "ready_at", "not_before", "lease_until", "owner")
    list_filter = (("ready_at", admin.EmptyFieldListFilter),)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: without its lane a chat's updates would wait until the chat writes again."""
        return False
