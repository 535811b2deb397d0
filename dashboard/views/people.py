"""Who writes to the bot: a list to search, and each person's profile."""

from django.http import Http404, HttpRequest, HttpResponse

from botcore.errors import selectors as errors
from botcore.feedback import selectors as feedback
from botcore.inbox import selectors as inbox
from botcore.people import selectors
from dashboard.access import needs
from dashboard.pages import show
from dashboard.views.chats import talk

SEARCH_LENGTH = 64  # the longest first name
NEWEST = 20


@needs("botcore.view_user")
def people(request: HttpRequest) -> HttpResponse:
    """List people, last seen first."""
    search = request.GET.get("search", "").strip()[:SEARCH_LENGTH]
    cursor = request.GET.get("cursor", "")
    return show(request, "people", page=selectors.people(search=search, cursor=cursor), search=search, cursor=cursor)


@needs("botcore.view_user")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person with the newest talk, feedback and updates, as far as the visitor may see those."""
    found = selectors.person(pk)
    if found is None:
        raise Http404
    may = request.user.has_perm
    messages = feedback.messages(user_id=pk, size=NEWEST) if may("botcore.view_feedback") else None
    updates = inbox.updates(chat_id=pk, size=NEWEST) if may("botcore.view_update") else None
    turns, older = talk(request, pk, limit=NEWEST)
    met = errors.met_by(pk, NEWEST) if may("botcore.view_errorgroup") else None
    unreachable = selectors.unreachable(pk)
    return show(
        request,
        "person",
        person=found,
        unreachable=unreachable,
        messages=messages,
        errors=met,
        page=updates,
        turns=turns,
        older=older,
    )
