"""Changes of a broadcast: its files for others; edits and deletions of what it sent, each as a draft of its own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.broadcasts import drafts, recall, selectors
from botcore.enclosures.kinds import KINDS
from botcore.exceptions import ValidationError
from botcore.outbox.content import Content, Text
from botcore.people.privacy import by_account
from botcore.texts.markup import HTML
from dashboard.access import needs
from dashboard.broadcast_content import content
from dashboard.once import once
from dashboard.pages import show


@needs("botcore.view_broadcast", "botcore.change_broadcast", "botcore.read_messages")
@once()
def broadcast_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was sent as it was written, or keep what it shall say; what is wrong is said beside the text."""
    found = selectors.broadcast(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    typed, buttons = found.source or "", found.buttons
    if request.method == "POST":
        typed = request.POST.get("text", "").replace("\r\n", "\n").strip()
        buttons = request.POST.get("buttons", "")
        try:
            by, said = request.user.get_username(), Text(typed, HTML)
            return redirect("dashboard:broadcast", recall.write_edit(pk, by=by, content=said, buttons=buttons))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return show(request, "broadcast_amend", broadcast=found, typed=typed, buttons=buttons)


@needs("botcore.view_broadcast", "botcore.change_broadcast")
@once()
def broadcast_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for other files for a draft, or for one that is paused, or keep them; what is wrong is said there."""
    if request.method == "POST":
        try:
            drafts.give_files(pk, by=request.user.get_username(), content=_chosen(request))
            messages.success(request, _("It sends these now. Test it once more."))
            return redirect("dashboard:broadcast", pk)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    found = selectors.broadcast(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    return show(request, "broadcast_files", broadcast=found, kinds=KINDS)


def _chosen(request: HttpRequest) -> Content:
    wanted = content(request, "")
    if wanted is None:
        raise ValidationError(_("Choose a file."))
    return wanted


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the deletion of what was sent down, and show it; nothing is deleted before it is started."""
    try:
        return redirect("dashboard:broadcast", recall.write_deletion(pk, by=request.user.get_username()))
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return redirect("dashboard:broadcast", pk)
