"""Admin pages of staff accounts: where they are logged in and remembered, their second factors, what is counted."""

from django.contrib import admin
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.admin.base import HistoryAdmin, KeptAdmin
from botcore.models import AccountSession, KnownBrowser, LimitUse


@admin.register(AccountSession)
class AccountSessionAdmin(KeptAdmin):
    """Sessions without what would let one take them over; the page Staff accounts ends them."""

    list_display = ("id", "account", "created_at", "seen_at", "ip", "browser")
    fields = list_display[1:]


@admin.register(KnownBrowser)
class KnownBrowserAdmin(HistoryAdmin):
    """Browsers that are asked for no code, without the hash; one that is deleted is asked again."""

    list_display = ("id", "account", "at", "until")
    fields = list_display[1:]
    deferred = ("digest",)
    list_select_related = ("account",)


@admin.register(LimitUse)
class LimitUseAdmin(HistoryAdmin):
    """What was done that may be done so often in a while."""

    list_display = ("id", "key", "at")
    search_fields = ("key__startswith",)
    search_help_text = "The start of a key, such as export:1."


admin.site.unregister(TOTPDevice)  # its own page shows the secret


@admin.register(TOTPDevice)
class FactorAdmin(KeptAdmin):
    """Second factors without their secrets; the page Staff accounts resets them."""

    list_display = ("id", "user", "confirmed", "created_at", "last_used_at")
    fields = list_display[1:]
    deferred = ("key",)
