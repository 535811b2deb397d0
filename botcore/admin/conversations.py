"""Admin pages of the operators' inbox: to look at; everything is done on its own pages."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import Conversation, QuickReply


@admin.register(Conversation)
class ConversationAdmin(HistoryAdmin):
    """How conversations stand."""

    list_display = ("person", "is_open", "waiting_since", "last_at", "assignee", "taken_until")
    list_select_related = ("person", "assignee")
    ordering = ("-last_at", "-person_id")
    keyset = ("last_at", "person_id")
    page = ("conversation", "pk")


@admin.register(QuickReply)
class QuickReplyAdmin(HistoryAdmin):
    """Texts that operators send often."""

    list_display = ("id", "name", "parse_mode", "by", "at")
    page = ("quick_replies",)
