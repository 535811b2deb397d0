"""Admin pages of broadcasts: to look at, to pause, to cancel; deliveries that have no end yet, cards in chats."""

from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from botcore.admin.base import HistoryAdmin, KeptAdmin, each
from botcore.admin.words import Worded
from botcore.broadcasts import services
from botcore.models import Broadcast, BroadcastButton, BroadcastCard, BroadcastDelivery, BroadcastPress, BroadcastWait


@admin.register(Broadcast)
class BroadcastAdmin(Worded, KeptAdmin):
    """Messages to everybody: what waits would be sent all the same, and who wrote to everybody is not forgotten."""

    list_display = ("id", "state", "created_by", "created_at", "total", "queued", "sent", "finished_at")
    list_filter = ("state",)
    windowed = ("state",)
    deferred = ("payload",)
    actions = ("pause", "cancel")
    page = ("broadcast", "pk")
    words = ("payload", "about")
    raw_id_fields = ("amends",)

    @admin.action(description="Pause selected broadcasts that run", permissions=["act"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Broadcast]) -> None:
        """Hold back what was not sent yet."""
        each(self, request, queryset, partial(services.pause, by=request.user.get_username()))

    @admin.action(description="Cancel selected broadcasts", permissions=["act"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Broadcast]) -> None:
        """Send no more of them."""
        each(self, request, queryset, partial(services.cancel, by=request.user.get_username()))

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Say who may: the row itself is changed by nobody."""
        return request.user.has_perm("botcore.change_broadcast")


@admin.register(BroadcastDelivery)
class BroadcastDeliveryAdmin(KeptAdmin):
    """Deliveries that have no end yet: what is held back would never be sent, and counts would no longer add up."""

    list_display = ("message_id", "broadcast_id", "is_held", "held_until")
    keyset = ("message_id",)
    raw_id_fields = ("message", "broadcast")
    page = ("broadcast", "broadcast_id")


@admin.register(BroadcastWait)
class BroadcastWaitAdmin(KeptAdmin):
    """People who wait for their hours: who is gone from here would never get it."""

    list_display = ("id", "broadcast_id", "person", "due_at")
    raw_id_fields = ("broadcast",)
    page = ("broadcast", "broadcast_id")


@admin.register(BroadcastButton)
class BroadcastButtonAdmin(HistoryAdmin):
    """Buttons of broadcasts that were pressed."""

    list_display = ("id", "broadcast_id", "text", "people")
    raw_id_fields = ("broadcast",)
    page = ("broadcast", "broadcast_id")


@admin.register(BroadcastPress)
class BroadcastPressAdmin(HistoryAdmin):
    """Who has pressed which."""

    list_display = ("id", "button_id", "user_id")
    raw_id_fields = ("button",)


@admin.register(BroadcastCard)
class BroadcastCardAdmin(Worded, HistoryAdmin):
    """Messages in operators' chats that show how a broadcast stands."""

    list_display = ("id", "broadcast_id", "chat_id", "message_id", "opened_at", "due_at")
    raw_id_fields = ("broadcast",)
    deferred = ("shown",)
    words = ("shown",)
    page = ("broadcast", "broadcast_id")
