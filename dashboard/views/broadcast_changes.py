"""Editing and deleting what a broadcast has sent: each is written down as a draft of its own, and shown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.broadcasts import recall, selectors
from botcore.exceptions import ValidationError
from botcore.outbox.content import Text
from botcore.people.privacy import by_account
from botcore.texts.markup import HTML
from dashboard.access import needs
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
            by, content = request.user.get_username(), Text(typed, HTML)
            return redirect("dashboard:broadcast", recall.write_edit(pk, by=by, content=content, buttons=buttons))
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return show(request, "broadcast_amend", broadcast=found, typed=typed, buttons=buttons)


def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the deletion of what was sent down, and show it; nothing is deleted before it is started."""
    try:
        return redirect("dashboard:broadcast", recall.write_deletion(pk, by=request.user.get_username()))
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return redirect("dashboard:broadcast", pk)
