"""Admin page of feedback: only the note that it was read can be changed."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from botcore.admin.base import BigTableAdmin, each
from botcore.admin.words import Worded
from botcore.conversations import waits
from botcore.feedback import services
from botcore.models import Feedback
from botcore.people.privacy import by_account
from botcore.texts.visible import visible


@admin.register(Feedback)
class FeedbackAdmin(Worded, BigTableAdmin):
    """Messages to the operators."""

    list_display = ("id", "user", "kind", "beginning", "sent_at", "read_at")
    list_filter = (("read_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("id__exact", "user__id__exact")
    search_help_text = "A whole row number, or a person's whole Telegram id."
    page = ("feedback",)
    actions = ("read",)
    readonly_fields = (
        "update_pk",
        "user",
        "chat_id",
        "message_id",
        "kind",
        "text",
        "sent_at",
        "acknowledged",
        "answered_at",
    )
    words = ("beginning", "text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Feedback]:
        """Leave out what is not for the visitor."""
        return by_account(request.user).known_rows(super().get_queryset(request))

    @admin.display(description="Text")
    def beginning(self, row: Feedback) -> str:
        """Show how it begins."""
        return visible(row.text, 60)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 (Django's)
        """Say anew since when the person waits."""
        super().save_model(request, obj, form, change)
        waits.settle(obj.user_id)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Do the same."""
        super().delete_model(request, obj)
        waits.settle(obj.user_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        """Do the same for each person."""
        people = set(queryset.order_by().values_list("user_id", flat=True))
        super().delete_queryset(request, queryset)
        for user_id in people:
            waits.settle(user_id)

    @admin.action(description="Mark selected feedback as read", permissions=["change"])
    def read(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> None:
        """Note that somebody has read it."""
        each(self, request, queryset, partial(services.mark_read, by=request.user.get_username()))
