"""Admin pages of the runtime and of what handlers remember: leases, jobs, webhooks without secrets, kept data."""

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from botcore.admin.base import HistoryAdmin, KeptAdmin, each
from botcore.admin.words import SEE_ERRORS, Worded
from botcore.models import (
    BotFacts,
    BotFeature,
    CallBudget,
    Job,
    JobRun,
    Lease,
    PersistentData,
    RuntimeSetting,
    UploadedFile,
    Webhook,
)
from botcore.runtime.jobs import services
from botcore.runtime.log_levels import PREFIX as LOG_LEVELS
from botcore.runtime.settings import SETTINGS


@admin.register(Lease)
class LeaseAdmin(KeptAdmin):
    """Which process has which duty: a lease runs out by itself, and deleting one would let two processes poll."""

    list_display = ("name", "owner", "until")
    keyset = ()
    page = ("monitoring",)


@admin.register(BotFeature)
class BotFeatureAdmin(HistoryAdmin):
    """What a bot can do, as it said at its start."""

    list_display = ("id", "bot_id", "position", "name", "order", "usage", "role", "in_menu")
    page = ("commands",)


@admin.register(BotFacts)
class BotFactsAdmin(HistoryAdmin):
    """What getMe last answered."""

    list_display = ("token_number", "facts", "at")
    keyset = ()


@admin.register(RuntimeSetting)
class RuntimeSettingAdmin(KeptAdmin):
    """What operators changed while everything runs. Only the pages change it: they check it, and it is audited."""

    list_display = ("name", "value", "until", "by", "at")
    keyset = ()
    page = ("settings",)

    def view_on_site(self, row: RuntimeSetting) -> str:
        """Lead to where it is changed."""
        if row.name in SETTINGS:
            return reverse("dashboard:setting", args=[row.name])
        return reverse("dashboard:logs" if row.name.startswith(LOG_LEVELS) else "dashboard:settings")


@admin.register(UploadedFile)
class UploadedFileAdmin(HistoryAdmin):
    """Files that are sent again without an upload."""

    list_display = ("sha256", "kind", "bot_id", "used_at")


@admin.register(Webhook)
class WebhookAdmin(KeptAdmin):
    """What Telegram last said of each bot's webhook: with its secret lost, deliveries would be turned away."""

    list_display = ("bot_id", "url", "waiting", "checked_at", "last_error_at", "last_error")
    fields = list_display
    deferred = ("secret", "told_secret")
    keyset = ()
    page = ("monitoring",)


@admin.register(PersistentData)
class PersistentDataAdmin(Worded, HistoryAdmin):
    """What handlers remember of people, chats and conversations."""

    list_display = ("key", "bot_id", "changed_at")
    search_fields = ("key__exact",)
    search_help_text = "A whole key, such as user:5 or chat:-100."
    deferred = ("data",)
    words = ("data",)


@admin.register(Job)
class JobAdmin(KeptAdmin):
    """What is done by schedule: the code declares it; a deleted job would be there again, without its pause."""

    list_display = ("name", "schedule", "is_paused", "next_at", "last_success_at", "failures", "owner")
    keyset = ()
    actions = ("run", "pause", "resume")
    page = ("job", "name")

    @admin.action(description="Run selected jobs now", permissions=["act"])
    def run(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Ask for a run out of turn."""
        self._each(request, queryset, services.run_now)

    @admin.action(description="Pause selected jobs", permissions=["act"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Let their times pass."""
        self._each(request, queryset, services.pause)

    @admin.action(description="Resume selected jobs", permissions=["act"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Run them by their schedule again."""
        self._each(request, queryset, services.resume)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Say who may: the row itself is changed by nobody."""
        return request.user.has_perm("botcore.change_job")

    def _each(self, request: HttpRequest, queryset: QuerySet[Job], service: Callable[..., object]) -> None:
        names, by = dict(queryset.values_list("pk", "name")), request.user.get_username()
        each(self, request, queryset, lambda pk: service(names[pk], by=by))


@admin.register(JobRun)
class JobRunAdmin(Worded, HistoryAdmin):
    """Runs of jobs."""

    list_display = ("id", "job_id", "state", "by", "due_at", "started_at", "ended_at", "words")
    list_filter = ("state",)
    windowed = ("state",)
    raw_id_fields = ("job",)
    search_fields = ("job__name__exact",)
    search_help_text = "A job's whole name."
    words = ("words",)
    takes = SEE_ERRORS


@admin.register(CallBudget)
class CallBudgetAdmin(KeptAdmin):
    """Scopes of Telegram's limits: without its row a scope would be asked too fast."""

    list_display = ("id", "scope", "bot_id", "next_at", "flooded_until", "lowered_to", "taken_by")
