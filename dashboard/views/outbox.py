"""What the bot says: a list of what waits, went wrong and was sent, each message, and what a person may decide."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.outbox import amendments, services
from botcore.outbox import listing as reading
from botcore.outbox.selectors import TAB_CAP, counts
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.lists.outbox import OUTBOX
from dashboard.once import once
from dashboard.pages import show
from dashboard.tables.page import listing
from dashboard.views.amend import PERMISSIONS


@needs("botcore.view_outgoingmessage")
def outbox(request: HttpRequest) -> HttpResponse:
    """List messages, newest first."""
    return listing(request, OUTBOX, counts=counts(TAB_CAP + 1), cap=TAB_CAP)


@needs("botcore.view_outgoingmessage")
def outgoing_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message, with what an operator has changed about it."""
    message, reader = _found(request, pk), by_account(request.user)
    is_open = reader.may_read(message.chat_id)
    changes = amendments.of(pk) if is_open else ()
    may_amend = is_open and request.user.has_perms(PERMISSIONS)
    return show(request, "outgoing", message=message, amendments=changes, may_amend=may_amend)


@needs("botcore.resend_outgoingmessage")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a waiting message shall not be sent, or cancel it."""
    message = _found(request, pk)
    if request.method != "POST":
        return show(request, "outgoing_cancel", message=message)
    by = request.user.get_username()
    if services.cancel(pk, by=by, reason=f"cancelled by {by}"):
        messages.success(request, _("It is cancelled and will not be sent."))
    else:
        messages.warning(request, _("It could not be cancelled: it is no longer waiting."))
    return redirect("dashboard:outgoing", pk)


@needs("botcore.resend_outgoingmessage")
@once()
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a message shall be sent once more, or queue it again."""
    message = _found(request, pk)
    if request.method != "POST":
        return show(request, "outgoing_retry", message=message)
    try:
        services.retry(pk, by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, str(exc))
    else:
        messages.success(request, _("It is queued again."))
    return redirect("dashboard:outgoing", pk)


def _found(request: HttpRequest, pk: int) -> reading.OutgoingDetail:
    message = reading.one(pk, reader=by_account(request.user))
    if message is None:
        raise Http404
    return message
