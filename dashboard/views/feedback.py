"""What people wrote to the operators, the note that somebody read it, and answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.feedback import selectors, services
from botcore.outbox.content import Text
from dashboard.access import needs
from dashboard.lists.feedback import FEEDBACK
from dashboard.once import once
from dashboard.pages import back_to
from dashboard.tables.page import listing


@needs("botcore.view_feedback")
def feedback(request: HttpRequest) -> HttpResponse:
    """List messages, newest first."""
    return listing(request, FEEDBACK)


@needs("botcore.change_feedback")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    if not services.mark_read(feedback_id=pk, by=request.user.get_username()):
        raise Http404
    return redirect(back_to(request, "dashboard:feedback"))


@needs("botcore.change_feedback")
@once()
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue an answer below a person's message, and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    if selectors.message(pk) is None:
        raise Http404
    try:
        content = Text(request.POST.get("text", ""))
        services.answer(feedback_id=pk, content=content, by=request.user.get_username())
        messages.success(request, _("The answer is on its way."))
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:feedback"))
