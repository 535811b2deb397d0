"""Admin page of feedback: only the note that it was read can be changed."""

from django.contrib import admin

from botcore.admin.base import BigTableAdmin
from botcore.admin.words import Worded
from botcore.models import Feedback
from botcore.texts.visible import visible


@admin.register(Feedback)
class FeedbackAdmin(Worded, BigTableAdmin):
    """Messages to the operators."""

    list_display = ("id", "user", "kind", "beginning", "sent_at", "read_at")
    list_filter = (("read_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("user__id__exact", "user__username__startswith")
    search_help_text = "A person's whole Telegram id, or the start of a username as it is written."
    readonly_fields = ("update_pk", "user", "chat_id", "message_id", "kind", "text", "sent_at", "acknowledged")
    words = ("beginning", "text")

    @admin.display(description="Text")
    def beginning(self, row: Feedback) -> str:
        """Show how it begins."""
        return visible(row.text, 60)
