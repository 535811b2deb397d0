"""Admin pages of broadcasts: to look at; the page Broadcasts starts, pauses and cancels them."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from botcore.admin.base import HistoryAdmin
from botcore.models import Broadcast, BroadcastDelivery


@admin.register(Broadcast)
class BroadcastAdmin(HistoryAdmin):
    """Messages to everybody."""

    list_display = ("id", "state", "created_by", "created_at", "total", "queued", "sent", "finished_at")
    list_filter = ("state",)
    deferred = ("payload",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: what waits would be sent all the same, and who wrote to everybody is not forgotten."""
        return False


@admin.register(BroadcastDelivery)
class BroadcastDeliveryAdmin(HistoryAdmin):
    """Deliveries that have no end yet."""

    list_display = ("message_id", "broadcast_id", "is_held")
    raw_id_fields = ("message", "broadcast")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: what is held back would never be sent, and the counts would no longer add up."""
        return False
