"""Broadcasts: how each stands, writing and testing one, and the buttons that start, pause and cancel it."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.selectors import linked_person
from botcore.broadcasts import aim, drafts, selectors, services
from botcore.enclosures.kinds import KINDS
from botcore.exceptions import ValidationError
from botcore.monitoring.selectors import is_bot_alive
from botcore.outbox.content import Text
from botcore.people import segments
from botcore.people.privacy import by_account
from botcore.texts.markup import HTML
from botcore.validators import moment, whole
from dashboard.access import needs
from dashboard.broadcast_content import content
from dashboard.lists.broadcasts import BROADCASTS
from dashboard.once import once
from dashboard.pages import back_to, show
from dashboard.tables.page import listing
from dashboard.views.broadcast_changes import delete

Act = Callable[..., bool]
EXAMPLES = {  # in the empty fields of who gets it
    "language": "ru", "tag": "vip", "without": "vip", "active": "7d", "inactive": "30d", "used": "/start",
    "unused": "/start", "from": "2026-11-30", "to": "7d",
}  # fmt: skip


class Beside(TypedDict):
    """What a form has beside the text."""

    buttons: str
    has_stop: bool


class Agreed(TypedDict):
    """What a start needs to know of who wants it: whom the end is told, and how many Stars they pay at most."""

    tell_chat: int | None
    stars: int | None


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
    typed = _typed(request)
    try:
        wanted = content(request, typed)
        if wanted is None:
            messages.warning(request, _("Write what everybody shall read, or choose files."))
            return _list(request)
        pk = drafts.write(by=request.user.get_username(), content=wanted, **_beside(request))
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return _list(request, typed)
    return redirect("dashboard:broadcast", pk)


@needs("botcore.view_broadcast")
def broadcast(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one broadcast; of a draft also how many people would get it, as they were counted when it was written."""
    found = _found(request, pk)
    beside = _audience(found) if found.is_before else None
    outbox = _outbox(found) if request.user.has_perm("botcore.view_outgoingmessage") else ""
    alike = {"outbox": outbox, "nobody": not is_bot_alive(), "unlinked": _unlinked(request, found)}
    return show(request, "broadcast", beside=beside, broadcast=found, **alike)


@needs("botcore.view_broadcast", "botcore.change_broadcast", "botcore.read_messages")
def broadcast_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft says as it was written, or keep what it shall say; what is wrong is said beside the text."""
    found = _found(request, pk)
    typed, beside = found.source or "", Beside(buttons=found.buttons, has_stop=found.has_stop)
    if request.method == "POST":
        typed, beside = _typed(request), _beside(request)
        try:
            if drafts.edit(pk, by=request.user.get_username(), content=Text(typed, HTML), **beside):
                messages.success(request, _("It says that now. Test it once more."))
            return redirect("dashboard:broadcast", pk)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    return show(request, "broadcast_edit", broadcast=found, typed=typed, **beside)


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the conditions on who gets a draft, or keep those that were typed or a segment's, counted anew."""
    found = _found(request, pk)
    names = {**aim.NAMES, **{name: name for name in found.conditions if name not in aim.NAMES}}
    typed = {name: request.POST.get(name, "") for name in names} if request.method == "POST" else found.conditions
    if request.method == "POST":
        try:
            kept = whole(request.POST.get("segment", ""))
            words = segments.conditions(kept) if request.POST.get("do") == "segment" else typed
            drafts.aim_at(pk, by=request.user.get_username(), words=words)
            return redirect("dashboard:broadcast", pk)
        except ValidationError as exc:
            messages.warning(request, str(exc))
    wrong = aim.wrong(typed) if request.POST.get("do") != "segment" else {}
    fields = [
        {"name": name, "label": label, "word": typed.get(name, ""), "example": EXAMPLES.get(name, ""),
         "wrong": wrong.get(name, "")}
        for name, label in names.items()
    ]  # fmt: skip
    return show(request, "broadcast_audience", broadcast=found, fields=fields, segments=segments.segments())


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a draft shall be sent to everybody, or start it: now, or at a time in the visitor's zone."""
    if request.method == "POST":
        told, stars = linked_person(request.user.pk or 0), whole(request.POST.get("stars", ""))
        agreed = Agreed(tell_chat=told, stars=stars)
        if request.POST.get("do") == "later":
            return _schedule(request, pk, agreed)
        start = partial(services.start, **agreed)
        return _press(request, pk, start, _("It is sent now."), _("It has been started already."))
    found = _found(request, pk)
    zone = timezone.get_current_timezone_name()
    beside = {"zone": zone, "unlinked": _unlinked(request, found), **_audience(found)}
    return show(request, "broadcast_ask", broadcast=found, wanted="start", **beside)


