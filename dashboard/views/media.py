"""Files of messages, for who may read the chat that they were sent in; the address names our row, never the file."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from botcore.media import selectors
from botcore.media.selectors import Held
from botcore.people.privacy import by_account
from dashboard.access import needs
from dashboard.media import answer


@needs("botcore.view_update", "botcore.read_messages", is_kept=True)
@require_safe
def media_in(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a file that came in with an update."""
    return answer(request, _open(selectors.of_update(pk, reader=by_account(request.user))))


@needs("botcore.view_outgoingmessage", "botcore.read_messages", is_kept=True)
@require_safe
def media_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a file that the bot has sent."""
    return answer(request, _open(selectors.of_outgoing(pk, reader=by_account(request.user))))


def _open(held: Held | None) -> Held:
    if held is None:
        raise Http404
    if not held.is_open:
        raise PermissionDenied
    return held
