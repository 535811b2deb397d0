"""What Telegram delivered: a list to filter and page through, and each update with everything known about it."""

import re

from django.http import Http404, HttpRequest, HttpResponse

from botcore.exceptions import ValidationError
from botcore.inbox import selectors as inbox
from botcore.models import State
from botcore.monitoring.selectors import recent_kinds
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import show

KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)


@needs("botcore.view_update")
def updates(request: HttpRequest) -> HttpResponse:
    """List updates, newest first."""
    state, kind = _filter(request.GET.get("state", ""), request.GET.get("kind", ""))
    cursor = request.GET.get("cursor", "")
    page = inbox.updates(state=state, kind=kind, cursor=cursor)
    kinds = sorted({*recent_kinds(), *filter(None, [kind])})
    return show(request, "updates", page=page, state=state, kind=kind, kinds=kinds, states=State.choices, cursor=cursor)


@needs("botcore.view_update")
def update(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one update."""
    found = inbox.update(pk)
    if found is None:
        raise Http404
    return show(request, "update", update=found)


def _filter(state: str, kind: str) -> tuple[str, str]:
    """Return the words when they are ones that an update may have; empty ones mean any."""
    if state:
        one_of(state, State.values)
    if kind and not KIND.fullmatch(kind):
        raise ValidationError("The kind of update in the address is not one that Telegram could send.")
    return state, kind
