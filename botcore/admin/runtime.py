"""Admin pages of the runtime and of what handlers remember: leases, jobs, webhooks without secrets, kept data."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from botcore.admin.base import HistoryAdmin, dashboard_link
from botcore.models import BotFacts, Job, JobRun, Lease, PersistentData, RuntimeSetting, UploadedFile, Webhook
from botcore.runtime.log_levels import PREFIX as LOG_LEVELS
from botcore.runtime.settings import SETTINGS

SECRETS = {"secret", "told_secret"}  # columns that no page shows or lets one search


@admin.register(Lease)
class LeaseAdmin(HistoryAdmin):
    """Which process has which duty."""

    list_display = ("name", "owner", "until")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: a lease runs out by itself, and deleting one would let two processes poll."""
        return False


@admin.register(BotFacts)
class BotFactsAdmin(HistoryAdmin):
    """What getMe last answered."""

    list_display = ("token_number", "facts", "at")


@admin.register(RuntimeSetting)
class RuntimeSettingAdmin(HistoryAdmin):
    """What operators changed while everything runs. Only the pages change it: they check it, and it is audited."""

    list_display = ("name", "value", "until", "by", "at", "page")
    readonly_fields = ("page",)

    @admin.display(description="Page")
    def page(self, row: RuntimeSetting) -> str:
        """Link to where it is changed."""
        if row.name in SETTINGS:
            return dashboard_link("setting", row.name)
        return dashboard_link("logs") if row.name.startswith(LOG_LEVELS) else ""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: to delete a row is to change a setting, which the page does."""
        return False


@admin.register(UploadedFile)
class UploadedFileAdmin(HistoryAdmin):
    """Files that are sent again without an upload."""

    list_display = ("sha256", "kind", "bot_id", "used_at")
    ordering = ("-used_at", "-pk")


@admin.register(Webhook)
class WebhookAdmin(HistoryAdmin):
    """What Telegram last said about each bot's webhook."""

    list_display = ("bot_id", "url", "waiting", "checked_at", "last_error_at", "last_error")
    fields = list_display
    deferred = ("secret", "told_secret")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by a secret: `?secret__startswith=a` would spell it out, letter by letter."""
        return lookup.partition("__")[0] not in SECRETS and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: with its secret lost, Telegram's deliveries would be turned away until the next start."""
        return False


@admin.register(PersistentData)
class PersistentDataAdmin(HistoryAdmin):
    """What handlers remember of people, chats and conversations."""

    list_display = ("key", "bot_id", "changed_at")
    search_fields = ("key__startswith",)
    search_help_text = "The start of a key: user:5, chat:-100 or conversation:."
    deferred = ("data",)


@admin.register(Job)
class JobAdmin(HistoryAdmin):
    """What is done by schedule; the page of jobs runs and pauses them."""

    list_display = ("name", "schedule", "is_paused", "next_at", "last_success_at", "failures", "owner")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse: the code declares jobs; a deleted one would be there again, without its pause."""
        return False


@admin.register(JobRun)
class JobRunAdmin(HistoryAdmin):
    """Runs of jobs."""

    list_display = ("id", "job_id", "state", "by", "due_at", "started_at", "ended_at", "words")
    list_filter = ("state",)
    raw_id_fields = ("job",)
    search_fields = ("job__name__exact",)
    search_help_text = "A job's whole name."