@needs("botcore.view_broadcast", "botcore.change_broadcast")
def broadcast_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a broadcast shall be given up, or cancel it."""
    if request.method == "POST":
        return _press(request, pk, services.cancel, _("It is cancelled."), _("It has been cancelled already."))
    return show(request, "broadcast_ask", broadcast=_found(request, pk), wanted="cancel")


@needs("botcore.change_broadcast")
@once()
def broadcast_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Test a draft, take its time away, pause a broadcast or let it go on; go back to where the button stands.

    Or write a new draft that says the same, or deletes what was sent, and show that.
    """
    if request.POST.get("do") == "copy":
        return _copy(request, pk)
    if request.POST.get("do") == "delete":
        return delete(request, pk)
    test = partial(drafts.test, person=linked_person(request.user.pk or 0))
    acts: dict[str, tuple[Act, str, str]] = {
        "test": (test, _("The test is on its way to your Telegram account."), ""),
        "unschedule": (services.unschedule, _("It has no time any more."), _("It has no time already.")),
        "pause": (services.pause, _("It is paused: what waited is held back."), _("It is paused already.")),
        "resume": (services.resume, _("It goes on where it was."), _("It goes on already.")),
    }
    wanted = acts.get(request.POST.get("do", ""))
    if wanted is None:
        messages.warning(request, _("There is no such button."))
        return redirect(back_to(request, "dashboard:broadcast", pk))
    return _press(request, pk, *wanted)


def _copy(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        new = drafts.copy(pk, by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return redirect("dashboard:broadcasts")
    messages.success(request, _("This draft says the same as broadcast %(pk)s.") % {"pk": pk})
    return redirect("dashboard:broadcast", new)


def _schedule(request: HttpRequest, pk: int, agreed: Agreed) -> HttpResponse:
    """Give it a time, or say what is wrong with that where it was typed."""
    try:
        at = moment(request.POST.get("at", ""), zone=timezone.get_current_timezone(), now=timezone.now())
        services.schedule(pk, by=request.user.get_username(), at=at, **agreed)
    except ValidationError as exc:
        messages.warning(request, str(exc))
        return redirect("dashboard:broadcast_start", pk)
    messages.success(request, _("It begins by itself then."))
    return redirect("dashboard:broadcast", pk)


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


def _typed(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\r\n", "\n").strip()


def _beside(request: HttpRequest) -> Beside:
    return Beside(buttons=request.POST.get("buttons", ""), has_stop="has_stop" in request.POST)


def _list(request: HttpRequest, typed: str = "") -> HttpResponse:
    return listing(
        request, BROADCASTS, beside={"typed": typed, "kinds": KINDS, **_beside(request)}, nobody=not is_bot_alive()
    )


def _audience(found: selectors.BroadcastFacts) -> dict[str, Any]:
    """Return how many people would get it; one more than the cap stands for more."""
    people = found.progress.total
    most = selectors.MOST_COUNTED
    return {"people": most + 1 if people is None else people, "most": most}


def _unlinked(request: HttpRequest, found: selectors.BroadcastFacts) -> bool:
    """Tell whether a test could not reach who looks at it."""
    return found.trial is not None and linked_person(request.user.pk or 0) is None


def _outbox(found: selectors.BroadcastFacts) -> str:
    """Return the address of its messages in the outbox, which the time finds quickly; "" before it began."""
    if found.started_at is None:
        return ""
    # An address has whole seconds: the last of them counts, too.
    ends = {"from": found.started_at, "to": found.finished_at and found.finished_at + timedelta(seconds=1)}
    query = {"broadcast": found.pk, **{name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in ends.items() if at}}
    return f"{reverse('dashboard:outbox')}?{urlencode(query)}"


def _found(request: HttpRequest, pk: int) -> selectors.BroadcastFacts:
    found = selectors.broadcast(pk, reader=by_account(request.user))
    if found is None:
        raise Http404
    return found
