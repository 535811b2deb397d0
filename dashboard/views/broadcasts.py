"""Broadcasts: how each stands and how far it came, writing one, and the buttons that start, pause and cancel it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.access.selectors import linked_person
from botcore.broadcasts import selectors, services
from botcore.exceptions import ValidationError
from botcore.monitoring.selectors import is_bot_alive
from botcore.outbox.content import Text
from botcore.people.privacy import by_account
from botcore.texts.markup import HTML
from dashboard.access import needs
from dashboard.lists.broadcasts import BROADCASTS
from dashboard.once import once
from dashboard.pages import back_to, show
from dashboard.tables.page import listing

Act = Callable[..., bool]


@needs("botcore.view_broadcast")
def broadcasts(request: HttpRequest) -> HttpResponse:
    """List broadcasts, newest first, with a form for a new one."""
    return _list(request)


@needs("botcore.change_broadcast")
@once()
def broadcast_new(request: HttpRequest) -> HttpResponse:
    """Keep what was written as a draft and show it; what is wrong is said, and the text stays in its field."""
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:broadcasts")
    typed = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if not typed:
        messages.warning(request, _("Write what everybody shall read."))
        return redirect("dashboard:broadcasts")
    try:
        pk = services.draft(by=request.user.get_username(), content=Text(typed, HTML))
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return _list(request, typed)
    return redirect("dashboard:broadcast", pk)


@needs("botcore.view_broadcast")
def broadcast(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one broadcast; of a draft also how many people would get it, as they were counted when it was written."""
    found = _found(request, pk)
    beside = _audience(found) if found.is_draft else None
    return show(request, "broadcast", beside=beside, broadcast=found, nobody=not is_bot_alive())


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a draft shall be sent to everybody, or start it."""
    if request.method == "POST":
        start = partial(services.start, tell_chat=linked_person(request.user.pk or 0))
        return _press(request, pk, start, _("It is sent now."), _("It has been started already."))
    found = _found(request, pk)
    return show(request, "broadcast_ask", broadcast=found, wanted="start", **_audience(found))


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a broadcast shall be given up, or cancel it."""
    if request.method == "POST":
        return _press(request, pk, services.cancel, _("It is cancelled."), _("It has been cancelled already."))
    return show(request, "broadcast_ask", broadcast=_found(request, pk), wanted="cancel")


@needs("botcore.change_broadcast")
def broadcast_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a broadcast or let it go on, and go back to where the button stands."""
    acts: dict[str, tuple[Act, str, str]] = {
        "pause": (services.pause, _("It is paused: what waited is held back."), _("It is paused already.")),
        "resume": (services.resume, _("It goes on where it was."), _("It goes on already.")),
    }
    wanted = acts.get(request.POST.get("do", ""))
    if wanted is None:
        messages.warning(request, _("There is no such button."))
        return redirect(back_to(request, "dashboard:broadcast", pk))
    return _press(request, pk, *wanted)


def _press(request: HttpRequest, pk: int, act: Act, done: str, before: str) -> HttpResponse:
    """Do it, say what became of it, and go back."""
    try:
        if act(pk, by=request.user.get_username()):
            messages.success(request, done)
        else:
            messages.warning(request, before)
    except ValidationError as exc:
        messages.warning(request, str(exc))
    return redirect(back_to(request, "dashboard:broadcast", pk))


def _list(request: HttpRequest, typed: str = "") -> HttpResponse:
    return listing(request, BROADCASTS, beside={"typed": typed}, nobody=not is_bot_alive())


def _audience(found: selectors.BroadcastFacts) -> dict[str, Any]:
    """Return how many people would get it; one more than the cap stands for more."""
    people = found.progress.total
    most = selectors.MOST_COUNTED
    return {"people": most + 1 if people is None else people, "most": most}


def _found(request: HttpRequest, pk: int) -> selectors.BroadcastFacts:
    found = selectors.broadcast(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    return found
