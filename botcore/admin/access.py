"""Admin pages of access: to look at. The dashboard's pages change it, for they check it and keep the audit."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, dashboard_link
from botcore.models import (
    AccessVersion,
    AllowedChat,
    Confirmation,
    OneTimeCode,
    PersonTag,
    PublishedMenu,
    Restriction,
    RoleGrant,
    StaffLink,
    ThrottleDebt,
)

SECRETS = {"digest"}  # columns that no page shows or lets one search


class KeptAdmin(HistoryAdmin):
    """Rows that only services delete: processes hold what these say, and read it anew only when a service says so."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class PersonLink:
    """A link to the page of the person whom the row is about."""

    @admin.display(description="Page")
    def page(self, row: Any) -> SafeString:
        """Link to where it is changed."""
        return dashboard_link("person", row.user_id)


@admin.register(RoleGrant)
class RoleGrantAdmin(PersonLink, KeptAdmin):
    """Roles of Telegram accounts."""

    list_display = ("user_id", "role", "by", "at", "page")
    readonly_fields = ("page",)
    list_filter = ("role",)


@admin.register(Restriction)
class RestrictionAdmin(PersonLink, KeptAdmin):
    """Bans and mutes, also those that are over."""

    list_display = ("id", "user_id", "kind", "until", "reason", "by", "at", "page")
    readonly_fields = ("page",)
    list_filter = ("kind",)
    search_fields = ("user_id__exact",)
    search_help_text = "A whole Telegram id."


@admin.register(AllowedChat)
class AllowedChatAdmin(KeptAdmin):
    """People and groups on the list."""

    list_display = ("chat_id", "by", "at", "page")
    readonly_fields = ("page",)
    search_fields = ("chat_id__exact",)
    search_help_text = "A whole id; groups begin with a minus."

    @admin.display(description="Page")
    def page(self, _row: AllowedChat) -> SafeString:
        """Link to where it is changed."""
        return dashboard_link("access")


@admin.register(StaffLink)
class StaffLinkAdmin(PersonLink, HistoryAdmin):
    """Staff accounts and their Telegram accounts; a link goes with its account."""

    list_display = ("id", "account", "user_id", "at", "page")
    readonly_fields = ("page",)


@admin.register(PersonTag)
class PersonTagAdmin(PersonLink, HistoryAdmin):
    """Tags of people; a tag goes with its person."""

    list_display = ("id", "name", "user_id", "page")
    fields = ("name", "user_id", "page")
    readonly_fields = ("user_id", "page")
    search_fields = ("name__exact",)
    search_help_text = "A whole tag."


@admin.register(Confirmation)
class ConfirmationAdmin(HistoryAdmin):
    """Dangerous actions that waited, or wait, for their button."""

    list_display = ("action", "user_id", "chat_id", "expires_at", "used_at")
    fields = (*list_display, "arguments", "used_by")
    ordering = ("-expires_at",)


@admin.register(OneTimeCode)
class OneTimeCodeAdmin(HistoryAdmin):
    """One-time codes, without what would let one try them."""

    list_display = ("id", "purpose", "account", "created_at", "expires_at", "used_at")
    fields = list_display[1:]
    deferred = ("digest",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by what is not shown."""
        return lookup.partition("__")[0] not in SECRETS and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]


@admin.register(ThrottleDebt)
class ThrottleDebtAdmin(HistoryAdmin):
    """Who is ahead of a pace."""

    list_display = ("key", "until", "page")
    ordering = ("-until",)

    @admin.display(description="Page")
    def page(self, _row: ThrottleDebt) -> SafeString:
        """Link to where the busiest stand."""
        return dashboard_link("access")


@admin.register(AccessVersion)
class AccessVersionAdmin(KeptAdmin):
    """The number by which processes see that access has changed."""

    list_display = ("id", "number")


@admin.register(PublishedMenu)
class PublishedMenuAdmin(PersonLink, HistoryAdmin):
    """Menus that were told to Telegram for people with a role."""

    list_display = ("id", "user_id", "bot_id", "digest", "page")
