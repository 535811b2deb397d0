"""What Telegram delivered: a list to filter and page through, and each update with everything known about it."""

from django.http import Http404, HttpRequest, HttpResponse

from botcore.errors.lookup import of_update
from botcore.inbox import selectors as inbox
from botcore.outbox import listing as outbox
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.lists.updates import UPDATES
from dashboard.pages import show
from dashboard.tables.page import listing
from dashboard.timeline import timeline


@needs("botcore.view_update")
def updates(request: HttpRequest) -> HttpResponse:
    """List updates, newest first."""
    return listing(request, UPDATES, counts=inbox.tab_counts(), cap=inbox.TAB_CAP)


@needs("botcore.view_update")
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one update and what it made the bot say."""
    reader = by_account(request.user)
    found = inbox.update(pk, reader=reader)
    if found is None:
        raise Http404
    caused = outbox.caused_by(pk, reader=reader) if request.user.has_perm("botcore.view_outgoingmessage") else None
    sees_errors = found.error_group and request.user.has_perm("botcore.view_errorgroup")
    error = of_update(pk, found.error_group) if sees_errors else None
    return show(request, "update", update=found, caused=caused, steps=timeline(found, caused or []), error=error)
