"""What people wrote to the operators, the note that somebody read it, and answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botcore.exceptions import ValidationError
from botcore.feedback import selectors, services
from botcore.outbox.content import Text
from botcore.people.privacy import by_account
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import back_to, show


@needs("botcore.view_feedback")
def feedback(request: HttpRequest) -> HttpResponse:
    """List messages, newest first."""
    wanted = one_of(request.GET.get("show", "all"), ["all", "unread"])
    cursor = request.GET.get("cursor", "")
    page = selectors.messages(reader=by_account(request.user.pk), unread_only=wanted == "unread", cursor=cursor)
    return show(request, "feedback", page=page, wanted=wanted, cursor=cursor)


@needs("botcore.change_feedback")
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    if not services.mark_read(feedback_id=pk, by=request.user.get_username()):
        raise Http404
    return redirect(back_to(request, "dashboard:feedback"))


@needs("botcore.change_feedback")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue an answer below a person's message, and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    if selectors.message(pk) is None:
        raise Http404
    try:
        content = Text(request.POST.get("text", ""))
        services.answer(feedback_id=pk, content=content, by=request.user.get_username())
        messages.success(request, "The answer is on its way.")
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:feedback"))
