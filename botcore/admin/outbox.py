"""Admin pages of the outbox: what the bot says and how it went, to look at, to cancel and to send again; its lanes."""

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from botcore.admin.base import HistoryAdmin, KeptAdmin
from botcore.admin.words import Worded
from botcore.exceptions import ValidationError
from botcore.models import CallbackData, Enclosure, EnclosurePiece, OutboxLane, OutboxWake, OutgoingMessage
from botcore.outbox import services
from botcore.outbox.ledger_payload import unmarked
from botcore.people.privacy import by_account
from botcore.texts.visible import pretty

MOST_ACTIONS = 1000  # messages of one action


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(Worded, HistoryAdmin):
    """What the bot says."""

    list_display = ("id", "chat_id", "method", "state", "priority", "due_at")
    list_filter = ("state",)
    search_fields = ("id__exact", "chat_id__exact", "key__exact")
    page = ("outgoing", "pk")
    search_help_text = "A whole row number, chat id or key."
    actions = ("cancel", "send_again")
    deferred = ("payload", "error", "files")
    exclude = ("payload", "files")
    readonly_fields = ("json",)
    raw_id_fields = ("update", "amends")
    words = ("json", "error")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMessage]:
        """Leave out what is not for the visitor."""
        return by_account(request.user).known_rows(super().get_queryset(request))

    @admin.action(description="Cancel selected messages that wait", permissions=["resend"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[OutgoingMessage]) -> None:
        """Cancel what waits and say how much that was."""
        pks, by = self._chosen(request, queryset), request.user.get_username()
        done = sum(services.cancel(pk, by=by, reason=f"cancelled by {by}") for pk in pks)
        self.message_user(request, f"{done} of {len(pks)} messages cancelled.", messages.SUCCESS)

    @admin.action(description="Send selected messages again", permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMessage]) -> None:
        """Queue what failed or is in doubt, and say why not for the rest."""
        pks, reasons = self._chosen(request, queryset), dict[str, int]()
        for pk in pks:
            try:
                services.retry(pk, by=request.user.get_username())
            except ValidationError as exc:
                reasons[str(exc)] = reasons.get(str(exc), 0) + 1
        done = len(pks) - sum(reasons.values())
        self.message_user(request, f"{done} of {len(pks)} messages queued again.", messages.SUCCESS)
        for reason, count in reasons.items():
            self.message_user(request, f"{count} not: {reason}", messages.WARNING)

    def _chosen(self, request: HttpRequest, queryset: QuerySet[OutgoingMessage]) -> list[int]:
        pks = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST_ACTIONS + 1])
        if len(pks) > MOST_ACTIONS:
            self.message_user(request, f"Only the first {MOST_ACTIONS} of them.", messages.WARNING)
        return pks[:MOST_ACTIONS]

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Say who may."""
        return request.user.has_perm("botcore.resend_outgoingmessage")

    @admin.display(description="Parameters")
    def json(self, row: OutgoingMessage) -> SafeString:
        """Show the call's parameters, indented."""
        return format_html('<pre tabindex="0">{}</pre>', pretty(unmarked(row.payload)))


@admin.register(OutboxLane)
class OutboxLaneAdmin(KeptAdmin):
    """Each chat's queue of one priority, and who works on it: without one its messages would wait for more."""

    list_display = ("chat_id", "priority", "bot_id", "seq", "ready_at", "not_before", "lease_until", "owner")
    list_filter = (("ready_at", admin.EmptyFieldListFilter),)


@admin.register(OutboxWake)
class OutboxWakeAdmin(KeptAdmin):
    """Notes that a lane has work: without one its message would wait for the next."""

    list_display = ("id", "chat_id", "priority", "due_at", "bot_id")


@admin.register(CallbackData)
class CallbackDataAdmin(Worded, HistoryAdmin):
    """What buttons with long data mean."""

    list_display = ("key", "chat_id", "user_id", "expires_at")
    keyset = ()
    ordering = ("-expires_at",)
    search_fields = ("key__exact",)
    search_help_text = "A whole key."
    deferred = ("data",)
    words = ("data",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallbackData]:
        """Leave out what is not for the visitor."""
        rows, closed = super().get_queryset(request), by_account(request.user).closed
        return rows.exclude(Q(chat_id__in=closed) | Q(user_id__in=closed)) if closed else rows


@admin.register(Enclosure)
class EnclosureAdmin(KeptAdmin):
    """Files from pages that wait to be sent; nobody looks into them before."""

    list_display = ("id", "holder", "kind", "size", "at")
    exclude = ("name",)


@admin.register(EnclosurePiece)
class EnclosurePieceAdmin(KeptAdmin):
    """Their content, in pieces."""

    list_display = ("id", "enclosure", "number")
    exclude = ("data",)
    deferred = ("data",)
