"""Admin pages of the operators' group: to look at; the bot's keeper changes them."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin
from botcore.models import GroupPlace, GroupPost, OperatorsGroup


@admin.register(OperatorsGroup)
class OperatorsGroupAdmin(HistoryAdmin):
    """Groups that are or were the operators'."""

    list_display = ("chat_id", "is_forum", "reacts")
    ordering, keyset = ("-chat_id",), ("chat_id",)


@admin.register(GroupPlace)
class GroupPlaceAdmin(HistoryAdmin):
    """Where each person stands in the group."""

    list_display = ("person", "chat_id", "topic", "is_closed", "last", "step")
    list_select_related = ("person",)
    ordering, keyset = ("-person_id",), ("person_id",)
    page = ("conversation", "person_id")


@admin.register(GroupPost)
class GroupPostAdmin(HistoryAdmin):
    """What was brought, and what was answered."""

    list_display = ("id", "person", "feedback", "answer", "by", "state", "message_id", "at")
    list_select_related = ("person",)
    page = ("conversation", "person_id")
