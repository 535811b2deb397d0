"""Who writes to the bot: a list to search, and each person's profile."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from botcore.access import selectors as access
from botcore.errors import selectors as errors
from botcore.feedback import selectors as feedback
from botcore.inbox import selectors as inbox
from botcore.people import selectors
from botcore.people.privacy import by_account
from botcore.people.tags import tags_of
from dashboard.access import needs
from dashboard.pages import show
from dashboard.views.chats import talk

SEARCH_LENGTH = 64  # the longest first name
NEWEST = 20
LENGTHS = {"": "until lifted", "1h": "1 hour", "1d": "1 day", "7d": "7 days", "30d": "30 days"}


@needs("botcore.view_user")
def people(request: HttpRequest) -> HttpResponse:
    """List people, last seen first."""
    search = request.GET.get("search", "").strip()[:SEARCH_LENGTH]
    cursor = request.GET.get("cursor", "")
    return show(request, "people", page=selectors.people(search=search, cursor=cursor), search=search, cursor=cursor)


@needs("botcore.view_user")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person with the newest talk, feedback and updates, as far as the visitor may see those."""
    return page(request, pk)


def page(request: HttpRequest, pk: int, *, typed: str = "", wrong: str = "") -> HttpResponse:
    """Show the person's page; a letter that could not be sent stays in its field with what is wrong."""
    found = known(pk)
    may = request.user.has_perm
    facts = {
        "person": found,
        "unreachable": selectors.unreachable(pk),
        "feedback": feedback.messages(reader=by_account(request.user.pk), user_id=pk, size=NEWEST)
        if may("botcore.view_feedback")
        else None,
        "errors": errors.met_by(pk, NEWEST) if may("botcore.view_errorgroup") else None,
        "page": inbox.updates(chat_id=pk, size=NEWEST) if may("botcore.view_update") else None,
        **talk(request, pk, limit=NEWEST),
    }
    return show(request, "person", **facts, **_access(request, pk), typed=typed, wrong=wrong)


def known(pk: int) -> selectors.Person:
    """Return the person; raise Http404 when the bot has met nobody with this id."""
    found = selectors.person(pk)
    if found is None:
        raise Http404
    return found


def _access(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Return what the card of access and the tags show."""
    mine = access.account_role(request.user.pk or 0)
    return {
        "holder": access.holder(pk),
        "grantable": [(role.name.lower(), str(role.label)) for role in access.grantable(mine)],
        "restrictions": access.restriction_of(pk),
        "is_listed": access.is_allowed(pk),
        "tags": tags_of(pk),
        "lengths": LENGTHS,
    }
