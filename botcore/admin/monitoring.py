"""Admin pages of monitoring: heartbeats, events and the rollup of updates, all history."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import Event, Heartbeat, UpdateCount


@admin.register(Heartbeat)
class HeartbeatAdmin(HistoryAdmin):
    """Processes and when they last reported."""

    list_display = (
        "process",
        "role",
        "bot_username",
        "state",
        "intake",
        "connection",
        "spooled",
        "version",
        "started_at",
        "beat_at",
        "last_poll_at",
    )
    list_filter = ("state",)
    ordering = ("-beat_at",)
    deferred = ("metrics",)


@admin.register(Event)
class EventAdmin(HistoryAdmin):
    """What happened to the bot as a whole."""

    list_display = ("id", "at", "level", "kind", "text", "process")
    list_filter = ("level",)
    search_fields = ("kind__exact",)
    search_help_text = "A whole kind, such as replay."


@admin.register(UpdateCount)
class UpdateCountAdmin(HistoryAdmin):
    """Updates of each minute."""

    list_display = ("minute", "kind", "state", "handler", "count", "seconds")
    list_filter = (("minute", admin.DateFieldListFilter),)
    ordering = ("-minute", "-pk")
