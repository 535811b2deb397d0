"""Admin pages of monitoring: heartbeats and the rollup of updates, both history."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import Heartbeat, UpdateCount


@admin.register(Heartbeat)
class HeartbeatAdmin(HistoryAdmin):
    """Processes and when they last reported."""

    list_display = ("process", "role", "bot_username", "state", "version", "started_at", "beat_at", "last_poll_at")
    list_filter = ("state",)
    ordering = ("-beat_at",)
    deferred = ("metrics",)


@admin.register(UpdateCount)
class UpdateCountAdmin(HistoryAdmin):
    """Updates of each minute."""

    list_display = ("minute", "kind", "state", "handler", "count", "seconds")
    list_filter = (("minute", admin.DateFieldListFilter),)
    ordering = ("-minute", "-pk")
