"""Admin pages of monitoring: heartbeats, events, the rollup of updates and samples of metrics, all history."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin
from botcore.models import Event, Heartbeat, MetricSample, ProcessSample, UpdateCount, UpdateSum
from botcore.texts.visible import pretty

BOX = '<pre tabindex="0">{}</pre>'  # thousands of lines, which scroll


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
    deferred = exclude = ("metrics", "vitals")
    readonly_fields = ("counters", "vital_signs")

    @admin.display(description="Metrics")
    def counters(self, row: Heartbeat) -> SafeString:
        """Show what the process counts, a line each."""
        return format_html(BOX, pretty(row.metrics))

    @admin.display(description="Vitals")
    def vital_signs(self, row: Heartbeat) -> SafeString:
        """Show how the process is, indented."""
        return format_html(BOX, pretty(row.vitals))


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


class SampleAdmin(HistoryAdmin):
    """The values of a sample, in a box that scrolls."""

    deferred = exclude = ("values",)
    readonly_fields = ("series",)

    @admin.display(description="Values")
    def series(self, row: ProcessSample | MetricSample) -> SafeString:
        """Show each series' value, indented."""
        return format_html(BOX, pretty(row.values))


@admin.register(ProcessSample)
class ProcessSampleAdmin(SampleAdmin):
    """What each process counted in a minute, before it is in the history."""

    list_display = ("process", "minute")


@admin.register(MetricSample)
class MetricSampleAdmin(SampleAdmin):
    """The history of metrics."""

    list_display = ("at", "step")
    list_filter = ("step",)
    windowed = ("step",)
