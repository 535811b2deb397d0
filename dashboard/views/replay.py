"""Sending updates through again: one from its page, many from a page that first shows what would happen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.inbox import replay as service
from botcore.inbox.selection import Selection
from botcore.models import State
from botcore.sentences.numerals import grouped
from dashboard.access import needs
from dashboard.lists.updates import UPDATES
from dashboard.once import once
from dashboard.pages import show
from dashboard.tables.asked import read
from dashboard.tables.columns import Look
from dashboard.words import worded

MOST = service.AT_ONCE


@needs("botcore.replay_update")
@once(is_held=False)  # it commits batch by batch
def replay(request: HttpRequest) -> HttpResponse:
    """Show what a replay of the filtered updates would do, or do it."""
    asked = read(UPDATES, request.GET, sees=Look(request).sees)
    chosen = UPDATES.select(asked.facts)
    if chosen == Selection():
        return redirect("dashboard:updates")
    if request.method != "POST":
        plan = service.plan(chosen, most=MOST)
        beside = {"asked": asked}
        return show(
            request,
            "replay",
            beside=beside,
            plan=plan,
            states=[(value, worded(label)) for value, label in State.choices],
            most=MOST,
        )
    _tell(request, service.replay(chosen, by=request.user.get_username(), most=MOST))
    return redirect(resolve_url("dashboard:updates") + asked.link(state=None, ids=None))


@needs("botcore.replay_update")
@once()
def replay_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one update through again and go back to its page."""
    one = Selection(ids=(pk,))
    if one.unknown():
        raise Http404
    if request.method == "POST":  # else someone came back here from the login page
        _tell(request, service.replay(one, by=request.user.get_username()))
    return redirect("dashboard:update", pk)


def _tell(request: HttpRequest, done: service.Plan) -> None:
    if done.total:
        sent = ngettext("%(number)s update sent through again.", "%(number)s updates sent through again.", done.total)
        messages.success(request, sent % {"number": grouped(done.total)})
    for reason in done.reasons or ([] if done.total else [_("Nothing was left to replay.")]):
        messages.warning(request, reason)
