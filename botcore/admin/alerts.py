"""Admin pages of alerts: what was to be told, over which channel it went, and how the channels are; all history."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.admin.words import SEE_ERRORS, Worded
from botcore.models import Alert, AlertChannel, AlertDelivery, Condition


@admin.register(Alert)
class AlertAdmin(Worded, HistoryAdmin):
    """Reasons to tell somebody."""

    list_display = ("id", "at", "reason", "title", "state", "decided_at")
    list_filter = ("reason",)
    windowed = ("reason",)
    page = ("alerts",)
    raw_id_fields = ("group", "digest")
    search_fields = ("id__exact", "group__id__exact")
    search_help_text = "A whole row number, of the alert or of its error."
    words = ("title", "text", "group")  # a group is named by its title
    takes = SEE_ERRORS


@admin.register(AlertDelivery)
class AlertDeliveryAdmin(Worded, HistoryAdmin):
    """Tries to tell somebody."""

    list_display = ("id", "alert_id", "channel", "target", "state", "attempts", "error", "finished_at")
    list_filter = ("channel",)
    windowed = ("channel",)
    page = ("alerts",)
    raw_id_fields = ("alert",)
    search_fields = ("alert__id__exact",)
    search_help_text = "The row number of an alert."
    words = ("error",)
    takes = SEE_ERRORS


@admin.register(AlertChannel)
class AlertChannelAdmin(Worded, HistoryAdmin):
    """How the channels are."""

    list_display = ("name", "failing_since", "failures", "last_error", "last_sent_at")
    keyset = ()
    page = ("alerts",)
    words = ("last_error",)
    takes = SEE_ERRORS


@admin.register(Condition)
class ConditionAdmin(HistoryAdmin):
    """What is looked at again and again."""

    list_display = ("name", "words", "seen_since", "fired_at", "told_at", "acked_by", "silenced_until", "looked_at")
    keyset = ()
    page = ("alerts",)
