"""Admin pages of the inbox: updates, lanes and keys that are used up, all history; updates can be replayed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, KeptAdmin
from botcore.admin.words import READ, Worded
from botcore.exceptions import ValidationError
from botcore.inbox import replay as service
from botcore.inbox.selection import MOST_IDS, Selection
from botcore.inbox.selectors import shown
from botcore.models import EarlierRun, FailedAttempt, Lane, OnceKey, Update
from botcore.people.privacy import by_account

if TYPE_CHECKING:  # at run time it is not generic
    AnyInline = admin.TabularInline[Any, Any]
else:
    AnyInline = admin.TabularInline


class FailedAttemptInline(AnyInline):
    """The failed attempts at an update, to look at."""

    model = FailedAttempt
    fields = ("number", "started_at", "ended_at", "handler", "error", "error_group")
    readonly_fields = fields
    ordering = ("id",)
    extra = 0
    can_delete = False
    verbose_name_plural = "failed attempts"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Show them with their update; their errors may say what somebody wrote."""
        return request.user.has_perms(["botcore.view_update", READ])

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """History is not invented."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """History is not rewritten."""
        return False


@admin.register(Update)
class UpdateAdmin(Worded, HistoryAdmin):
    """What Telegram delivered and what became of it."""

    list_display = ("id", "kind", "state", "handler", "chat_id", "user_id", "received_at")
    page = ("update", "pk")
    list_filter = ("state",)
    search_fields = ("id__exact", "chat_id__exact", "error_group__exact")
    search_help_text = "A whole row number, chat id or error group."
    actions = ("replay",)
    inlines = (FailedAttemptInline,)
    words = ("json", "error")
    deferred = ("raw", "error")
    exclude = ("raw",)
    readonly_fields = ("json",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Update]:
        """Leave out what is not for the visitor."""
        return by_account(request.user).known_rows(super().get_queryset(request), has_sender=True)

    @admin.action(description="Replay selected updates", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Update]) -> None:
        """Send the chosen updates through again and say what became of them."""
        try:
            ids = tuple(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_IDS + 1])
            done = service.replay(Selection(ids=ids), by=request.user.get_username())
        except ValidationError as exc:
            self.message_user(request, str(exc), messages.ERROR)
            return
        if done.total:
            self.message_user(request, f"{service.updates(done.total)} sent through again.", messages.SUCCESS)
        for reason in done.reasons:
            self.message_user(request, reason, messages.WARNING)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Say who may."""
        return request.user.has_perm("botcore.replay_update")

    @admin.display(description="Raw JSON")
    def json(self, row: Update) -> SafeString:
        """Show what Telegram sent, indented."""
        return format_html('<pre tabindex="0">{}</pre>', shown(row.raw))


@admin.register(Lane)
class LaneAdmin(KeptAdmin):
    """Each chat's queue, and who works on it: without its lane a chat's updates would wait until it writes again."""

    list_display = ("key", "bot_id", "seq", "ready_at", "not_before", "lease_until", "owner")
    list_filter = (("ready_at", admin.EmptyFieldListFilter),)


@admin.register(OnceKey)
class OnceKeyAdmin(HistoryAdmin):
    """What handlers have begun and must not do a second time."""

    list_display = ("key", "bot_id", "update_id", "at")
    search_fields = ("key__exact",)
    search_help_text = "A whole key."
    raw_id_fields = ("update",)


@admin.register(FailedAttempt)
class FailedAttemptAdmin(Worded, HistoryAdmin):
    """Attempts that failed, each also on the page of its update."""

    list_display = ("id", "update_id", "number", "handler", "error_group", "ended_at")
    raw_id_fields = ("update",)
    search_fields = ("update__id__exact",)
    search_help_text = "The row number of an update."
    page = ("update", "update_id")
    words = ("error",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedAttempt]:
        """Leave out what is not for the visitor: an error may say what was written."""
        return _of_open(super().get_queryset(request), request)


@admin.register(EarlierRun)
class EarlierRunAdmin(Worded, HistoryAdmin):
    """How updates had ended before they were replayed, each also on the page of its update."""

    list_display = ("id", "update_id", "state", "handler", "replayed_by", "replayed_at")
    raw_id_fields = ("update",)
    search_fields = ("update__id__exact",)
    search_help_text = "The row number of an update."
    page = ("update", "update_id")
    words = ("error",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EarlierRun]:
        """Leave out what is not for the visitor: an error may say what was written."""
        return _of_open(super().get_queryset(request), request)


def _of_open(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    closed = by_account(request.user).closed
    return rows.exclude(Q(update__chat_id__in=closed) | Q(update__user_id__in=closed)) if closed else rows
