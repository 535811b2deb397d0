"""What people wrote to the operators, and the note that somebody read it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.feedback import selectors
from botcore.feedback.services import mark_read
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import back_to, show


@needs("botcore.view_feedback")
def feedback(request: HttpRequest) -> HttpResponse:
    """List messages, newest first."""
    wanted = one_of(request.GET.get("show", "all"), ["all", "unread"])
    cursor = request.GET.get("cursor", "")
    page = selectors.messages(unread_only=wanted == "unread", cursor=cursor)
    return show(request, "feedback", page=page, wanted=wanted, cursor=cursor)


@needs("botcore.change_feedback")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    if not mark_read(feedback_id=pk, by=request.user.get_username()):
        raise Http404
    return redirect(back_to(request, "dashboard:feedback"))
