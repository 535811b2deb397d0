"""Admin pages of monitoring: heartbeats, events, the rollup of updates and samples of metrics, all history."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import Event, Heartbeat, MetricSample, ProcessSample, UpdateCount, UpdateSum


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
    keyset = ()
    page = ("monitoring",)
    ordering = ("-beat_at",)
    deferred = ("metrics", "vitals")


@admin.register(Event)
class EventAdmin(HistoryAdmin):
    """What happened to the bot as a whole."""

    list_display = ("id", "at", "level", "kind", "text", "process")
    list_filter = ("level",)
    search_fields = ("kind__exact",)
    page = ("events",)
    search_help_text = "A whole kind, such as replay."


@admin.register(UpdateCount)
class UpdateCountAdmin(HistoryAdmin):
    """Updates of each minute."""

    list_display = ("minute", "kind", "state", "handler", "count", "seconds")
    list_filter = (("minute", admin.DateFieldListFilter),)
    ordering = ("-minute", "-pk")
    keyset = ("minute", "id")


@admin.register(UpdateSum)
class UpdateSumAdmin(HistoryAdmin):
    """Updates of each hour and day."""

    list_display = ("at", "step", "kind", "state", "handler", "count", "seconds")
    list_filter = ("step", ("at", admin.DateFieldListFilter))
    windowed = ("step", "at")


@admin.register(ProcessSample)
class ProcessSampleAdmin(HistoryAdmin):
    """What each process counted in a minute, before it is in the history."""

    list_display = ("process", "minute")
    deferred = ("values",)


@admin.register(MetricSample)
class MetricSampleAdmin(HistoryAdmin):
    """The history of metrics."""

    list_display = ("at", "step")
    list_filter = ("step",)
    windowed = ("step",)
    deferred = ("values",)
