"""What people wrote to the operators, the note that somebody read it, and answers."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.exceptions import ValidationError
from botcore.feedback import selectors, services
from botcore.outbox.content import Text
from botcore.paging import SIZE
from botcore.people.privacy import by_account
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
    """Mark a message as read, or with it those of its person that were shown; go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    by = request.user.get_username()
    if not services.mark_read(feedback_id=pk, by=by):
        raise Http404
    for also in request.POST.get("also", "").split(",")[:SIZE]:
        if re.fullmatch("[0-9]{1,18}", also):
            services.mark_read(feedback_id=int(also), by=by)
    return redirect(back_to(request, "dashboard:feedback"))


@needs("botcore.change_feedback")
@once()
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue an answer below a person's message, and go back to the list as it was."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:feedback")
    found = selectors.message(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    try:
        content = Text(request.POST.get("text", ""))
        services.answer(feedback_id=pk, content=content, by=request.user.get_username())
        messages.success(request, f"{_('The answer is on its way.')}{_left(found.user_id)}")
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:feedback"))


def _left(user_id: int) -> str:
    """Say how many other messages of the person still wait."""
    left = selectors.unread_of(user_id)
    words = ngettext("%(n)s other message of theirs is unread.", "%(n)s other messages of theirs are unread.", left)
    return f" {words % {'n': left}}" if left else ""
