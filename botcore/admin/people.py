"""Admin pages of people and chats; only what a person may choose can be changed for them."""

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString

from botcore.admin.base import BigTableAdmin, HistoryAdmin, dashboard_link
from botcore.models import Chat, User


@admin.register(User)
class UserAdmin(BigTableAdmin):
    """Telegram accounts."""

    list_display = ("id", "name", "username", "language", "messages_on", "source", "last_seen", "dashboard")
    list_filter = ("messages_on", "is_bot")
    search_fields = ("id__exact", "username__startswith")
    search_help_text = "A whole Telegram id, or the start of a username as it is written."
    ordering = ("-last_seen",)
    readonly_fields = (
        "id",
        "first_name",
        "last_name",
        "username",
        "telegram_language",
        "is_bot",
        "source",
        "first_seen",
        "last_seen",
    )

    @admin.display(description="Page")
    def dashboard(self, row: User) -> SafeString:
        """Link to the person's page."""
        return dashboard_link("person", row.pk)

    def view_on_site(self, row: User) -> str:
        """Where the button "View on site" leads."""
        return reverse("dashboard:person", args=[row.pk])


@admin.register(Chat)
class ChatAdmin(HistoryAdmin):
    """Chats as Telegram last described them."""

    list_display = ("id", "type", "title", "username", "is_forum", "reach", "last_seen")
    list_filter = ("reach",)
    search_fields = ("id__exact",)
    search_help_text = "A whole chat id; groups begin with a minus."
    ordering = ("-last_seen",)
