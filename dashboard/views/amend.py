"""Editing and deleting what the bot has sent: a page asks, its form queues the change, and leads back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.outbox import amend
from botcore.outbox import listing as reading
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import back_to, show

PERMISSIONS = ("botcore.view_outgoingmessage", "botcore.amend_outgoingmessage", "botcore.read_messages")


@needs(*PERMISSIONS)
@once()
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask how a message shall read, or queue the edit; words that are refused stay in their field."""
    message, typed = _found(request, pk), request.POST.get("text", "").replace("\r\n", "\n")
    if request.method != "POST":
        return _page(request, "outgoing_edit", message)
    try:
        amend.edit(pk=pk, text=typed, by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, _("Nothing is changed."))
        return _page(request, "outgoing_edit", message, typed=typed, wrong=str(exc))
    messages.success(request, _("The edit is on its way."))
    return redirect(back_to(request, "dashboard:outgoing", pk))


@needs(*PERMISSIONS)
@once()
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a message shall be taken out of its chat, or queue that."""
    message = _found(request, pk)
    if request.method != "POST":
        return _page(request, "outgoing_delete", message)
    try:
        amend.delete(pk=pk, by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, f"{_('Nothing is changed.')} {exc}")
    else:
        messages.success(request, _("The message is being deleted."))
    return redirect(back_to(request, "dashboard:outgoing", pk))


def _found(request: HttpRequest, pk: int) -> reading.OutgoingDetail:
    """Return the message; raise Http404 when there is none, PermissionDenied for one that is not for the visitor."""
    reader = by_account(request.user)
    message = reading.one(pk, reader=reader)
    if message is None:
        raise Http404
    if not reader.may_read(message.chat_id):
        raise PermissionDenied
    return message


def _page(request: HttpRequest, name: str, message: reading.OutgoingDetail, **facts: Any) -> HttpResponse:
    """Show the question with the message, or why it cannot be done."""
    draft, refusal = None, ""
    try:
        if name == "outgoing_edit":
            draft = amend.draft(message.id)
        else:
            amend.check_delete(message.id)
    except ValidationError as exc:
        refusal = str(exc)
    back = back_to(request, "dashboard:outgoing", message.id)
    return show(request, name, message=message, draft=draft, refusal=refusal, back=back, **facts)
