"""Admin pages of errors: groups with what a person may decide about them, and what was kept, all history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, dashboard_link
from botcore.admin.words import Worded
from botcore.errors import services
from botcore.exceptions import ValidationError
from botcore.models import ErrorEvent, ErrorFingerprint, ErrorGroup, GroupChange
from botcore.texts.visible import pretty, visible

MOST_ACTIONS = 1000  # groups of one action
Service = Callable[..., bool]


@admin.register(ErrorGroup)
class ErrorGroupAdmin(HistoryAdmin):
    """Problems, each with all its occurrences counted."""

    list_display = ("id", "shown_title", "state", "level", "source", "count", "people", "last_seen", "dashboard")
    list_filter = ("state",)
    search_fields = ("id__exact", "fingerprints__value__exact", "handler__exact")
    search_help_text = "A whole number, fingerprint or handler. The dashboard searches words and reference codes."
    ordering = ("-last_seen", "-pk")
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
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[:MOST_ACTIONS])
        done = 0
        for pk in pks:
            try:
                done += service(group_id=pk, by=request.user.get_username(), **rule)
            except ValidationError as exc:  # merged meanwhile
                self.message_user(request, str(exc), messages.WARNING)
        self.message_user(request, f"{done} of {len(pks)} errors changed.", messages.SUCCESS)

    @admin.display(description="Title", ordering=None)
    def shown_title(self, row: ErrorGroup) -> str:
        """Show what hides as escapes."""
        return visible(row.title, 120)

    @admin.display(description="Page")
    def dashboard(self, row: ErrorGroup) -> SafeString:
        """Link to the group's page."""
        return dashboard_link("error", row.pk)

    def view_on_site(self, row: ErrorGroup) -> str:
        """Where the button "View on site" leads."""
        return reverse("dashboard:error", args=[row.pk])


@admin.register(ErrorFingerprint)
class ErrorFingerprintAdmin(HistoryAdmin):
    """What makes occurrences one."""

    list_display = ("value", "group_id", "count", "first_seen", "last_seen")
    search_fields = ("value__exact", "group__id__exact")
    search_help_text = "A whole fingerprint, or a whole number of an error."
    raw_id_fields = ("group",)


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
        return format_html("<pre>{}</pre>", pretty(row.payload))


@admin.register(GroupChange)
class GroupChangeAdmin(HistoryAdmin):
    """What became of groups: who, when, what."""

    list_display = ("id", "group_id", "at", "by", "kind", "state")
    search_fields = ("group__id__exact",)
    search_help_text = "A whole number of an error."
    raw_id_fields = ("group",)
