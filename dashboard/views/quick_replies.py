"""Quick replies: the list with a form for a new one, and each with its form."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.conversations import replies
from botcore.conversations.replies import Reply
from botcore.exceptions import ValidationError
from dashboard.access import needs
from dashboard.once import once
from dashboard.pages import show
from dashboard.views.conversations import FORMATS

NEW = Reply(0, "", "", "")


@needs("botcore.view_quickreply", "botcore.change_quickreply")
@once()
def quick_replies(request: HttpRequest) -> HttpResponse:
    """List them, and keep a new one; what is wrong with it is said, and it stays in the form."""
    if request.method != "POST":
        return _page(request, NEW)
    return _save(request, NEW)


@needs("botcore.view_quickreply", "botcore.change_quickreply")
@once()
def quick_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one in the form, change it or take it away."""
    found = next((one for one in replies.replies() if one.id == pk), None)
    if found is None:
        raise Http404
    return _save(request, found) if request.method == "POST" else _page(request, found)


def _save(request: HttpRequest, found: Reply) -> HttpResponse:
    form, by = request.POST, request.user.get_username()
    if form.get("action") == "delete":
        replies.delete(pk=found.id, by=by)
        messages.success(request, _("The quick reply is gone."))
        return redirect("dashboard:quick_replies")
    typed = Reply(found.id, form.get("name", ""), form.get("text", "").replace("\r\n", "\n"), form.get("format", ""))
    try:
        replies.save(name=typed.name, words=typed.text, parse_mode=typed.parse_mode, by=by, pk=found.id or None)
    except ValidationError as exc:
        return _page(request, typed, wrong=str(exc))
    messages.success(request, _("The quick reply is kept."))
    return redirect("dashboard:quick_replies")


def _page(request: HttpRequest, typed: Reply, wrong: str = "") -> HttpResponse:
    facts = {"typed": typed, "formats": FORMATS, "variables": replies.VARIABLES, "wrong": wrong}
    return show(request, "quick_replies", replies=replies.replies(), **facts)
