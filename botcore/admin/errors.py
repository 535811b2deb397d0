"""Admin pages of errors: groups with what a person may decide about them, and what was kept, all history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, KeptAdmin, each
from botcore.admin.words import SEE_ERRORS, Worded
from botcore.errors import services
from botcore.models import (
    ErrorEvent,
    ErrorFingerprint,
    ErrorGroup,
    ErrorHour,
    ErrorPerson,
    ErrorReceipt,
    GroupChange,
)
from botcore.texts.visible import pretty, visible

Service = Callable[..., bool]


@admin.register(ErrorGroup)
class ErrorGroupAdmin(HistoryAdmin):
    """Problems, each with all its occurrences counted."""

    list_display = ("id", "shown_title", "state", "level", "source", "count", "people", "last_seen")
    list_filter = ("state",)
    search_fields = ("id__exact", "fingerprints__value__exact")
    search_help_text = "A whole number or fingerprint. The dashboard searches words and reference codes."
    ordering = ("-last_seen", "-pk")
    keyset = ("last_seen", "id")
    page = ("error", "pk")
    actions = ("acknowledge", "mute", "resolve")

    @admin.action(description="Acknowledge selected errors", permissions=["triage"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[ErrorGroup]) -> None:
        """Say that somebody knows of them."""
        self._each(request, queryset, services.acknowledge)

    @admin.action(description="Mute selected errors for 1 hour", permissions=["triage"])
    def mute(self, request: HttpRequest, queryset: QuerySet[ErrorGroup]) -> None:
        """Be silent about them for a while."""
        self._each(request, queryset, services.mute, until=timezone.now() + timedelta(hours=1))

    @admin.action(description="Resolve selected errors", permissions=["triage"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[ErrorGroup]) -> None:
        """Call them mended."""
        self._each(request, queryset, services.resolve)

    def has_triage_permission(self, request: HttpRequest) -> bool:
        """Say who may."""
        return request.user.has_perm("botcore.triage_errorgroup")

    def _each(self, request: HttpRequest, queryset: QuerySet[ErrorGroup], service: Service, **rule: Any) -> None:
        by = request.user.get_username()
        each(self, request, queryset, lambda pk: service(group_id=pk, by=by, **rule))

    @admin.display(description="Title", ordering=None)
    def shown_title(self, row: ErrorGroup) -> str:
        """Show what hides as escapes."""
        return visible(row.title, 120)


@admin.register(ErrorFingerprint)
class ErrorFingerprintAdmin(Worded, HistoryAdmin):
    """What makes occurrences one."""

    list_display = ("value", "group_id", "count", "first_seen", "last_seen")
    search_fields = ("value__exact", "group__id__exact")
    search_help_text = "A whole fingerprint, or a whole number of an error."
    page = ("error", "group_id")
    raw_id_fields = ("group",)
    words = ("title", "group")
    takes = SEE_ERRORS


@admin.register(ErrorEvent)
class ErrorEventAdmin(Worded, HistoryAdmin):
    """Occurrences that are kept."""

    list_display = ("id", "reference", "at", "level", "source", "handler", "release", "process")
    search_fields = ("id__exact", "reference__exact", "update_pk__exact")
    search_help_text = "A whole row number, a reference code as it was given, or an update's row number."
    raw_id_fields = ("fingerprint",)
    deferred = ("payload", "message")
    words = ("json", "message")
    exclude = ("payload",)
    readonly_fields = ("json",)

    @admin.display(description="Payload")
    def json(self, row: ErrorEvent) -> SafeString:
        """Show everything known, indented."""
        return format_html('<pre tabindex="0">{}</pre>', pretty(row.payload))


@admin.register(GroupChange)
class GroupChangeAdmin(Worded, HistoryAdmin):
    """What became of groups: who, when, what."""

    list_display = ("id", "group_id", "at", "by", "kind", "state")
    search_fields = ("group__id__exact",)
    page = ("error", "group_id")
    search_help_text = "A whole number of an error."
    raw_id_fields = ("group",)
    words = ("group", "text")
    takes = SEE_ERRORS


@admin.register(ErrorHour)
class ErrorHourAdmin(HistoryAdmin):
    """How often fingerprints occurred within an hour."""

    list_display = ("id", "fingerprint_id", "hour", "count")
    search_fields = ("fingerprint__value__exact",)
    search_help_text = "A whole fingerprint."
    raw_id_fields = ("fingerprint",)


@admin.register(ErrorPerson)
class ErrorPersonAdmin(HistoryAdmin):
    """Whom fingerprints have met."""

    list_display = ("id", "fingerprint_id", "user_id")
    search_fields = ("user_id__exact", "fingerprint__value__exact")
    search_help_text = "A person's whole Telegram id, or a whole fingerprint."
    raw_id_fields = ("fingerprint",)
    page = ("person", "user_id")


@admin.register(ErrorReceipt)
class ErrorReceiptAdmin(KeptAdmin):
    """Records that are counted: without its receipt one that comes again would count twice."""

    list_display = ("key", "at")
    keyset = ()
    ordering = ("-at",)
