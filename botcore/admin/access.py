"""Admin pages of access: to look at. The dashboard's pages change it, for they check it and keep the audit."""

from django.contrib import admin

from botcore.admin.base import HistoryAdmin, KeptAdmin
from botcore.admin.words import Worded
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


@admin.register(RoleGrant)
class RoleGrantAdmin(KeptAdmin):
    """Roles of Telegram accounts."""

    list_display = ("user_id", "role", "by", "at")
    keyset = ()
    page = ("person", "user_id")
    list_filter = ("role",)


@admin.register(Restriction)
class RestrictionAdmin(KeptAdmin):
    """Bans and mutes, also those that are over."""

    list_display = ("id", "user_id", "kind", "until", "reason", "by", "at")
    list_filter = ("kind",)
    windowed = ("kind",)
    page = ("person", "user_id")
    search_fields = ("user_id__exact",)
    search_help_text = "A whole Telegram id."


@admin.register(AllowedChat)
class AllowedChatAdmin(KeptAdmin):
    """People and groups on the list."""

    list_display = ("chat_id", "by", "at")
    keyset = ("chat_id",)
    page = ("access",)
    search_fields = ("chat_id__exact",)
    search_help_text = "A whole id; groups begin with a minus."


@admin.register(StaffLink)
class StaffLinkAdmin(HistoryAdmin):
    """Staff accounts and their Telegram accounts; a link goes with its account."""

    list_display = ("id", "account", "user_id", "at")
    keyset = ()
    list_select_related = ("account",)
    page = ("person", "user_id")


@admin.register(PersonTag)
class PersonTagAdmin(HistoryAdmin):
    """Tags of people; a tag goes with its person."""

    list_display = ("id", "name", "user_id")
    fields = ("name", "user_id")
    readonly_fields = ("user_id",)
    search_fields = ("name__exact",)
    search_help_text = "A whole tag."
    search_order = ("-user_id",)
    page = ("person", "user_id")


@admin.register(Confirmation)
class ConfirmationAdmin(Worded, HistoryAdmin):
    """Dangerous actions that waited, or wait, for their button."""

    list_display = ("action", "user_id", "chat_id", "expires_at", "used_at")
    fields = (*list_display, "arguments", "used_by")
    words = ("arguments",)
    keyset = ()  # its keys are words, and its rows last for minutes
    ordering = ("-expires_at",)


@admin.register(OneTimeCode)
class OneTimeCodeAdmin(HistoryAdmin):
    """One-time codes, without what would let one try them."""

    list_display = ("id", "purpose", "account", "created_at", "expires_at", "used_at")
    fields = list_display[1:]
    deferred = ("digest",)
    list_select_related = ("account",)


@admin.register(ThrottleDebt)
class ThrottleDebtAdmin(HistoryAdmin):
    """Who is ahead of a pace."""

    list_display = ("key", "until")
    keyset = ()
    ordering = ("-until",)
    page = ("access",)


@admin.register(AccessVersion)
class AccessVersionAdmin(KeptAdmin):
    """The number by which processes see that access has changed."""

    list_display = ("id", "number")
    keyset = ()


@admin.register(PublishedMenu)
class PublishedMenuAdmin(HistoryAdmin):
    """Menus that were told to Telegram for people with a role."""

    list_display = ("id", "user_id", "bot_id", "digest")
    page = ("person", "user_id")
